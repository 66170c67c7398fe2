#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"
#include "messages/cache.hpp"
#include "messages/stage.hpp"

namespace troupe::chaos {

namespace {

/// Answers that have the right shape and are not the right ones.
class byzantine final : public fault {
 public:
  explicit byzantine(const fault_settings& with)
      : share_(with.number("share")), foreign_(with.word("how") == "foreign") {}

  void touch(passing& message, world& in) override {
    const bool asks = message.what.mid.is_request();
    if (!asks || !in.luck().chance(share_)) return;
    message.on_answer.push_back(
        [this, &in, where = message.where](caf::mailbox_element_ptr answer) {
          return lie(std::move(answer), where, in);
        });
  }

  void end(world&) override {
    results_.reset();
    stages_.reset();
  }

 private:
  caf::mailbox_element_ptr lie(caf::mailbox_element_ptr answer, const place& where, world& in) {
    auto& content = answer->content();
    if (content.match_elements<discovery_result_ptr>()) {
      return tell(std::move(answer), results_, where, in);
    }
    if (content.match_elements<stage_answer>()) {
      return tell(std::move(answer), stages_, where, in);
    }
    return answer;
  }

  // Foreign: what this place answered to somebody else. Wrong: nothing found at all.
  template <class Answer>
  caf::mailbox_element_ptr tell(caf::mailbox_element_ptr answer, std::optional<Answer>& last,
                                const place& where, world& in) {
    auto now = answer->content().template get_as<Answer>(0);
    Answer told{};
    if (foreign_) {
      if (!last) {
        last = std::move(now);
        return answer;
      }
      told = std::exchange(*last, std::move(now));
    }
    fire(in, where);
    return caf::make_mailbox_element(answer->sender, answer->mid, {}, std::move(told));
  }

  double share_;
  bool foreign_;
  std::optional<discovery_result_ptr> results_;
  std::optional<stage_answer> stages_;
};

}  // namespace

fault_family byzantine_family() {
  return {"byzantine",
          "Answers are well formed and wrong: those of an earlier, other request, or empty ones.",
          scope::messages,
          {{"share", unit::share, 0.05, 0, 1, "of answers that are replaced"},
           {"how", unit::word, 0, 0, 0, "by what", {"foreign", "empty"}}},
          [](const fault_settings& with) { return std::make_unique<byzantine>(with); },
          live_in::own};
}

}  // namespace troupe::chaos
