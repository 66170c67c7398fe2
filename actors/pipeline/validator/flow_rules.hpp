#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/format.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// Whether counters go on in each flow and direction. A counter wraps around at its width. It may
/// leap forward (messages were lost or not captured), repeat or step back a little (they were sent
/// again or overtaken), and begin anew with the smallest value seen; each by no more than this.
class counter_rules {
 public:
  static constexpr std::uint64_t steps_forward = 1'024;
  static constexpr std::uint64_t steps_back = 16;

  /// Takes the counter's next value; the reason when it does not go on.
  [[nodiscard]] std::string next(const field& counter, const message& in, std::uint64_t value,
                                 std::size_t width);

 private:
  std::map<std::pair<const field*, std::uint64_t>, std::uint64_t> last_;  // field, flow * 2 + dir
};

/// Whether message types follow each other as seen. After a type whose successors are not all known
/// yet (see `chance_of_new`) anything may come.
class state_rules {
 public:
  explicit state_rules(const format& what);

  /// Takes the flow's next message; the reason when its type never came after the one before it.
  [[nodiscard]] std::string next(std::uint32_t flow, std::uint32_t type);

 private:
  const format& what_;
  std::unordered_map<std::uint32_t, std::set<std::uint32_t>> closed_;  // successors by type
  std::unordered_map<std::uint32_t, std::uint32_t> last_;              // type by flow
};

}  // namespace troupe
