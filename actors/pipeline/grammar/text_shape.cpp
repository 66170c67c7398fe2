#include "actors/pipeline/grammar/text_shape.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "actors/pipeline/grammar/kinds.hpp"

namespace troupe::grammar {

namespace {

using style = text_lines::style;

struct line_counts {
  std::size_t lines = 0;
  std::size_t dense = 0;   // lines with many delimiters for their words
  std::size_t single = 0;  // lines of at most one word
  std::size_t named = 0;   // lines `name: value`
};

/// A name begins with a letter, and its colon is no part of a time, an address or a URL.
bool has_name(std::string_view line) {
  const auto end = line.find(':');
  if (end == std::string_view::npos || end == 0) return false;
  const auto first = static_cast<unsigned char>(line.front() | 0x20);
  const auto is_of_name = [](char at) {
    return at > ' ' && std::string_view(";,=<>@{}\"()[]").find(at) == std::string_view::npos;
  };
  const auto behind = line.substr(end + 1, 1);
  return first >= 'a' && first <= 'z' && behind != "/" && behind != ":" &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(end), is_of_name);
}

void count_line(std::string_view line, line_counts& into) {
  constexpr std::string_view delimiters = ";,=<>@{}()[]";
  std::size_t found = 0;
  std::size_t words = 0;
  bool inside = false;
  for (const char at : line) {
    found += delimiters.find(at) != std::string_view::npos ? 1U : 0U;
    const bool blank = at == ' ' || at == '\t' || at == '\r' || at == '\n';
    words += !blank && !inside ? 1U : 0U;
    inside = !blank;
  }
  if (words == 0) return;
  ++into.lines;
  if (found > 0 && found * 3 >= words) ++into.dense;
  if (words <= 1) ++into.single;
  if (has_name(line)) ++into.named;
}

style style_of(const line_counts& counts) {
  if (counts.named * 2 > counts.lines) return style::named;
  if (counts.dense * 2 > counts.lines) return style::delimited;
  if (counts.single * 2 > counts.lines) return style::whole;
  return style::words;
}

constexpr std::size_t longest_frame = 16;  // bytes

/// The token in brackets that a text begins with, brackets included; empty where there is none.
std::string_view frame_of(std::string_view text) {
  constexpr std::string_view opening = "<[({";
  constexpr std::string_view closing = ">])}";
  const auto which = text.empty() ? std::string_view::npos : opening.find(text.front());
  if (which == std::string_view::npos) return {};
  const auto end = text.substr(0, longest_frame).find(closing[which]);
  return end == std::string_view::npos || end < 2 ? std::string_view{} : text.substr(0, end + 1);
}

/// The delimiters behind the first word.
std::string_view first_delimiters(std::string_view text) {
  const std::string delimiters = text_lines{}.separators;
  const auto begin = std::min(text.find_first_of(delimiters), text.size());
  const auto end = std::min(text.find_first_not_of(delimiters, begin), text.size());
  return text.substr(begin, end - begin);
}

}  // namespace

bool is_text(bytes_view bytes) {
  const auto seen = std::count_if(bytes.begin(), bytes.end(), is_text_byte);
  return !bytes.empty() && static_cast<double>(seen) > 0.9 * static_cast<double>(bytes.size());
}

double text_share(const samples& from) {
  if (from.empty()) return 0;
  const auto text =
      std::count_if(from.begin(), from.end(), [](const sample& one) { return is_text(one.bytes); });
  return static_cast<double>(text) / static_cast<double>(from.size());
}

std::optional<framed_text> find_frame(std::span<const scope> within) {
  constexpr std::size_t fewest = 4;
  std::map<std::string_view, double> behind;
  std::map<char, std::size_t> closings;
  framed_text out;
  std::size_t framed = 0;
  for (const auto& one : within) {
    const auto text = text_of(one.bytes);
    const auto frame = frame_of(text);
    if (frame.empty()) continue;
    ++framed;
    ++closings[frame.back()];
    out.closing = static_cast<std::uint8_t>(frame.back());
    out.longest = std::max(out.longest, static_cast<std::uint32_t>(frame.size()));
    ++behind[first_delimiters(text.substr(frame.size()))];
  }
  if (framed < fewest || framed * 20 < within.size() * 19 || closings.size() != 1) return {};
  const auto count = static_cast<double>(framed);
  double pairs = 0;
  for (const auto& [delimiters, seen] : behind) pairs += seen * (seen - 1);
  if (pairs > 0.4 * count * (count - 1)) return {};
  return out;
}

body describe_framed(const framed_text& frame, std::span<const scope> within) {
  field token;
  token.kind = field_kind::text;
  token.size.kind = size_rule::how::until;
  token.size.delimiter = std::string(1, static_cast<char>(frame.closing));
  token.confidence = 0.8;
  token.evidence.push_back("a token in brackets begins every message");
  auto prose = describe_rest(within);
  prose.evidence = {"prose: its delimiters differ from message to message"};
  return {{std::move(token)}, {std::move(prose)}};
}

text_lines shape_of_text(std::span<const scope> within) {
  line_counts first;
  line_counts others;
  for (const auto& one : within) {
    auto text = text_of(one.bytes);
    for (bool is_first = true; !text.empty(); is_first = false) {
      const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
      count_line(text.substr(0, end), is_first ? first : others);
      text.remove_prefix(end);
    }
  }
  text_lines out;
  out.first_line = style_of(first);
  out.other_lines = others.lines == 0 ? out.first_line : style_of(others);
  // A few further lines behind lines of words are prose that belongs to the first.
  const bool rare = others.lines * 2 < within.size();
  if (out.first_line == style::words && rare) out.other_lines = style::rest;
  out.confidence = 0.5;
  out.evidence.push_back(std::to_string(first.dense) + " of " + std::to_string(first.lines) +
                         " first lines and " + std::to_string(others.dense) + " of " +
                         std::to_string(others.lines) + " further lines are dense in delimiters");
  if (out.first_line == style::named || out.other_lines == style::named) {
    out.evidence.push_back(std::to_string(first.named) + " of " + std::to_string(first.lines) +
                           " first lines and " + std::to_string(others.named) + " of " +
                           std::to_string(others.lines) + " further lines are `name: value`");
  }
  return out;
}

}  // namespace troupe::grammar
