#include "actors/pipeline/grammar/value_coverage.hpp"

#include <algorithm>

#include "actors/pipeline/statistics/unseen.hpp"

namespace troupe::grammar {

void value_coverage::add(const std::string& value, std::uint32_t flow, std::uint32_t message) {
  const bool fresh = messages_with_[value].emplace(flow, message).second;
  const bool first = messages_.emplace(flow, message).second;
  several_ = several_ || (fresh && !first);
}

/// How many messages each flow has.
std::vector<std::uint32_t> value_coverage::sizes_of_flows(
    const std::set<message_of_flow>& messages) {
  std::vector<std::uint32_t> out;
  const message_of_flow* last = nullptr;
  for (const auto& one : messages) {
    if (last == nullptr || last->first != one.first) out.push_back(0);
    ++out.back();
    last = &one;
  }
  return out;
}

double value_coverage::chance_of_new() const {
  if (messages_.empty()) return 1;
  std::uint64_t pairs = 0;           // of a value and a flow that has it
  std::uint64_t alone = 0;           // values of one flow
  std::set<std::uint32_t> peculiar;  // flows that have such
  std::set<std::uint32_t> single;    // messages with a value that no other has
  for (const auto& [bytes, of] : messages_with_) {
    const auto flows = sizes_of_flows(of).size();
    pairs += flows;
    if (flows == 1) ++alone, peculiar.insert(of.begin()->first);
    if (of.size() == 1) single.insert(of.begin()->second);
  }
  const auto flows = sizes_of_flows(messages_);
  const auto short_flows = static_cast<std::uint64_t>(std::ranges::count(flows, 1U));
  const double new_flow = chance_of_unseen(short_flows, messages_.size());
  const double own_value = flows.size() == 1 ? 1
                           : several_        ? chance_of_unseen(peculiar.size(), flows.size())
                                             : chance_of_unseen(alone, pairs);
  const double known_flow =
      static_cast<double>(single.size()) / static_cast<double>(messages_.size());
  return new_flow * std::min(1.0, own_value) + (1 - new_flow) * known_flow;
}

std::vector<known_value> value_coverage::most_frequent() const {
  std::vector<known_value> out;
  for (const auto& [bytes, of] : messages_with_) out.push_back({bytes, of.size()});
  std::ranges::stable_sort(out, std::greater{}, &known_value::seen);
  return out;
}

}  // namespace troupe::grammar
