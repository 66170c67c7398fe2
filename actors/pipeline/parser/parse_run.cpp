#include "actors/pipeline/parser/parse_run.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "actors/pipeline/parser/format_check.hpp"
#include "actors/pipeline/parser/numbers.hpp"
#include "actors/pipeline/parser/parser.hpp"

namespace troupe {

void parse_run::message(const body& elements) {
  scope whole{0, static_cast<std::uint32_t>(bytes_.size())};
  if (read(elements, whole, 0, 1) && whole.at != whole.end) {
    fail(whole.at, 0, {}, std::to_string(whole.left()) + " bytes follow the last element");
  }
  const auto used = out_.leaves.empty() ? 0 : out_.leaves.back().offset + out_.leaves.back().size;
  whole.at = used;
  add(whole, whole.left(), field_kind::opaque, unparsed_name, 0);
}

bool parse_run::read(const body& elements, scope& in, std::uint32_t within, std::uint32_t depth) {
  if (depth > format_limit::depth) return fail(in.at, within, {}, "bodies are nested too deep");
  if (!spend(elements.size() + 1, in, within)) return false;
  const auto first = static_cast<std::uint32_t>(out_.extents.size());
  out_.extents.resize(first + elements.size());
  out_.bodies.push_back({&elements, first, within});
  const surroundings here{elements, first, in.at, within, depth};
  for (std::uint32_t i = 0; i < elements.size(); ++i)
    if (!read(elements[i], i, in, here)) return false;
  return true;
}

bool parse_run::read(const element& what, std::uint32_t number, scope& in,
                     const surroundings& here) {
  parse_tree::extent mine{in.at, in.at, 0};
  if (!std::visit([&](const auto& n) { return node(n, mine, in, here); }, what.node)) return false;
  mine.end = in.at;
  out_.extents[here.first_extent + number] = mine;
  return true;
}

bool parse_run::node(const field& f, parse_tree::extent& /*mine*/, scope& in,
                     const surroundings& here) {
  const auto size = size_of(f.size, f.name, in, here);
  if (!size) return false;
  add(in, *size, f.kind, f.name, here.within, &f);
  in.at += *size;
  return true;
}

bool parse_run::node(const list& l, parse_tree::extent& mine, scope& in, const surroundings& here) {
  return scoped(l.size, l.name, in, here,
                [&](scope& inner) { return items(l, mine.items, inner, here); });
}

bool parse_run::items(const list& l, std::uint32_t& count, scope& in, const surroundings& here) {
  const auto wanted = l.count_field ? number_of(*l.count_field, here) : parse_tree::none;
  while (l.count_field ? count < wanted : in.at < in.end) {
    if (l.end_mark && bytes_[in.at] == *l.end_mark) {
      add(in, 1, field_kind::constant, "end_mark", enter(here.within, l.name));
      ++in.at;
      return true;
    }
    if (!item(l, count, in, here)) return false;
    ++count;
  }
  return true;
}

bool parse_run::item(const list& l, std::uint32_t index, scope& in, const surroundings& here) {
  const auto begin = in.at;
  if (!read(l.item, in, enter(here.within, l.name, index), here.depth + 1)) return false;
  if (in.at != begin) return true;
  return fail(begin, here.within, l.name, "an item of the list has no bytes", index);
}

bool parse_run::node(const choice& c, parse_tree::extent& /*mine*/, scope& in,
                     const surroundings& here) {
  const auto key = bytes_of(c.on, here);
  const auto found = c.cases.find(std::string(key.begin(), key.end()));
  const auto& picked = found == c.cases.end() ? c.otherwise : found->second;
  return scoped(c.size, c.name, in, here, [&](scope& inner) {
    return read(picked, inner, enter(here.within, c.name), here.depth + 1);
  });
}

template <class Inner>
bool parse_run::scoped(const size_rule& rule, std::string_view name, scope& in,
                       const surroundings& here, Inner inner) {
  if (rule.kind == size_rule::how::inlined) return inner(in);
  const auto size = size_of(rule, name, in, here);
  if (!size) return false;
  scope own{in.at, in.at + *size};
  if (!inner(own)) return false;
  in.at = own.at;
  if (own.left() == 0) return true;
  return fail(own.at, here.within, name, std::to_string(own.left()) + " bytes are left at its end");
}

std::optional<std::uint32_t> parse_run::size_of(const size_rule& rule, std::string_view name,
                                                const scope& in, const surroundings& here) {
  using how = size_rule::how;
  std::uint32_t size = 0;
  switch (rule.kind) {
    case how::counted: return counted(rule, name, in, here);
    case how::until: return until(rule.delimiter, in);
    case how::fixed: size = rule.bytes; break;
    case how::align: {
      const auto beyond = (in.at - here.start) % rule.bytes;
      size = beyond == 0 ? 0 : rule.bytes - beyond;
      break;
    }
    case how::rest:
      if (rule.bytes <= in.left()) return in.left() - rule.bytes;
      size = rule.bytes;
      break;
    case how::inlined: break;
  }
  if (size <= in.left()) return size;
  fail(in.at, here.within, name,
       "needs " + std::to_string(size) + " bytes, " + std::to_string(in.left()) + " are left");
  return std::nullopt;
}

std::optional<std::uint32_t> parse_run::counted(const size_rule& rule, std::string_view name,
                                                const scope& in, const surroundings& here) {
  // Beyond 2^33 no unit and no bias of a checked format can bring a size back under 4 GiB.
  constexpr std::uint64_t ceiling = std::uint64_t{1} << 33;
  const auto value = number_of(rule.length_field, here);
  const auto bounded = std::min(value, ceiling);
  const auto units = bounded > ceiling / rule.unit ? ceiling : bounded * rule.unit;
  const auto size = static_cast<std::int64_t>(units) + rule.bias;
  if (size >= 0 && size <= std::int64_t{in.left()}) return static_cast<std::uint32_t>(size);
  fail(in.at, here.within, name,
       "its length field says " + std::to_string(value) + ", which makes " +
           (units == ceiling ? "too many" : std::to_string(size)) + " bytes, " +
           std::to_string(in.left()) + " are left");
  return std::nullopt;
}

std::uint32_t parse_run::until(std::string_view delimiter, const scope& in) const {
  const auto scoped = bytes_.subspan(in.at, in.left());
  const auto found =
      std::search(scoped.begin(), scoped.end(), delimiter.begin(), delimiter.end(),
                  [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
  if (found == scoped.end()) return in.left();
  return static_cast<std::uint32_t>(found - scoped.begin()) +
         static_cast<std::uint32_t>(delimiter.size());
}

std::span<const std::uint8_t> parse_run::bytes_of(std::uint32_t element,
                                                  const surroundings& here) const {
  const auto& extent = out_.extents[here.first_extent + element];
  return bytes_.subspan(extent.begin, extent.end - extent.begin);
}

std::uint64_t parse_run::number_of(std::uint32_t element, const surroundings& here) const {
  const auto& named = std::get<field>(here.elements[element].node);
  return read_number(bytes_of(element, here), named.order);
}

void parse_run::add(const scope& in, std::uint32_t size, field_kind kind, std::string_view name,
                    std::uint32_t within, const field* source, std::uint32_t index) {
  if (size == 0) return;
  const auto order = source != nullptr ? source->order : byte_order::big;
  out_.leaves.push_back({in.at, size, kind, order, source, name, index, within});
}

std::uint32_t parse_run::enter(std::uint32_t parent, std::string_view name, std::uint32_t index) {
  out_.places.push_back({parent, name, index});
  return static_cast<std::uint32_t>(out_.places.size() - 1);
}

bool parse_run::fail(std::uint32_t offset, std::uint32_t within, std::string_view name,
                     std::string reason, std::uint32_t index) {
  if (!out_.error)
    out_.error = parse_error{offset, out_.path_of(within, name, index), std::move(reason)};
  return false;
}

bool parse_run::spend(std::size_t elements, const scope& in, std::uint32_t within) {
  spent_ += elements;
  if (spent_ <= parser::limit::elements) return true;
  return fail(in.at, within, {},
              "the message has more than " + std::to_string(parser::limit::elements) +
                  " elements, which is the limit");
}

}  // namespace troupe
