#include "actors/pipeline/grammar/body_builder.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "actors/pipeline/grammar/ber_shape.hpp"
#include "actors/pipeline/grammar/checksum_fields.hpp"
#include "actors/pipeline/grammar/choices.hpp"
#include "actors/pipeline/grammar/counted_parts.hpp"
#include "actors/pipeline/grammar/keywords.hpp"
#include "actors/pipeline/grammar/kinds.hpp"
#include "actors/pipeline/grammar/name_chains.hpp"
#include "actors/pipeline/grammar/opaque_tail.hpp"
#include "actors/pipeline/grammar/record_lists.hpp"
#include "actors/pipeline/grammar/wide_text.hpp"
#include "actors/pipeline/parser/numbers.hpp"

namespace troupe::grammar {

namespace {

constexpr std::uint32_t deepest = 10;
constexpr std::uint32_t deepest_kind = 2;    // choices by a byte in each other
constexpr std::size_t fewest_of_kinds = 12;  // scopes
constexpr std::uint32_t most_columns = 2048;
constexpr std::uint32_t compared_bytes = 256;  // of whole messages
constexpr std::uint32_t most_levels = 4;       // optional parts behind each other

void advance(scopes& all, std::uint32_t size) {
  for (auto& one : all) one = behind(one, size);
}

void mark_length(field& what, const length_field& length, bool to_message_end) {
  what.kind = field_kind::length;
  what.order = length.order;
  what.values.clear();
  what.step.reset();
  what.confidence = length.coverage;
  what.evidence = {"with " + std::to_string(length.bias) + " added the size in " +
                   std::to_string(static_cast<int>(100 * length.coverage)) +
                   " % of the messages, " + std::to_string(length.sizes) + " sizes"};
  if (!to_message_end) return;
  const auto behind_field = length.bias - std::int64_t{length.offset} - std::int64_t{length.width};
  what.measures = {length_relation::covers::rest, 0, 1, behind_field};
}

}  // namespace

void body_builder::learn_common(const scopes& all) {
  if (const auto found = find_items(all, with_.quick)) known_lists_.push_back(*found);
  prefix_ = learn_prefix(all);
  if (with_.one_type) return;
  const auto looked_at = spread_runs(all, with_.most_scopes);
  const auto table =
      describe_columns(looked_at, with_.from, std::min(longest(looked_at), compared_bytes));
  const auto gaps = judge_gaps(table, {}, with_.order, with_.cuts.weights);
  whole_odds_ = boundary_log_odds(table, gaps, with_.order, with_.cuts.weights);
}

body body_builder::build(scopes within, std::uint32_t depth) {
  draft at{{}, std::move(within), depth, false};
  while (!at.finished) next_part(at);
  return std::move(at.out);
}

void body_builder::next_part(draft& at) {
  const auto ended = std::count_if(at.left.begin(), at.left.end(),
                                   [](const scope& one) { return one.size() == 0; });
  if (static_cast<std::size_t>(ended) == at.left.size()) {
    at.finished = true;
    return;
  }
  if (stopped() || at.depth >= deepest) return add_rest(at);
  if (ended > 0) {
    optional_part(at);
    return;
  }
  if (text_part(at) || ber_part(at) || counted_value_part(at) || list_part(at) || chain_part(at))
    return;
  if (prefixed_part(at) || wide_text_part(at)) return;
  if (opaque_part(at) || kind_part(at) || record_part(at)) return;
  column_part(at);
}

bool body_builder::optional_part(draft& at) {
  std::erase_if(at.left, [](const scope& one) { return one.size() == 0; });
  list rest;
  rest.size.kind = size_rule::how::rest;
  rest.item = build(std::move(at.left), at.depth + 1);
  rest.confidence = 0.3;
  rest.evidence.push_back("only some messages go on here");
  at.out.push_back({std::move(rest)});
  at.finished = true;
  return true;
}

bool body_builder::ber_part(draft& at) {
  const auto found = find_ber(at.left);
  if (!found) return false;
  auto tree = describe_tree(at.left, with_.from, found->begin);
  tree.confidence = found->coverage;
  add_columns(at, found->begin);
  at.out.push_back({std::move(tree)});
  at.finished = true;
  return true;
}

bool body_builder::chain_part(draft& at) {
  constexpr std::uint32_t last_offset = 64;
  const auto found = find_chain(at.left, last_offset);
  if (!found) return false;
  add_columns(at, *found);
  std::erase_if(at.left, [](const scope& one) { return read_chain(one.bytes).size == 0; });
  for (auto& one : at.left) one = behind(one, read_chain(one.bytes).size);
  name_chain chain;
  chain.confidence = 0.9;
  chain.evidence.push_back("labels with their lengths, ended by zero or a pointer");
  at.out.push_back({std::move(chain)});
  return true;
}

/// Text and nothing behind it: the value of an item.
bool body_builder::text_part(draft& at) {
  constexpr std::size_t fewest_bytes = 16;  // of all scopes; a third of all bytes are printable
  if (at.depth == 0 || !at.out.empty()) return false;
  std::size_t bytes = 0;
  for (const auto& one : at.left) {
    bytes += one.size();
    if (!std::ranges::all_of(one.bytes, is_text_byte)) return false;
  }
  if (bytes < fewest_bytes || bytes < 4 * at.left.size()) return false;
  auto text = describe_rest(at.left);
  text.kind = field_kind::text;
  text.confidence = 0.8;
  text.evidence = {"every byte is printable"};
  at.out.push_back({std::move(text)});
  at.finished = true;
  return true;
}

field body_builder::length_of_next(const draft& at, std::uint32_t width, byte_order order) const {
  auto length = describe_field(at.left, with_.from, 0, width, order);
  length.kind = field_kind::length;
  length.order = order;
  length.values.clear();
  length.step.reset();
  const auto behind_it = static_cast<std::uint32_t>(at.out.size()) + 1;
  length.measures = {length_relation::covers::element, behind_it, 1, 0};
  return length;
}

/// A string with its length before it; what follows lines up behind it.
bool body_builder::prefixed_part(draft& at) {
  constexpr std::uint32_t last_offset = 128;
  if (!prefix_) return false;
  const auto found = find_prefixed(at.left, *prefix_, last_offset);
  if (!found) return false;
  add_columns(at, *found);
  const auto length_at = static_cast<std::uint32_t>(at.out.size());
  auto length = length_of_next(at, prefix_->width, prefix_->order);
  length.confidence = 0.9;
  length.evidence = {"gives the length of the text that follows"};
  field text;
  text.kind = field_kind::text;
  text.size.kind = size_rule::how::counted;
  text.size.length_field = length_at;
  text.confidence = 0.9;
  text.evidence = {"so many printable bytes as its length says"};
  at.out.push_back({std::move(length)});
  at.out.push_back({std::move(text)});
  std::erase_if(at.left, [&](const scope& one) { return !prefixed_size(one, *prefix_, 0); });
  for (auto& one : at.left) one = behind(one, prefix_->width + *prefixed_size(one, *prefix_, 0));
  return true;
}

/// A part with its length before it; what follows lines up behind it.
bool body_builder::counted_value_part(draft& at) {
  if (with_.quick) return false;
  const auto found = find_counted(at.left, with_.order);
  if (!found) return false;
  add_columns(at, found->offset);
  const auto length_at = static_cast<std::uint32_t>(at.out.size());
  auto length = length_of_next(at, found->width, with_.order);
  length.confidence = 0.8;
  length.evidence = {"parts behind their lengths follow each other to the end"};
  scopes values;
  for (auto& one : at.left) {
    const auto size =
        static_cast<std::uint32_t>(read_number(one.bytes.subspan(0, found->width), with_.order));
    values.push_back(part(one, found->width, size));
    one = behind(one, found->width + size);
  }
  choice value;
  value.on = length_at;
  value.size.kind = size_rule::how::counted;
  value.size.length_field = length_at;
  value.otherwise = build(std::move(values), at.depth + 1);
  at.out.push_back({std::move(length)});
  at.out.push_back({std::move(value)});
  return true;
}

/// UTF-16 up to its terminator. The last character's upper byte is a zero too.
bool body_builder::wide_text_part(draft& at) {
  constexpr std::uint32_t last_offset = 128;
  const auto found = find_wide_text(at.left, last_offset);
  if (!found) return false;
  add_columns(at, *found);
  field text;
  text.kind = field_kind::text;
  text.size.kind = size_rule::how::until;
  text.size.delimiter = std::string(3, '\0');
  text.confidence = 0.9;
  text.evidence.push_back("every second byte is zero, the others are printable: UTF-16");
  at.out.push_back({std::move(text)});
  for (auto& one : at.left) {
    const auto end = text_of(one.bytes).find(std::string_view("\0\0\0", 3));
    one = behind(one,
                 end == std::string_view::npos ? one.size() : static_cast<std::uint32_t>(end + 3));
  }
  return true;
}

/// Records of one size to the end.
bool body_builder::record_part(draft& at) {
  constexpr std::size_t most_records = 2048;
  const auto found = find_records(at.left);
  if (!found) return false;
  add_columns(at, found->begin);
  scopes records;
  for (const auto& one : at.left) {
    for (std::uint32_t skip = 0; skip + found->size <= one.size(); skip += found->size) {
      if (records.size() < most_records) records.push_back(part(one, skip, found->size));
    }
  }
  list items;
  items.size.kind = size_rule::how::rest;
  draft item{{}, std::move(records), at.depth + 1, false};
  add_columns(item, found->size);
  items.item = std::move(item.out);
  items.confidence = 0.8;
  items.evidence.push_back(std::to_string(found->sizes)
                               .append(" sizes of the messages are multiples of ")
                               .append(std::to_string(found->size))
                               .append(" bytes apart"));
  at.out.push_back({std::move(items)});
  at.finished = true;
  return true;
}

bool body_builder::opaque_part(draft& at) {
  auto found = find_opaque_tail(at.left);
  if (!found) return false;
  // The fast byte of a counter looks like noise, but is no part of it.
  const auto size = std::min(*found + 1, shortest(at.left));
  const auto table = describe_columns(spread_runs(at.left, with_.most_scopes), with_.from, size);
  if (*found < size && table.columns[*found].counts_up > counting) ++*found;
  // So does the low byte of a length.
  for (const auto& one : find_length_fields(at.left, 0.95, 4)) {
    const auto end = one.offset + one.width;
    if (one.offset <= *found && *found < end && end <= shortest(at.left)) *found = end;
  }
  add_columns(at, *found);
  add_rest(at);
  return true;
}

/// A byte that tells apart what follows, as a keyword does for whole messages.
bool body_builder::kind_part(draft& at) {
  if (at.depth > deepest_kind || at.left.size() < fewest_of_kinds) return false;
  samples bodies;
  for (const auto& one : spread_runs(at.left, with_.most_scopes)) {
    const auto& origin = with_.from[one.of];
    bodies.push_back({one.bytes, origin.dir, origin.flow, origin.since_start});
  }
  const auto found = choose_keywords(bodies, with_.stop, 1);
  if (found.keywords.empty() || found.keywords.front().from != keyword::source::bytes) return false;
  const auto offset = found.keywords.front().offset;
  if (offset >= shortest(at.left)) return false;
  add_columns(at, offset);
  std::map<std::string, scopes> groups;
  for (const auto& one : at.left) {
    groups[std::string(1, static_cast<char>(one.bytes[0]))].push_back(behind(one, 1));
  }
  choice rest;
  rest.on = static_cast<std::uint32_t>(at.out.size());
  at.out.push_back({describe_field(at.left, with_.from, 0, 1, with_.order)});
  for (auto& [key, group] : groups) rest.cases[key] = build(std::move(group), at.depth + 1);
  rest.otherwise.push_back({describe_rest(at.left)});
  at.out.push_back({std::move(rest)});
  at.finished = true;
  return true;
}

void body_builder::column_part(draft& at) {
  const auto size = std::min(shortest(at.left), most_columns);
  const auto before = at.left;
  const auto first_field = at.out.size();
  add_columns(at, size);
  if (shortest(at.left) == longest(at.left) && longest(at.left) == 0) return;
  if (choice_part(at, before, first_field)) return;
  if (distinct_sizes(at.left) > most_levels) add_rest(at);
}

bool body_builder::choice_part(draft& at, const scopes& before, std::size_t first_field) {
  std::vector<placed_field> fields;
  std::uint32_t offset = 0;
  for (auto i = first_field; i < at.out.size(); ++i) {
    const auto width = std::get<field>(at.out[i].node).size.bytes;
    fields.push_back({static_cast<std::uint32_t>(i), offset, width});
    offset += width;
  }
  const auto found = find_choice(before, fields);
  if (!found) return false;
  std::map<std::string, scopes> groups;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto key = before[i].bytes.subspan(found->offset, found->width);
    groups[std::string(key.begin(), key.end())].push_back(at.left[i]);
  }
  choice rest;
  rest.on = found->element;
  for (auto& [key, group] : groups) rest.cases[key] = build(std::move(group), at.depth + 1);
  rest.otherwise.push_back({describe_rest(at.left)});
  at.out.push_back({std::move(rest)});
  at.finished = true;
  return true;
}

