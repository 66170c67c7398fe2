// The self-describing parts of a format: BER trees, text and name chains.

#include <algorithm>

#include "actors/pipeline/parser/ber.hpp"
#include "actors/pipeline/parser/format_check.hpp"
#include "actors/pipeline/parser/parse_run.hpp"

namespace troupe {

namespace {

constexpr std::uint8_t bit_string = 0x03;

/// What the value of a primitive BER element is (X.680 section 8.4, universal tags).
field_kind kind_of_tag(std::uint8_t tag) noexcept {
  switch (tag) {
    case 0x01:
    case 0x02:
    case 0x0a: return field_kind::number;  // BOOLEAN, INTEGER, ENUMERATED
    case bit_string: return field_kind::flags;
    case 0x06: return field_kind::id;  // OBJECT IDENTIFIER
    case 0x09: return field_kind::real;
    case 0x0c:
    case 0x12:
    case 0x13:
    case 0x14:
    case 0x16:
    case 0x1a:
    case 0x1b: return field_kind::text;
    case 0x17:
    case 0x18: return field_kind::timestamp;  // UTCTime, GeneralizedTime
    default: return field_kind::opaque;
  }
}

constexpr bool is_space(std::uint8_t byte) noexcept { return byte == ' ' || byte == '\t'; }

}  // namespace

bool parse_run::node(const ber_tree& b, parse_tree::extent& mine, scope& in,
                     const surroundings& here) {
  for (; in.at < in.end; ++mine.items)
    if (!ber_element(in, enter(here.within, b.name, mine.items), 1)) return false;
  return true;
}

bool parse_run::ber_element(scope& in, std::uint32_t within, std::uint32_t depth) {
  if (depth > format_limit::depth) return fail(in.at, within, {}, "BER is nested too deep");
  if (!spend(4, in, within)) return false;
  const auto tag = bytes_[in.at];
  const auto head = read_ber_head(bytes_, in.at, in.end);
  if (!head.problem.empty()) return fail(in.at, within, {}, std::string(head.problem));
  const auto step = [&](std::size_t end, field_kind kind, std::string_view name) {
    const auto size = static_cast<std::uint32_t>(end) - in.at;
    add(in, size, kind, name, within);
    in.at += size;
  };
  step(head.tag_end, field_kind::enumeration, "tag");
  step(head.length_end, field_kind::length, "length");
  step(head.value_begin, field_kind::length, "length_number");
  if (head.value_size > in.left())
    return fail(in.at, within, "value",
                "its length says " + std::to_string(head.value_size) + " bytes, " +
                    std::to_string(in.left()) + " are left");
  const scope value{in.at, in.at + static_cast<std::uint32_t>(head.value_size)};
  if (!ber_value(tag, head.constructed, value, within, depth)) return false;
  in.at = value.end;
  return true;
}

bool parse_run::ber_value(std::uint8_t tag, bool constructed, scope value, std::uint32_t within,
                          std::uint32_t depth) {
  if (constructed) {
    for (std::uint32_t i = 0; value.at < value.end; ++i)
      if (!ber_element(value, enter(within, {}, i), depth + 1)) return false;
    return true;
  }
  if (tag == bit_string && value.left() > 0) {
    add(value, 1, field_kind::number, "unused_bits", within);
    ++value.at;
  }
  add(value, value.left(), kind_of_tag(tag), "value", within);
  return true;
}

bool parse_run::node(const text_lines& t, parse_tree::extent& mine, scope& in,
                     const surroundings& here) {
  for (; in.at < in.end; ++mine.items) {
    if (!spend(4, in, here.within)) return false;
    const auto style = mine.items == 0 ? t.first_line : t.other_lines;
    const auto within = enter(here.within, t.name, mine.items);
    if (style == text_lines::style::rest) {
      add(in, in.left(), field_kind::text, "rest", within);
      in.at = in.end;
      continue;
    }
    const auto next = in.at + until("\n", in);
    std::uint32_t ending = 0;
    if (bytes_[next - 1] == '\n') ending = next - in.at > 1 && bytes_[next - 2] == '\r' ? 2 : 1;
    if (!line(style, t, {in.at, next}, ending, within)) return false;
    in.at = next;
  }
  return true;
}

bool parse_run::line(text_lines::style style, const text_lines& t, scope in, std::uint32_t ending,
                     std::uint32_t within) {
  const scope content{in.at, in.end - ending};
  const bool is_named = style == text_lines::style::named && has_name(t, content);
  if (style == text_lines::style::whole || (is_named && !has_parameters(content))) {
    add(in, in.left(), field_kind::text, "line", within);
    return true;
  }
  if (style == text_lines::style::words)
    words(content, within);
  else if (!(is_named ? parameters(t, content, within) : tokens(t, content, within)))
    return false;
  add({content.end, in.end}, ending, field_kind::constant, "ending", within);
  return true;
}

bool parse_run::has_name(const text_lines& t, scope in) const {
  const auto name = run_of(t, in, false);
  return name > 0 && name < in.left() && bytes_[in.at + name] == ':';
}

bool parse_run::has_parameters(scope in) const {
  return std::any_of(bytes_.begin() + in.at, bytes_.begin() + in.end,
                     [](std::uint8_t byte) { return byte == '<' || byte == '='; });
}

// How many bytes from here on are separators, or are none.
std::uint32_t parse_run::run_of(const text_lines& t, scope in, bool inside) const {
  const auto other = [&](std::uint8_t byte) {
    return (t.separators.find(static_cast<char>(byte)) != std::string::npos) != inside;
  };
  const auto begin = bytes_.begin() + in.at;
  return static_cast<std::uint32_t>(std::find_if(begin, bytes_.begin() + in.end, other) - begin);
}

void parse_run::words(scope in, std::uint32_t within) {
  const auto skip = [&](bool space) {
    auto end = in.at;
    while (end < in.end && is_space(bytes_[end]) == space) ++end;
    return end - in.at;
  };
  const auto word = skip(false);
  add(in, word, field_kind::text, "word", within);
  in.at += word;
  const auto spaces = skip(true);
  add(in, spaces, field_kind::padding, "space", within);
  in.at += spaces;
  add(in, in.left(), field_kind::text, "rest", within);
}

bool parse_run::tokens(const text_lines& t, scope in, std::uint32_t within) {
  for (std::uint32_t number = 0; in.at < in.end; ++number) {
    if (!spend(1, in, within)) return false;
    const auto separators = run_of(t, in, true);
    const auto size = separators > 0 ? separators : run_of(t, in, false);
    token(in, size, separators == 0, number, within);
  }
  return true;
}

// A name goes with the separators around it.
bool parse_run::parameters(const text_lines& t, scope in, std::uint32_t within) {
  for (std::uint32_t number = 0; in.at < in.end; ++number) {
    auto ahead = in;
    std::uint32_t value = 0;
    while (ahead.at < ahead.end && value == 0) {
      if (!spend(1, in, within)) return false;
      ahead.at += run_of(t, ahead, true);
      const auto word = run_of(t, ahead, false);
      const auto next = ahead.at + word;
      const bool names = next < ahead.end && (bytes_[next] == '=' || bytes_[next] == ':');
      if (names || word == 0)
        ahead.at = next;
      else
        value = word;
    }
    token(in, ahead.at - in.at, false, number, within);
    if (value > 0) token(in, value, true, ++number, within);
  }
  return true;
}

void parse_run::token(scope& in, std::uint32_t size, bool is_value, std::uint32_t number,
                      std::uint32_t within) {
  add(in, size, is_value ? field_kind::text : field_kind::padding, is_value ? "token" : "separator",
      within, nullptr, number);
  in.at += size;
}

bool parse_run::node(const name_chain& n, parse_tree::extent& /*mine*/, scope& in,
                     const surroundings& here) {
  constexpr std::uint8_t pointer = 0xc0;
  auto at = std::uint64_t{in.at};
  std::uint8_t first = 1;
  while (first != 0 && first < pointer) {
    if (at >= in.end) return fail(in.at, here.within, n.name, "the name does not end");
    first = bytes_[at];
    if (first >= 64 && first < pointer)
      return fail(static_cast<std::uint32_t>(at), here.within, n.name,
                  "a label of " + std::to_string(first) + " bytes; 63 is the most");
    at += first < pointer ? first + 1U : 2U;
  }
  if (at > in.end) return fail(in.at, here.within, n.name, "the name does not end");
  const auto size = static_cast<std::uint32_t>(at) - in.at;
  add(in, size, field_kind::text, n.name, here.within);
  in.at += size;
  return true;
}

}  // namespace troupe
