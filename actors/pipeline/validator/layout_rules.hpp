#pragma once

#include <cstdint>
#include <vector>

#include "messages/format.hpp"

namespace troupe {

/// Which types have a layout that must hold for all their messages.
///
/// The chance that the next message of a type has another layout is Good and Turing's, one added:
/// of sizes that were seen once where the layout has nothing that grows (lengths, lists, trees,
/// text), for there a new size is a new layout; of nothing where it has. The most certain types are
/// settled first, as long as no more than `may_refuse` of all messages are expected to be refused
/// though genuine.
class layout_rules {
 public:
  static constexpr double may_refuse = 0.05;  // half of that, as measured

  explicit layout_rules(const format& what);

  [[nodiscard]] bool settled(std::uint32_t type) const { return settled_[type]; }

 private:
  std::vector<bool> settled_;
};

}  // namespace troupe
