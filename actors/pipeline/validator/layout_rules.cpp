#include "actors/pipeline/validator/layout_rules.hpp"

#include <algorithm>
#include <numeric>
#include <variant>

#include "actors/pipeline/statistics/unseen.hpp"

namespace troupe {

namespace {

/// Trees and text have their sizes from what they say themselves.
bool takes_any_size(const body& elements) {
  return std::ranges::any_of(elements, [](const element& each) {
    return std::holds_alternative<ber_tree>(each.node) ||
           std::holds_alternative<text_lines>(each.node);
  });
}

/// Of a type with more sizes than are listed many were seen.
double chance_of_new_layout(const message_type& type) {
  const auto once = takes_any_size(type.elements)
                        ? 0
                        : std::ranges::count(type.ends.sizes, std::uint64_t{1},
                                             [](const auto& s) { return s.seen; });
  return chance_of_unseen(static_cast<std::uint64_t>(once), type.seen);
}

}  // namespace

layout_rules::layout_rules(const format& what) : settled_(what.types.size(), false) {
  std::vector<std::size_t> order(what.types.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {},
                           [&](std::size_t i) { return chance_of_new_layout(what.types[i]); });
  double all = 0;
  for (const auto& type : what.types) all += static_cast<double>(type.seen);
  double refused = 0;
  for (const auto i : order) {
    refused += chance_of_new_layout(what.types[i]) * static_cast<double>(what.types[i].seen);
    if (refused > may_refuse * all) break;
    settled_[i] = true;
  }
}

}  // namespace troupe