std::vector<length_field> body_builder::lengths_in(const draft& at, const scopes& looked_at,
                                                   std::uint32_t size) const {
  constexpr double coverage = 0.95;
  const auto fits = [&](const length_field& one) { return one.offset + one.width <= size; };
  auto out = find_length_fields(looked_at, coverage, 2);
  std::erase_if(out, [&](const length_field& one) { return !fits(one); });
  const bool starts = at.depth == 0 && at.out.empty();
  if (!starts || !with_.length || !fits(*with_.length)) return out;
  const auto& common = *with_.length;
  if (share_measured(common, looked_at) < coverage) return out;
  std::erase_if(out, [&](const length_field& one) { return overlap(one, common); });
  out.push_back(common);
  return out;
}

void body_builder::add_columns(draft& at, std::uint32_t size) {
  if (size == 0) return;
  const auto looked_at = spread_runs(at.left, with_.most_scopes);
  const auto table = describe_columns(looked_at, with_.from, size);
  const auto lengths = lengths_in(at, looked_at, size);
  const auto first = at.left.front().begin;
  const bool is_same =
      std::ranges::all_of(looked_at, [&](const scope& one) { return one.begin == first; });
  const auto gaps =
      judge_gaps(table, {first, is_same, whole_odds_}, with_.order, with_.cuts.weights);
  if (with_.cuts.heard) with_.cuts.heard({looked_at, gaps});
  auto cuts = choose_cuts(boundary_log_odds(table, gaps, with_.order, with_.cuts.weights));
  for (const auto& length : lengths) {
    const auto end = length.offset + length.width;
    std::erase_if(cuts, [&](auto cut) { return cut > length.offset && cut < end; });
    cuts.push_back(length.offset);
    if (end < size) cuts.push_back(end);
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  const bool outermost =
      at.depth == 0 && at.left.front().end == with_.from[at.left.front().of].bytes.size();
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const auto end = i + 1 < cuts.size() ? cuts[i + 1] : size;
    auto found = describe_field(looked_at, with_.from, cuts[i], end - cuts[i], with_.order);
    const auto length =
        std::ranges::find(lengths, cuts[i], [](const length_field& one) { return one.offset; });
    if (length != lengths.end()) mark_length(found, *length, outermost);
    if (at.depth == 0) judge_checksum(found, looked_at, with_.from, cuts[i]);
    at.out.push_back({std::move(found)});
  }
  advance(at.left, size);
}

void body_builder::add_rest(draft& at) {
  at.out.push_back({describe_rest(at.left)});
  at.finished = true;
}

}  // namespace troupe::grammar
