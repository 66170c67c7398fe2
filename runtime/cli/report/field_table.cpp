#include <algorithm>
#include <cstdio>
#include <numeric>
#include <optional>

#include "runtime/cli/report/group_report.hpp"
#include "runtime/cli/report/table.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

constexpr std::size_t most_types = 5;      // tables, unless everything is asked for
constexpr std::size_t values_shown = 4;    // of an enumeration
constexpr std::size_t evidence_shown = 2;  // lines a field, unless everything is asked for

std::string name_in(const body& elements, std::uint32_t index) {
  if (index >= elements.size()) return "field " + std::to_string(index);
  const auto name = std::visit([](const auto& node) { return node.name; }, elements[index].node);
  return wire::clean_text(name);
}

std::string factor(std::uint32_t unit, const std::string& name, std::int64_t bias) {
  std::string out = unit == 1 ? name : std::to_string(unit) + " x " + name;
  if (bias != 0) out += (bias < 0 ? " - " : " + ") + std::to_string(bias < 0 ? -bias : bias);
  return out;
}

std::string size_text(const size_rule& size, const body& around) {
  switch (size.kind) {
    case size_rule::how::fixed: return std::to_string(size.bytes);
    case size_rule::how::rest:
      return size.bytes == 0 ? "rest" : "rest - " + std::to_string(size.bytes);
    case size_rule::how::counted:
      return factor(size.unit, name_in(around, size.length_field), size.bias);
    case size_rule::how::until: return "until " + hex_bytes(size.delimiter, 4);
    case size_rule::how::align: return "to x" + std::to_string(size.bytes);
    case size_rule::how::inlined: return "";
  }
  return {};
}

std::string known_values(const field& one) {
  std::string out;
  for (std::size_t at = 0; at < one.values.size(); ++at) {
    if (at == values_shown) {
      return out + ", " + std::to_string(one.values.size() - values_shown) + " more";
    }
    const auto& raw = one.values[at].bytes;
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size());
    out += (out.empty() ? "" : ", ") + value_text(bytes, one.kind, one.order);
  }
  return out;
}

std::string relation(const length_relation& measures, const body& around) {
  std::string covered;
  switch (measures.what) {
    case length_relation::covers::message: covered = "the message"; break;
    case length_relation::covers::rest: covered = "what follows"; break;
    case length_relation::covers::element: covered = name_in(around, measures.target); break;
    case length_relation::covers::items:
      covered = "items of " + name_in(around, measures.target);
      break;
  }
  return "of " + covered +
         (measures.unit == 1 && measures.bias == 0
              ? ""
              : " (" + factor(measures.unit, "n", measures.bias) + ")");
}

// Evidence has a column of its own where there is room for it, else a line below each field.
bool is_wide(const style& look) { return look.width >= 120; }

// A range of large numbers says more by its magnitude.
std::string number_text(std::uint64_t value) {
  if (value < 1'000'000'000'000U) return std::to_string(value);
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%.2g", static_cast<double>(value));
  return {text, static_cast<std::size_t>(size)};
}

std::string what_it_holds(const field& one, const body& around) {
  if (!one.values.empty()) return known_values(one);
  std::string out;
  if (one.measures) out = relation(*one.measures, around);
  if (one.sums) {
    out = std::string(to_string(one.sums->with)) + " from " + std::to_string(one.sums->from);
  }
  if (one.step) out = "step " + std::to_string(*one.step);
  if (one.minimum && one.maximum) {
    out += (out.empty() ? "" : ", ") + number_text(*one.minimum) + ".." + number_text(*one.maximum);
  }
  return out;
}

std::string_view style_text(text_lines::style style) {
  switch (style) {
    case text_lines::style::whole: return "whole";
    case text_lines::style::words: return "words";
    case text_lines::style::delimited: return "tokens";
    case text_lines::style::rest: return "rest";
    case text_lines::style::named: return "name: value";
  }
  return {};
}

// Writes bodies into the table, depth first. Keeps the offset from the start of the body while it
// is the same for every message.
class body_writer {
 public:
  body_writer(table& rows, const style& look) : rows_(rows), look_(look) {}

  void write(const body& elements, std::size_t depth) {
    if (depth > deepest) return;
    std::optional<std::uint64_t> at = 0;
    for (const auto& one : elements) {
      std::visit([&](const auto& node) { add(node, elements, depth, at); }, one.node);
    }
  }

 private:
  static constexpr std::size_t deepest = 12;
  using place = std::optional<std::uint64_t>;

  std::string place_text(const place& at, std::size_t depth) const {
    if (!at) return std::string(either(look_, "·", "-"));
    return (depth == 0 ? "" : "+") + std::to_string(*at);
  }

