#include "actors/pipeline/formats/format_rows.hpp"

#include <utility>
#include <variant>

#include "actors/pipeline/parser/export_text.hpp"

namespace troupe {

namespace {

using how = size_rule::how;

std::string scaled(std::string value, std::uint32_t unit, std::int64_t bias) {
  if (unit != 1) value.append(" * ").append(std::to_string(unit));
  if (bias > 0) value.append(" + ").append(std::to_string(bias));
  if (bias < 0) value.append(" - ").append(std::to_string(-bias));
  return value;
}

std::string name_of(const element& what) {
  return std::visit([](const auto& node) { return node.name; }, what.node);
}

/// A field that sizes refer to, without its name, which changes with what stands before it.
std::string nameless(const element& what) {
  const auto* f = std::get_if<field>(&what.node);
  if (f == nullptr) return "element";
  std::string text(to_string(f->kind));
  return text.append(" of ").append(std::to_string(f->size.bytes));
}

std::string width_of(const size_rule& rule, const std::string& counted_by) {
  const auto bytes = std::to_string(rule.bytes);
  switch (rule.kind) {
    case how::fixed: return bytes;
    case how::rest: return rule.bytes == 0 ? "rest" : "rest - " + bytes;
    case how::counted: return scaled(counted_by, rule.unit, rule.bias);
    case how::until: return "to " + all_bytes(rule.delimiter);
    case how::align: return "to multiple of " + bytes;
    case how::inlined: break;
  }
  return "";
}

std::string relation(const length_relation& says, const std::string& target) {
  using covers = length_relation::covers;
  std::string what;
  switch (says.what) {
    case covers::message: what = "bytes of the message"; break;
    case covers::rest: what = "bytes that follow"; break;
    case covers::element: what.append("bytes of ").append(target); break;
    case covers::items: what.append("items of ").append(target); break;
  }
  return scaled("value", says.unit, says.bias).append(" = ").append(what);
}

bool has_order(const field& f) {
  const bool is_number = is_integer_kind(f.kind) || f.kind == field_kind::real;
  return is_number && f.size.kind == how::fixed && f.size.bytes > 1;
}

class row_writer {
 public:
  std::vector<format_row> write(const body& elements) {
    bodies(elements, 0);
    return std::move(rows_);
  }

 private:
  void bodies(const body& elements, std::uint32_t depth) {
    for (const auto& each : elements)
      std::visit([&](const auto& node) { this->node(node, elements, depth); }, each.node);
  }

  /// Adds a row and moves on; `size` tells by how many bytes, where that is always the same.
  format_row& add(std::string name, std::string_view kind, std::uint32_t depth,
                  std::optional<std::uint32_t> size) {
    format_row row;
    row.name = std::move(name);
    row.kind = kind;
    row.depth = depth;
    row.offset = at_;
    if (at_ && size)
      at_ = *at_ + *size;
    else
      at_.reset();
    rows_.push_back(std::move(row));
    return rows_.back();
  }

  static void size(format_row& row, const size_rule& rule, const body& elements) {
    const bool refers = rule.kind == how::counted && rule.length_field < elements.size();
    row.width = width_of(rule, refers ? name_of(elements[rule.length_field]) : "");
    row.shape = row.kind + ' ' +
                width_of(rule, refers ? nameless(elements[rule.length_field]) : "") + ' ' +
                row.order;
  }

  void node(const field& f, const body& elements, std::uint32_t depth) {
    const bool fixed = f.size.kind == how::fixed;
    auto& row =
        add(f.name, to_string(f.kind), depth, fixed ? std::optional(f.size.bytes) : std::nullopt);
    if (has_order(f)) row.order = f.order == byte_order::big ? "big" : "little";
    size(row, f.size, elements);
    if (f.measures) {
      const bool exists = f.measures->target < elements.size();
      row.says = relation(*f.measures, exists ? name_of(elements[f.measures->target]) : "");
      row.shape.append(" ").append(relation(*f.measures, "it"));
    }
    if (f.sums) {
      row.says.append(to_string(f.sums->with));
      row.says.append(" from byte ").append(std::to_string(f.sums->from));
      row.shape.append(" ").append(row.says);
    }
    row.source = &f;
    row.values = &f.values;
    row.confidence = f.confidence;
    row.evidence = &f.evidence;
  }

