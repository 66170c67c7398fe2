#include "actors/pipeline/formats/format_text.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actors/pipeline/formats/format_rows.hpp"
#include "actors/pipeline/parser/export_text.hpp"
#include "actors/pipeline/parser/parser.hpp"

namespace troupe {

namespace {

constexpr std::size_t examples_each = 3;
constexpr std::size_t messages_looked_at = 2'000;
constexpr std::size_t values_shown = 8;

using examples = std::map<const field*, std::vector<std::string>>;

/// The first different values of each field.
examples find_examples(const format& what, const traffic_group& group) {
  const parser machine(std::shared_ptr<const format>(std::shared_ptr<void>(), &what));
  examples found;
  parse_tree tree;
  const auto last = std::min(group.messages.size(), messages_looked_at);
  for (std::size_t i = 0; i < last; ++i) {
    const auto bytes = group.payload(group.messages[i]);
    machine.parse_into(tree, bytes, group.messages[i].dir);
    for (const auto& leaf : tree.leaves) {
      if (leaf.source == nullptr) continue;
      auto& of_field = found[leaf.source];
      if (of_field.size() == examples_each) continue;
      const auto part = bytes.subspan(leaf.offset, leaf.size);
      std::string value(part.begin(), part.end());
      if (std::find(of_field.begin(), of_field.end(), value) == of_field.end())
        of_field.push_back(std::move(value));
    }
  }
  return found;
}

std::string ascii(std::string_view text) {
  auto made = quoted(text);
  return made.substr(1, made.size() - 2);
}

std::string two_digits(double share) {
  std::string text(8, '\0');
  const auto size = std::snprintf(text.data(), text.size(), "%.2f", share);
  text.resize(static_cast<std::size_t>(std::max(size, 0)));
  return text;
}

/// The text, filled up with spaces to a column; at least one space follows.
std::string column(std::string text, std::size_t width) {
  text.resize(std::max(text.size() + 1, width), ' ');
  return text;
}

std::string shown(std::string_view bytes, field_kind kind) {
  return kind == field_kind::text ? quoted(bytes.substr(0, 40)) : shown_bytes(bytes);
}

class text_writer {
 public:
  std::string write(const format& what, std::string_view name, const traffic_group& messages) {
    examples_ = find_examples(what, messages);
    std::uint64_t seen = 0;
    for (const auto& type : what.types) seen += type.seen;
    line(0, "format " + ascii(name) + ": " + (what.is_text ? "text" : "binary") + ", " +
                (what.order == byte_order::big ? "big" : "little") + " endian, " +
                std::to_string(seen) + " messages, version " + std::to_string(what.version) +
                ", confidence " + two_digits(what.confidence));
    if (what.cut_short) line(1, "- cut short: the best until the deadline");
    evidence(1, what.evidence);
    selection(what);
    for (const auto& type : what.types) write(type);
    return std::move(text_);
  }

 private:
  void line(std::size_t indent, std::string_view what) {
    std::string made(indent * 2, ' ');
    made += what;
    made.erase(made.find_last_not_of(' ') + 1);
    text_ += made + '\n';
  }

  void evidence(std::size_t indent, const std::vector<std::string>& lines) {
    for (const auto& each : lines) line(indent, "- " + ascii(each));
  }

  void selection(const format& what) {
    std::string by;
    for (const auto& word : what.pick.keywords)
      by.append(by.empty() ? "" : ", ").append(describe(word));
    line(0, "");
    line(0, by.empty() ? "one type" : "type by " + by);
    if (by.empty()) return;
    for (const auto& [tuple, type] : what.pick.types) {
      std::string values;
      for (const auto& value : tuple)
        values.append(values.empty() ? "" : " | ")
            .append(value.empty() ? "none" : shown_bytes(value));
      line(1, column(values, 32) + ascii(what.types[type].name));
    }
    line(1, column("others", 32) + ascii(what.types[what.pick.fallback].name));
  }

  void write(const message_type& type) {
    line(0, "");
    line(0, "type " + ascii(type.name) + ": " + std::to_string(type.seen) + " messages of " +
                std::to_string(type.shortest) + " to " + std::to_string(type.longest) +
                " bytes, confidence " + two_digits(type.confidence));
    evidence(1, type.evidence);
    line(1, column("at", 6) + column("field", 26) + column("bytes", 18) + column("kind", 14) +
                column("order", 8) + "sure");
    for (const auto& row : rows_of(type.elements)) write(row);
  }

  void write(const format_row& row) {
    const auto nested = std::string(row.depth * std::size_t{2}, ' ');
    const bool is_case = row.kind == "case";
    line(1, column(row.offset ? std::to_string(*row.offset) : "-", 6) +
                column(nested + ascii(row.name), 26) + column(row.width, 18) +
                column(row.kind, 14) + column(row.order, 8) +
                (is_case ? "" : two_digits(row.confidence)));
    const std::size_t under = 5 + row.depth;
    if (!row.says.empty()) line(under, "= " + ascii(row.says));
    if (row.values != nullptr && !row.values->empty()) {
      list_values(*row.values, row.source != nullptr ? row.source->kind : field_kind::enumeration,
                  under);
    }
    if (row.source != nullptr) about(*row.source, under);
    if (row.evidence != nullptr) evidence(under, *row.evidence);
  }

  void list_values(const std::vector<known_value>& known, field_kind kind, std::size_t under) {
    std::string values;
    for (std::size_t i = 0; i < std::min(known.size(), values_shown); ++i)
      values.append(i == 0 ? "" : ", ")
          .append(shown(known[i].bytes, kind))
          .append(" (" + std::to_string(known[i].seen) + ')');
    if (known.size() > values_shown)
      values.append(", and " + std::to_string(known.size() - values_shown) + " more");
    line(under, "values " + values);
  }

  void about(const field& f, std::size_t under) {
    if (f.minimum && f.maximum && *f.minimum != *f.maximum)
      line(under, "from " + std::to_string(*f.minimum) + " to " + std::to_string(*f.maximum));
    const auto found = examples_.find(&f);
    if (found == examples_.end() || !f.values.empty()) return;
    std::string values;
    for (const auto& value : found->second)
      values.append(values.empty() ? "" : ", ").append(shown(value, f.kind));
    line(under, "such as " + values);
  }

  examples examples_;
  std::string text_;
};

}  // namespace

std::string to_grammar_text(const format& what, std::string_view protocol_name,
                            const traffic_group& messages) {
  return text_writer().write(what, protocol_name, messages);
}

}  // namespace troupe
