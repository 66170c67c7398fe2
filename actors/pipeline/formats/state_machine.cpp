#include "actors/pipeline/formats/state_machine.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "actors/pipeline/parser/parser.hpp"

namespace troupe {

namespace {

using symbol = std::pair<direction, std::uint32_t>;

/// Every symbol is a state of its own: number 1 + its rank; 0 is the beginning.
struct raw_machine {
  std::vector<symbol> symbols;
  std::vector<std::map<std::uint32_t, std::uint64_t>> next;  // from state: to state, seen
  std::vector<std::uint64_t> ends;
};

raw_machine count(std::span<const sent_message> messages) {
  raw_machine raw;
  std::map<symbol, std::uint32_t> numbers;
  for (const auto& one : messages) numbers.try_emplace({one.dir, one.type}, 0);
  for (auto& [which, number] : numbers) {
    raw.symbols.push_back(which);
    number = static_cast<std::uint32_t>(raw.symbols.size());
  }
  raw.next.resize(raw.symbols.size() + 1);
  raw.ends.resize(raw.symbols.size() + 1);
  std::map<std::uint32_t, std::uint32_t> last;  // of each flow
  for (const auto& one : messages) {
    const auto to = numbers.at({one.dir, one.type});
    auto& at = last[one.flow];
    ++raw.next[at][to];
    at = to;
  }
  for (const auto& [flow, at] : last) ++raw.ends[at];
  return raw;
}

void drop_rare(raw_machine& raw, double least_share) {
  for (auto& from : raw.next) {
    std::uint64_t left = 0;
    for (const auto& [to, seen] : from) left += seen;
    const auto least = least_share * static_cast<double>(left);
    std::erase_if(from, [&](const auto& each) { return static_cast<double>(each.second) < least; });
  }
}

/// The states that messages lead to, those that fewer messages lead to first.
std::vector<std::uint32_t> reachable(const raw_machine& raw) {
  std::vector<bool> found(raw.next.size());
  std::vector<std::uint32_t> order{0};
  found[0] = true;
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const auto& [to, seen] : raw.next[order[i]]) {
      if (found[to]) continue;
      found[to] = true;
      order.push_back(to);
    }
  }
  return order;
}

/// Moore's partition refinement: states stay together while the same symbols lead from them to
/// states that are together. (The symbol of an edge is that of the state it leads to.) A state
/// that nothing leaves is where captures end; it is kept apart from states that go on.
std::vector<std::uint32_t> merged(const raw_machine& raw) {
  std::vector<std::uint32_t> block(raw.next.size(), 0);
  for (std::size_t blocks = 1;;) {
    std::map<std::pair<std::uint32_t, std::vector<std::pair<std::uint32_t, std::uint32_t>>>,
             std::uint32_t>
        known;
    std::vector<std::uint32_t> finer(block.size());
    for (std::size_t state = 0; state < block.size(); ++state) {
      std::vector<std::pair<std::uint32_t, std::uint32_t>> future;
      for (const auto& [to, seen] : raw.next[state]) future.emplace_back(to, block[to]);
      const auto fresh = static_cast<std::uint32_t>(known.size());
      finer[state] = known.try_emplace({block[state], std::move(future)}, fresh).first->second;
    }
    block = std::move(finer);
    if (known.size() == blocks) return block;
    blocks = known.size();
  }
}

std::string text_of(const state_machine::edge& edge, const format& what) {
  std::string text(to_string(edge.dir));
  text += ' ';
  text += edge.type < what.types.size() ? what.types[edge.type].name : "unknown";
  return text + " (" + std::to_string(edge.seen) + ')';
}

}  // namespace

state_machine infer_state_machine(std::span<const sent_message> messages, double least_share) {
  auto raw = count(messages);
  drop_rare(raw, least_share);
  const auto found = reachable(raw);
  const auto block = merged(raw);
  state_machine made;
  made.messages = messages.size();
  std::map<std::uint32_t, std::uint32_t> numbers;  // of the blocks that are reached
  for (const auto state : found)
    numbers.try_emplace(block[state], static_cast<std::uint32_t>(numbers.size()));
  made.states = static_cast<std::uint32_t>(numbers.size());
  made.ends.resize(made.states);
  std::map<std::tuple<std::uint32_t, symbol, std::uint32_t>, std::uint64_t> edges;
  std::uint64_t kept = 0;
  for (const auto ends : raw.ends) made.flows += ends;
  for (const auto state : found) {
    made.ends[numbers[block[state]]] += raw.ends[state];
    for (const auto& [to, seen] : raw.next[state]) {
      edges[{numbers[block[state]], raw.symbols[to - 1], numbers[block[to]]}] += seen;
      kept += seen;
    }
  }
  for (const auto& [edge, seen] : edges) {
    const auto& [from, by, to] = edge;
    made.edges.push_back({from, by.first, by.second, to, seen});
  }
  made.rare = made.messages - kept;
  return made;
}

state_machine infer_state_machine(const format& what, const traffic_group& group) {
  const parser machine(std::shared_ptr<const format>(std::shared_ptr<void>(), &what));
  std::vector<sent_message> messages;
  messages.reserve(group.messages.size());
  for (const auto& one : group.messages)
    messages.push_back({one.flow, one.dir, machine.type_of(group.payload(one), one.dir)});
  return infer_state_machine(messages);
}

std::vector<std::string> to_lines(const state_machine& machine, const format& what) {
  std::vector<std::string> lines;
  for (const auto& edge : machine.edges) {
    auto text = std::to_string(edge.from);
    if (edge.from == 0) text += " start";
    text += "  " + text_of(edge, what) + " -> " + std::to_string(edge.to);
    lines.push_back(std::move(text));
  }
  return lines;
}

}  // namespace troupe
