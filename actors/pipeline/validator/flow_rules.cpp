#include "actors/pipeline/validator/flow_rules.hpp"

#include "actors/pipeline/validator/value_rules.hpp"

namespace troupe {

namespace {

std::uint64_t magnitude(std::int64_t step) noexcept {
  return step < 0 ? ~static_cast<std::uint64_t>(step) + 1 : static_cast<std::uint64_t>(step);
}

}  // namespace

std::string counter_rules::next(const field& counter, const message& in, std::uint64_t value,
                                std::size_t width) {
  const auto stream = std::uint64_t{in.flow} * 2 + static_cast<std::uint64_t>(in.dir);
  const auto [place, first] = last_.try_emplace({&counter, stream}, value);
  const auto before = std::exchange(place->second, value);
  const auto step = counter.step.value_or(1);
  if (first || step == 0) return {};
  const auto mask = width >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * width)) - 1;
  const auto forward = (step > 0 ? value - before : before - value) & mask;
  const auto back = (0 - forward) & mask;
  if (value == counter.minimum || forward / magnitude(step) <= steps_forward) return {};
  if (back / magnitude(step) <= steps_back) return {};
  return "is " + std::to_string(value) + " after " + std::to_string(before) + "; its step is " +
         std::to_string(step);
}

state_rules::state_rules(const format& what) : what_(what) {
  std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> seen;
  for (const auto& each : what.transitions) seen[each.from].push_back(each.seen);
  for (const auto& each : what.transitions)
    if (chance_of_new(seen[each.from]) < value_rules::closed_under)
      closed_[each.from].insert(each.to);
}

std::string state_rules::next(std::uint32_t flow, std::uint32_t type) {
  const auto [place, first] = last_.try_emplace(flow, type);
  const auto before = std::exchange(place->second, type);
  if (first) return {};
  const auto known = closed_.find(before);
  if (known == closed_.end() || known->second.contains(type)) return {};
  return what_.types[type].name + " never came after " + what_.types[before].name;
}

}  // namespace troupe
