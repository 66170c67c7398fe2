#pragma once

#include <cstdint>
#include <vector>

#include "messages/format.hpp"

namespace troupe {

/// Which types have a layout that must hold for all their messages.
///
/// The chance that the next message of a type has another layout is Good and Turing's, one added:
/// of sizes that were seen once, for a new size may be a new layout; of nothing where the layout is
/// a tree or text, which take any. The most certain types are settled first, as long as no more
/// than `may_refuse` of all messages are expected to be refused though genuine.
class layout_rules {
 public:
  static constexpr double may_refuse = 0.03;

  explicit layout_rules(const format& what);

  [[nodiscard]] bool settled(std::uint32_t type) const { return settled_[type]; }

 private:
  std::vector<bool> settled_;
};

}  // namespace troupe
