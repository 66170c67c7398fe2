#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "runtime/cli/report/group_report.hpp"
#include "runtime/cli/report/table.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

constexpr std::size_t most_types = 16;  // rows, unless everything is asked for

bool is_printable(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string subject_of(const keyword& word) {
  const auto first = std::to_string(word.offset);
  switch (word.from) {
    case keyword::source::bytes:
      return word.width == 1
                 ? "byte " + first
                 : "bytes " + first + "-" + std::to_string(word.offset + word.width - 1);
    case keyword::source::direction: return "direction";
    case keyword::source::word: return "word " + first;
    case keyword::source::size: return "length";
    case keyword::source::tag: return "BER tag";
  }
  return {};
}

unsigned first_byte(std::string_view value) {
  return value.empty() ? 0U : static_cast<unsigned char>(value.front());
}

// A keyword value of `size` is the number of bits of the length: b bits are 2^(b-1) .. 2^b - 1.
std::string length_class(std::string_view value) {
  const unsigned bits = std::min(first_byte(value), 32U);
  if (bits == 0) return "0";
  return std::to_string(1ULL << (bits - 1)) + ".." + std::to_string((1ULL << bits) - 1);
}

std::string value_of(const keyword& word, std::string_view value) {
  switch (word.from) {
    case keyword::source::direction: return first_byte(value) == 0 ? "c2s" : "s2c";
    case keyword::source::size: return length_class(value);
    case keyword::source::word: return quoted(value, 16);
    default: break;
  }
  if (value.empty()) return "missing";
  if (value.size() > 1 && is_printable(value)) return quoted(value, 16);
  return hex_bytes(value, 8);
}

using values = std::vector<std::set<std::string>>;  // one set for each keyword

std::string alternatives(const std::set<std::string>& values_of_keyword) {
  constexpr std::size_t shown = 4;
  std::string out;
  std::size_t count = 0;
  for (const auto& value : values_of_keyword) {
    if (count++ == shown)
      return out + " or " + std::to_string(values_of_keyword.size() - shown) + " more";
    out += (out.empty() ? "" : " or ") + value;
  }
  return out;
}

std::string recognised_by(const selector& pick, const values& of_type, bool is_fallback) {
  std::string out;
  for (std::size_t at = 0; at < of_type.size(); ++at) {
    if (of_type[at].empty()) continue;
    out += (out.empty() ? "" : ", ") + subject_of(pick.keywords[at]) + " = " +
           alternatives(of_type[at]);
  }
  if (out.empty()) return is_fallback && pick.types.empty() ? "every message" : "all others";
  return is_fallback ? out + "; all others" : out;
}

std::vector<values> values_by_type(const format& grammar) {
  std::vector<values> out(grammar.types.size(), values(grammar.pick.keywords.size()));
  for (const auto& [tuple, type] : grammar.pick.types) {
    if (type >= out.size()) continue;
    const auto known = std::min(tuple.size(), grammar.pick.keywords.size());
    for (std::size_t at = 0; at < known; ++at) {
      out[type][at].insert(value_of(grammar.pick.keywords[at], tuple[at]));
    }
  }
  return out;
}

std::string length_range(const message_type& type) {
  const auto shortest = std::to_string(type.shortest);
  return type.shortest == type.longest ? shortest : shortest + ".." + std::to_string(type.longest);
}

}  // namespace

std::string types_section(const format& grammar, const style& look) {
  const auto known = values_by_type(grammar);
  const auto total =
      std::accumulate(grammar.types.begin(), grammar.types.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const message_type& type) { return sum + type.seen; });
  std::vector<std::size_t> order(grammar.types.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return grammar.types[a].seen > grammar.types[b].seen;
  });
  const std::size_t shown = look.everything ? order.size() : std::min(order.size(), most_types);

  table rows({{"type", false, true},
              {"messages", true, false},
              {"share", false, false},
              {"", true, false},
              {"bytes", true, false},
              {"sure", true, false},
              {"recognised by", false, true}});
  for (std::size_t rank = 0; rank < shown; ++rank) {
    const auto& type = grammar.types[order[rank]];
    const double share =
        total == 0 ? 0 : static_cast<double>(type.seen) / static_cast<double>(total);
    rows.add(
        {{wire::clean_text(type.name), ink::strong},
         {std::to_string(type.seen)},
         {bar(look, share, 8)},
         {percent(share)},
         {length_range(type)},
         {percent(type.confidence), judged(type.confidence)},
         {recognised_by(grammar.pick, known[order[rank]], order[rank] == grammar.pick.fallback)}});
  }
  auto out = heading("Message types", "", look) + rows.text(look, 2);
  if (shown < order.size()) {
    out += "  " +
           paint(look, ink::dim,
                 "and " + counted(order.size() - shown, "rarer type") + " (--full shows all)") +
           '\n';
  }
  return out;
}

}  // namespace troupe::cli
