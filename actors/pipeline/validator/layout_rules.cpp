#include "actors/pipeline/validator/layout_rules.hpp"

#include <algorithm>
#include <numeric>
#include <variant>

namespace troupe {

namespace {

bool grows(const body& elements);

bool grows(const field& one) noexcept {
  using how = size_rule::how;
  return one.size.kind == how::rest || one.size.kind == how::counted || one.size.kind == how::until;
}

/// A list to the end of items that have one size may be a part that only some messages have.
bool grows(const list& one) {
  return one.size.kind != size_rule::how::rest || one.count_field || one.end_mark ||
         grows(one.item);
}

bool grows(const choice& one) {
  return std::ranges::all_of(one.cases, [](const auto& each) { return grows(each.second); });
}

bool grows(const body& elements) {
  return std::ranges::any_of(elements, [](const element& each) {
    if (const auto* f = std::get_if<field>(&each.node)) return grows(*f);
    if (const auto* l = std::get_if<list>(&each.node)) return grows(*l);
    if (const auto* c = std::get_if<choice>(&each.node)) return grows(*c);
    return true;
  });
}

/// Of a type with more sizes than are listed many were seen.
double chance_of_new_layout(const message_type& type) {
  const auto once =
      grows(type.elements)
          ? 0
          : std::ranges::count(type.ends.sizes, std::uint64_t{1}, [](const auto& s) { return s.seen; });
  return static_cast<double>(once + 1) / static_cast<double>(type.seen + 1);
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