  void row(const place& at, std::size_t depth, std::string name, std::string size, std::string kind,
           std::string values, std::optional<double> confidence,
           const std::vector<std::string>& evidence) {
    const cell sure =
        confidence ? cell{percent(*confidence), judged(*confidence)} : cell{"", ink::plain};
    std::vector<cell> cells{{place_text(at, depth), ink::dim},
                            {std::move(size)},
                            {std::string(depth * 2, ' ') + wire::clean_text(name), ink::strong},
                            {std::move(kind)},
                            sure,
                            {std::move(values)}};
    const auto shown =
        look_.everything ? evidence.size() : std::min(evidence.size(), evidence_shown);
    if (is_wide(look_)) {
      std::string words;
      for (std::size_t line = 0; line < shown; ++line) {
        words += (line == 0 ? "" : "; ") + wire::clean_text(evidence[line]);
      }
      cells.push_back({std::move(words), ink::dim});
    }
    rows_.add(std::move(cells));
    if (is_wide(look_)) return;
    for (std::size_t line = 0; line < shown; ++line) {
      rows_.note(wire::clean_text(evidence[line]), 2);
    }
  }

  static void advance(place& at, const size_rule& size) {
    if (at && size.kind == size_rule::how::fixed) {
      *at += size.bytes;
    } else {
      at.reset();
    }
  }

  void add(const field& one, const body& around, std::size_t depth, place& at) {
    std::string kind(to_string(one.kind));
    const bool is_number = one.minimum.has_value() && one.size.bytes > 1;
    if (is_number && one.order == byte_order::little) kind += " le";
    row(at, depth, one.name, size_text(one.size, around), kind, what_it_holds(one, around),
        one.confidence, one.evidence);
    advance(at, one.size);
  }

  void add(const list& one, const body& around, std::size_t depth, place& at) {
    std::string count = "until the end";
    if (one.count_field) count = name_in(around, *one.count_field) + " times";
    if (one.end_mark)
      count = "until " + hex_bytes(std::string(1, static_cast<char>(*one.end_mark)), 1);
    row(at, depth, one.name, size_text(one.size, around), "list", count, one.confidence,
        one.evidence);
    write(one.item, depth + 1);
    advance(at, one.size);
  }

  void add(const choice& one, const body& around, std::size_t depth, place& at) {
    row(at, depth, one.name, size_text(one.size, around), "choice", "on " + name_in(around, one.on),
        std::nullopt, {});
    for (const auto& [value, inner] : one.cases) {
      row(std::nullopt, depth + 1, "case " + hex_bytes(value, 8), "", "",
          inner.empty() ? "nothing more" : "", std::nullopt, {});
      write(inner, depth + 2);
    }
    if (!one.otherwise.empty()) {
      row(std::nullopt, depth + 1, "otherwise", "", "", "", std::nullopt, {});
      write(one.otherwise, depth + 2);
    }
    advance(at, one.size);
  }

  void add(const ber_tree& one, const body&, std::size_t depth, place& at) {
    row(at, depth, one.name, "rest", "BER tree", "tag, length, value", one.confidence,
        one.evidence);
    at.reset();
  }

  void add(const text_lines& one, const body&, std::size_t depth, place& at) {
    row(at, depth, one.name, "rest", "text lines",
        "first: " + std::string(style_text(one.first_line)) +
            ", others: " + std::string(style_text(one.other_lines)),
        one.confidence, one.evidence);
    at.reset();
  }

  void add(const name_chain& one, const body&, std::size_t depth, place& at) {
    row(at, depth, one.name, "labels", "name chain", "length-prefixed labels", one.confidence,
        one.evidence);
    at.reset();
  }

  table& rows_;
  const style& look_;
};

std::vector<column> columns_for(const style& look) {
  std::vector<column> out{{"at", true, false},    {"size", true, true},  {"field", false, true},
                          {"kind", false, false}, {"sure", true, false}, {"values", false, true}};
  if (is_wide(look)) out.push_back({"evidence", false, true});
  return out;
}

}  // namespace

std::string fields_section(const format& grammar, const style& look) {
  std::vector<std::size_t> order(grammar.types.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return grammar.types[a].seen > grammar.types[b].seen;
  });
  const auto shown = look.everything ? order.size() : std::min(order.size(), most_types);
  std::string out;
  for (std::size_t rank = 0; rank < shown; ++rank) {
    const auto& type = grammar.types[order[rank]];
    table rows(columns_for(look));
    body_writer(rows, look).write(type.elements, 0);
    out += heading("Fields of " + wire::clean_text(type.name), counted(type.seen, "message"), look);
    out += rows.text(look, 2);
  }
  if (shown < order.size()) {
    out += "\n  " +
           paint(look, ink::dim,
                 "fields of " + counted(order.size() - shown, "rarer type") +
                     " are left out (--full shows all)") +
           '\n';
  }
  return out;
}

}  // namespace troupe::cli
