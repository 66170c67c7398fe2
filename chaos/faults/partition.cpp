#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

/// Cuts links between nodes. Which nodes are on which side is drawn when it begins.
class partition final : public fault {
 public:
  explicit partition(const fault_settings& with) : how_(with.word("how")) {}

  void begin(world& in, std::span<const place> targets) override {
    std::vector<std::uint32_t> nodes;
    for (const auto& one : targets) nodes.push_back(one.node);
    std::ranges::sort(nodes);
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    for (std::size_t i = nodes.size(); i > 1; --i)
      std::swap(nodes[i - 1], nodes[in.luck().below(i)]);
    const auto size = how_ == "alone" ? 1 : nodes.size() / 2;
    inside_.assign(nodes.begin(),
                   nodes.begin() + static_cast<std::ptrdiff_t>(std::min(size, nodes.size())));
  }

  void touch(passing& message, world& in) override {
    const bool from_inside = inside(message.where.node);
    const bool to_inside = inside(world::link_end(message.where));
    if (from_inside == to_inside) return;
    if (how_ == "one_way" && !from_inside) return;
    message.lost = true;
    fire(in, message.where);
  }

  void end(world&) override { inside_.clear(); }

 private:
  [[nodiscard]] bool inside(std::uint32_t node) const {
    return std::ranges::find(inside_, node) != inside_.end();
  }

  std::string how_;
  std::vector<std::uint32_t> inside_;
};

}  // namespace

fault_family partition_family() {
  return {"partition",
          "Nodes do not reach each other: two halves, one alone, or one way only.",
          scope::links,
          {{"how", unit::word, 0, 0, 0, "which links are cut", {"halves", "alone", "one_way"}}},
          [](const fault_settings& with) { return std::make_unique<partition>(with); }};
}

}  // namespace troupe::chaos
