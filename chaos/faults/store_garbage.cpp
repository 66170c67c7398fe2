#include <string>
#include <utility>

#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

namespace {

/// What the store gives back is cut off, has a bit turned over, is the value of another key, or
/// nothing that was ever put.
class store_garbage final : public fault {
 public:
  explicit store_garbage(const fault_settings& with) : share_(with.number("share")) {}

  void begin(world& in, std::span<const place> targets) override {
    if (targets.empty()) return;
    in.spoil_store([this, &in, where = targets.front()](std::string bytes) {
      if (bytes.empty() || !in.luck().chance(share_)) return bytes;
      fire(in, where);
      return spoiled(std::move(bytes), in.luck());
    });
  }
  void end(world& in) override { in.spoil_store({}); }

 private:
  std::string spoiled(std::string bytes, dice& luck) {
    auto other = std::exchange(last_, bytes);
    switch (luck.below(4)) {
      case 0: bytes.resize(luck.below(bytes.size())); return bytes;
      case 1: {
        auto& byte = bytes[luck.below(bytes.size())];
        byte = static_cast<char>(byte ^ (1 << luck.below(8)));
        return bytes;
      }
      case 2: return other;
      default: return "-ERR what was that?";
    }
  }

  double share_;
  std::string last_;
};

}  // namespace

fault_family store_garbage_family() {
  return {"store_garbage",
          "The cache that nodes share gives back damaged values, those of other keys, or nonsense.",
          scope::nodes,
          {{"share", unit::share, 0.5, 0, 1, "of its values that are spoiled"}},
          [](const fault_settings& with) { return std::make_unique<store_garbage>(with); }};
}

}  // namespace troupe::chaos
