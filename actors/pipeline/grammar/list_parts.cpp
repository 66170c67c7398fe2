// The part of the body builder that turns an item list into elements.

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/pipeline/grammar/body_builder.hpp"
#include "actors/pipeline/grammar/choices.hpp"
#include "actors/pipeline/grammar/item_lists.hpp"
#include "actors/pipeline/grammar/kinds.hpp"
#include "actors/pipeline/parser/numbers.hpp"

namespace troupe::grammar {

namespace {

constexpr std::size_t most_items = 4096;
constexpr std::size_t most_cases = 64;
constexpr std::size_t fewest_of_a_case = 2;

items_seen gather(const item_list& how, std::span<const scope> within) {
  items_seen out;
  for (const auto& one : within) {
    const auto items = read_items(how, one.bytes);
    if (!items || out.headers.size() > most_items) continue;
    for (const auto& item : *items) {
      out.headers.push_back(part(one, item.begin, how.header()));
      out.values.push_back(part(one, item.value, item.value_end - item.value));
    }
  }
  return out;
}

size_rule counted_by(std::uint32_t element, const item_list& how) {
  size_rule out;
  out.kind = size_rule::how::counted;
  out.length_field = element;
  out.bias = how.counts_header ? -static_cast<std::int64_t>(how.header()) : 0;
  return out;
}

field length_of(const items_seen& seen, const samples& from, const item_list& how,
                std::uint32_t value_element) {
  auto out = describe_field(seen.headers, from, how.type_width, how.length_width, how.order);
  out.kind = field_kind::length;
  out.order = how.order;
  out.values.clear();
  out.step.reset();
  out.measures = {length_relation::covers::element, value_element, 1, counted_by(0, how).bias};
  out.confidence = how.coverage;
  out.evidence = {"gives the length of the value that follows, item by item to the end"};
  return out;
}

/// Where the number of a list's items stands before it.
struct count_place {
  std::uint32_t offset = 0;
  std::uint32_t width = 0;
};

/// The integer among the last bytes before the list that is the number of its items in every scope.
std::optional<count_place> find_count(std::span<const scope> within, const item_list& how) {
  constexpr std::size_t fewest_counts = 3;  // different ones, else equality may be chance
  constexpr std::uint32_t looked_back = 8;
  std::vector<std::size_t> counts;
  for (const auto& one : within) {
    const auto items = read_items(how, one.bytes);
    if (!items) return std::nullopt;
    counts.push_back(items->size());
  }
  if (std::set(counts.begin(), counts.end()).size() < fewest_counts) return std::nullopt;
  for (const auto width : {2U, 1U, 4U}) {
    for (auto offset = how.begin; offset >= width && how.begin - offset <= looked_back; --offset) {
      std::size_t right = 0;
      while (right < within.size() &&
             read_number(within[right].bytes.subspan(offset - width, width), how.order) ==
                 counts[right]) {
        ++right;
      }
      if (right == within.size()) return count_place{offset - width, width};
    }
  }
  return std::nullopt;
}

/// The field of the items' types that picks what their values are: the most varied one.
std::optional<placed_field> key_of(const items_seen& seen, const body& type) {
  std::optional<placed_field> out;
  std::size_t most = type.size() == 1 ? 0 : 1;  // a constant picks nothing
  std::uint32_t offset = 0;
  for (std::uint32_t i = 0; i < type.size(); ++i) {
    const auto width = std::get<field>(type[i].node).size.bytes;
    std::set<std::string_view> values;
    for (const auto& one : seen.headers) values.insert(text_of(one.bytes.subspan(offset, width)));
    if (values.size() > most) {
      most = values.size();
      out = placed_field{i, offset, width};
    }
    offset += width;
  }
  return out;
}

field count_of(std::span<const scope> within, const samples& from, const count_place& where,
               const item_list& how, std::uint32_t target) {
  auto out = describe_field(within, from, where.offset, where.width, how.order);
  out.kind = field_kind::count;
  out.values.clear();
  out.step.reset();
  out.measures = {length_relation::covers::items, target, 1, 0};
  out.confidence = 0.9;
  out.evidence = {std::to_string(within.size()).append(" messages have so many items")};
  return out;
}

}  // namespace

std::optional<item_list> body_builder::known_list(const draft& at) const {
  for (const auto& known : known_lists_) {
    if (fits(known, at.left)) return known;
  }
  return std::nullopt;
}

/// A list of items like those that the protocol has elsewhere: where the shape is known, a few
/// alike scopes show it.
std::optional<item_list> body_builder::inner_list(const draft& at) const {
  constexpr std::uint32_t last_begin = 16;
  for (auto shape : known_shapes_) {
    if (shape.length_width == 1) continue;
    const auto size = shortest(at.left);
    for (shape.begin = 0; shape.begin <= last_begin && shape.begin < size; ++shape.begin) {
      if (repeats(shape, at.left)) return shape;
    }
  }
  return std::nullopt;
}

void body_builder::remember(const item_list& how) {
  constexpr std::size_t most_shapes = 4;
  const auto known = std::ranges::any_of(
      known_shapes_, [&](const item_list& one) { return same_shape(one, how); });
  if (!known && known_shapes_.size() < most_shapes) known_shapes_.push_back(how);
}

/// The columns before a list, with the number of its items as a field where it stands there.
void body_builder::columns_before(draft& at, const item_list& how) {
  const auto count = how.marks ? std::nullopt : find_count(at.left, how);
  if (!count) return add_columns(at, how.begin);
  const auto before = at.left;
  add_columns(at, count->offset);
  const auto place = at.out.size();
  at.out.push_back({field{}});
  for (auto& one : at.left) one = behind(one, count->width);
  add_columns(at, how.begin - count->offset - count->width);
  const auto target = static_cast<std::uint32_t>(at.out.size());
  at.out[place].node = count_of(before, with_.from, *count, how, target);
}

bool body_builder::list_part(draft& at) {
  auto found = at.depth == 0 ? known_list(at) : std::nullopt;
  if (!found) found = find_items(at.left, with_.quick);
  if (!found && at.depth > 0) found = inner_list(at);
  if (!found) return false;
  remember(*found);
  columns_before(at, *found);
  auto how = *found;
  how.begin = 0;
  list items;
  items.item = how.marks ? marked_item(how, at) : plain_item(how, at);
  items.confidence = found->coverage;
  items.evidence.push_back("items with a length each fill " +
                           std::to_string(static_cast<int>(found->coverage * 100)) +
                           " % of the messages to the end");
  if (how.marks) {
    items.end_mark = std::uint8_t{255};
    items.size.kind = size_rule::how::inlined;
  } else {
    items.size.kind = size_rule::how::rest;
  }
  at.out.push_back({std::move(items)});
  if (how.marks) {
    field padding;
    padding.kind = field_kind::padding;
    padding.size.kind = size_rule::how::rest;
    padding.confidence = 0.5;
    padding.evidence.push_back("follows the end of the list");
    at.out.push_back({std::move(padding)});
  }
  at.finished = true;
  return true;
}

/// type | length | value, the value's body picked by the type.
body body_builder::plain_item(const item_list& how, const draft& at) {
  const auto seen = gather(how, at.left);
  draft item{{}, {}, at.depth + 1, false};
  for (const auto& header : seen.headers) item.left.push_back(part(header, 0, how.type_width));
  add_columns(item, how.type_width);
  const auto key = key_of(seen, item.out);
  const auto length = static_cast<std::uint32_t>(item.out.size());
  item.out.push_back({length_of(seen, with_.from, how, length + 1)});
  choice value;
  value.size = counted_by(length, how);
  value.on = length;
  if (key) value.on = key->element;
  value.cases = key ? value_cases(seen, key->offset, key->width, at.depth)
                    : value_cases(seen, how.type_width, how.length_width, at.depth);
  value.otherwise = key ? body{{describe_rest(seen.values)}} : build(seen.values, at.depth + 2);
  item.out.push_back({std::move(value)});
  if (how.align > 1) {
    field padding;
    padding.kind = field_kind::padding;
    padding.size.kind = size_rule::how::align;
    padding.size.bytes = how.align;
    padding.confidence = how.coverage;
    padding.evidence.push_back("fills up to a multiple of " + std::to_string(how.align) + " bytes");
    item.out.push_back({std::move(padding)});
  }
  return std::move(item.out);
}

/// Like `plain_item`, but the type 0 stands alone, without length and value.
body body_builder::marked_item(const item_list& how, const draft& at) {
  const auto seen = gather(how, at.left);
  auto type = describe_field(seen.headers, with_.from, 0, how.type_width, how.order);
  choice rest;
  rest.on = 0;
  auto wrap = [&](body inside) {
    choice value;
    value.size = counted_by(0, how);
    value.otherwise = std::move(inside);
    return body{{length_of(seen, with_.from, how, 1)}, {std::move(value)}};
  };
  for (auto& [key, inside] : value_cases(seen, 0, how.type_width, at.depth)) {
    rest.cases[key] = wrap(std::move(inside));
  }
  rest.cases[std::string(1, '\0')] = {};
  rest.otherwise = wrap({{describe_rest(seen.values)}});
  return {{std::move(type)}, {std::move(rest)}};
}

/// A body for the values behind each header value (its type, or where that is not one field its
/// length) that is seen often enough.
std::map<std::string, body> body_builder::value_cases(const items_seen& seen, std::uint32_t key_at,
                                                      std::uint32_t key_width,
                                                      std::uint32_t depth) {
  std::map<std::string, scopes> groups;
  for (std::size_t i = 0; i < seen.headers.size(); ++i) {
    const auto key = seen.headers[i].bytes.subspan(key_at, key_width);
    groups[std::string(key.begin(), key.end())].push_back(seen.values[i]);
  }
  std::map<std::string, body> out;
  for (auto& [key, group] : groups) {
    if (group.size() < fewest_of_a_case || out.size() == most_cases) continue;
    out[key] = build(std::move(group), depth + 2);
  }
  return out;
}

}  // namespace troupe::grammar
