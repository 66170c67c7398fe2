#include "chaos/simulator/cost_table.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "chaos/simulator/built_in_costs.hpp"

namespace troupe::chaos {

namespace {

template <class Value, std::size_t N>
bool read_name(const std::string& word, const std::array<Value, N>& all, Value& into) {
  const auto found = std::ranges::find_if(all, [&](Value one) { return to_string(one) == word; });
  if (found == all.end()) return false;
  into = *found;
  return true;
}

constexpr std::array modes{quality_mode::fast, quality_mode::balanced, quality_mode::accurate};

bool read_row(std::istream& words, cost_table::row& into) {
  std::string which;
  std::string mode;
  if (!(words >> which >> mode >> into.messages)) return false;
  if (!read_name(which, all_stages, into.which) || !read_name(mode, modes, into.mode)) return false;
  duration::rep before = 0;
  for (auto& cost : into.costs) {
    duration::rep value = 0;
    if (!(words >> value) || value < before) return false;
    before = value;
    cost = duration{value};
  }
  return into.messages > 0;
}

auto key_of(const cost_table::row& one) { return std::tuple(one.which, one.mode, one.messages); }

double drawn(const cost_table::row& one, double u) {
  const auto& q = cost_table::quantiles;
  std::size_t i = 1;
  while (i + 1 < q.size() && u > q[i]) ++i;
  const auto low = static_cast<double>(one.costs[i - 1].count());
  const auto high = static_cast<double>(one.costs[i].count());
  return low + (high - low) * (u - q[i - 1]) / (q[i] - q[i - 1]);
}

}  // namespace

const cost_table& cost_table::built_in() {
  static const cost_table table = [] {
    auto read = cost_table::read(built_in_costs, "built-in costs");
    return std::get<cost_table>(std::move(read));
  }();
  return table;
}

std::variant<cost_table, failure> cost_table::read(const std::string& text,
                                                   const std::string& name) {
  std::vector<row> rows;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    row one;
    if (!read_row(words, one)) {
      return failure{errc::bad_config, name + ":" + std::to_string(number) +
                                           ": not a row of costs: stage, mode, messages, then " +
                                           std::to_string(quantiles.size()) +
                                           " ascending times in nanoseconds"};
    }
    rows.push_back(one);
  }
  std::ranges::sort(rows, {}, key_of);
  for (const auto which : all_stages) {
    for (const auto mode : modes) {
      const bool there = std::ranges::any_of(
          rows, [&](const row& one) { return one.which == which && one.mode == mode; });
      if (there) continue;
      return failure{errc::bad_config, name + ": no costs for stage " +
                                           std::string(to_string(which)) + " in mode " +
                                           std::string(to_string(mode))};
    }
  }
  return cost_table(std::move(rows));
}

duration cost_table::draw(stage which, quality_mode mode, std::size_t messages, dice& luck) const {
  const auto u = luck.unit();
  const row* below = nullptr;
  const row* above = nullptr;
  const auto rows = std::ranges::equal_range(rows_, std::pair(which, mode), {}, [](const row& one) {
    return std::pair(one.which, one.mode);
  });
  for (const auto& one : rows) {
    if (one.messages <= messages) below = &one;
    if (one.messages >= messages && above == nullptr) above = &one;
  }
  const auto size = static_cast<double>(messages);
  double cost = 0;
  if (below != nullptr && above != nullptr && above != below) {
    const auto low = static_cast<double>(below->messages);
    const auto high = static_cast<double>(above->messages);
    const auto share = (size - low) / (high - low);
    cost = drawn(*below, u) * (1 - share) + drawn(*above, u) * share;
  } else {
    const auto& one = below != nullptr ? *below : *above;
    cost = drawn(one, u) * std::max(size, 1.0) / static_cast<double>(one.messages);
    if (below == nullptr) cost = drawn(one, u);  // a little input still has the fixed part
  }
  return duration{static_cast<duration::rep>(cost)};
}

}  // namespace troupe::chaos
