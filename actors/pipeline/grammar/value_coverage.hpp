#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "messages/format.hpp"

namespace troupe::grammar {

/// Which values the messages of which flows had, and how likely the next message has another.
class value_coverage {
 public:
  void add(const std::string& value, std::uint32_t flow, std::uint32_t message);

  /// The chance that the next message holds a value never seen. Messages of one flow do not speak
  /// for those of another: session ids are the same in all of them. So the next message is of a new
  /// flow, and of these so many had a value of their own (A. Chao and L. Jost, Ecology 93, 2012:
  /// coverage of incidence data), or of a known one (Good and Turing); one is added to what was
  /// seen. Where messages have several values, flows are counted and not their values.
  [[nodiscard]] double chance_of_new() const;

  /// The values by the number of messages that had them, most frequent first.
  [[nodiscard]] std::vector<known_value> most_frequent() const;

 private:
  using message_of_flow = std::pair<std::uint32_t, std::uint32_t>;

  static std::vector<std::uint32_t> sizes_of_flows(const std::set<message_of_flow>& messages);

  std::map<std::string, std::set<message_of_flow>> messages_with_;
  std::set<message_of_flow> messages_;
  bool several_ = false;  // values in a message
};

}  // namespace troupe::grammar