  void node(const list& l, const body& elements, std::uint32_t depth) {
    auto& row = add(l.name, "list", depth, std::nullopt);
    size(row, l.size, elements);
    if (l.count_field && *l.count_field < elements.size()) {
      row.says.append(name_of(elements[*l.count_field])).append(" items");
      row.shape.append(" counted by ").append(nameless(elements[*l.count_field]));
    }
    if (l.end_mark) {
      row.says.append("ends with the byte ").append(std::to_string(*l.end_mark));
      row.shape.append(" ").append(row.says);
    }
    row.confidence = l.confidence;
    row.evidence = &l.evidence;
    bodies(l.item, depth + 1);
    at_.reset();
  }

  void node(const choice& c, const body& elements, std::uint32_t depth) {
    auto& row = add(c.name, "choice", depth, std::nullopt);
    if (c.on < elements.size()) row.says.append("by ").append(name_of(elements[c.on]));
    size(row, c.size, elements);
    for (const auto& [key, picked] : c.cases) {
      auto& heading = add(shown_bytes(key), "case", depth + 1, std::nullopt);
      heading.shape.append("case ").append(all_bytes(key));
      bodies(picked, depth + 2);
    }
    add("others", "case", depth + 1, std::nullopt).shape = "case others";
    bodies(c.otherwise, depth + 2);
    at_.reset();
  }

  format_row& described(std::string_view kind, const std::string& name, double confidence,
                        const std::vector<std::string>& evidence, std::uint32_t depth) {
    auto& row = add(name, kind, depth, std::nullopt);
    row.shape = kind;
    row.confidence = confidence;
    row.evidence = &evidence;
    return row;
  }

  void node(const ber_tree& b, const body& /*elements*/, std::uint32_t depth) {
    described("BER tree", b.name, b.confidence, b.evidence, depth).values = &b.tags;
  }

  void node(const text_lines& t, const body& /*elements*/, std::uint32_t depth) {
    const auto style = [](text_lines::style given) -> std::string_view {
      using enum text_lines::style;
      switch (given) {
        case whole: return "whole";
        case words: return "first word and rest";
        case delimited: return "cut at separators";
        case named: return "name: value in one, others cut at separators";
        case rest: break;
      }
      return "the rest of the text";
    };
    described("text lines", t.name, t.confidence, t.evidence, depth);
    auto& row = rows_.back();
    row.says.append("first line: ").append(style(t.first_line));
    row.says.append("; others: ").append(style(t.other_lines));
    row.shape.append(" ").append(row.says).append(" ").append(all_bytes(t.separators));
  }

  void node(const name_chain& n, const body& /*elements*/, std::uint32_t depth) {
    described("labels", n.name, n.confidence, n.evidence, depth);
  }

  std::vector<format_row> rows_;
  std::optional<std::uint32_t> at_ = 0;
};

}  // namespace

std::string all_bytes(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<std::uint8_t>(byte);
    text += digits[value >> 4];
    text += digits[value & 15];
  }
  return text;
}

std::vector<format_row> rows_of(const body& elements) { return row_writer().write(elements); }

std::string describe(const keyword& which) {
  auto first = std::to_string(which.offset);
  switch (which.from) {
    case keyword::source::bytes:
      if (which.width == 1) return "byte " + first;
      return "bytes " + first + '-' + std::to_string(which.offset + which.width - 1);
    case keyword::source::direction: return "direction";
    case keyword::source::word: return "word " + first;
    case keyword::source::size: return "bits of the length";
    case keyword::source::tag: break;
  }
  return "BER tag at depth " + first;
}

}  // namespace troupe
