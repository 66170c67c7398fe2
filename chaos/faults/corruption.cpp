#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"
#include "messages/cache.hpp"
#include "messages/stage.hpp"

namespace troupe::chaos {

namespace {

/// Turns one bit over in what names the content of a message: in a cache entry on its way to its
/// shard, in the job of a stage.
class corruption final : public fault {
 public:
  explicit corruption(const fault_settings& with) : share_(with.number("share")) {}

  void touch(passing& message, world& in) override {
    const auto& content = message.what.content();
    const bool known =
        content.match_elements<cache_insert>() || content.match_elements<stage_job>();
    if (!known || !in.luck().chance(share_)) return;
    const auto bit = std::uint64_t{1} << in.luck().below(64);
    message.on_message.push_back(
        [bit](caf::mailbox_element_ptr whole) { return flip(std::move(whole), bit); });
    fire(in, message.where);
  }

 private:
  static caf::mailbox_element_ptr flip(caf::mailbox_element_ptr whole, std::uint64_t bit) {
    auto& content = whole->content();
    if (content.match_elements<cache_insert>()) {
      auto entry = content.get_as<cache_insert>(0);
      if (!entry.result) return whole;  // the reason why there is none names no content
      auto damaged = std::make_shared<discovery_result>(*entry.result);
      damaged->input.low ^= bit;
      entry.result = std::move(damaged);
      return caf::make_mailbox_element(whole->sender, whole->mid, {}, std::move(entry));
    }
    auto job = content.get_as<stage_job>(0);
    job.content.low ^= bit;
    return caf::make_mailbox_element(whole->sender, whole->mid, {}, std::move(job));
  }

  double share_;
};

}  // namespace

fault_family corruption_family() {
  return {"corruption",
          "Bits turn over: in cache entries on their way to a shard, in the jobs of stages.",
          scope::messages,
          {{"share", unit::share, 0.05, 0, 1, "of such messages that are damaged"}},
          [](const fault_settings& with) { return std::make_unique<corruption>(with); },
          live_in::own};
}

}  // namespace troupe::chaos
