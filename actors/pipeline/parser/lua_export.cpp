#include "actors/pipeline/parser/lua_export.hpp"

#include <array>
#include <utility>
#include <variant>

#include "actors/pipeline/parser/export_text.hpp"
#include "actors/pipeline/parser/lua_runtime.hpp"

namespace troupe {

namespace {

using how = size_rule::how;

/// A text that stays on its comment line.
std::string comment(std::string_view indent, std::string_view text) {
  std::string line(indent);
  line += "-- ";
  for (const char c : text) line += static_cast<std::uint8_t>(c) < 0x20 ? ' ' : c;
  return line + '\n';
}

/// The type of a ProtoField. Fields of other than these sizes are shown as bytes.
std::string_view field_type(const field& f) {
  constexpr std::array<std::string_view, 9> integers{"bytes", "uint8", "uint16", "uint24", "uint32",
                                                     "bytes", "bytes", "bytes",  "uint64"};
  const auto size = f.size.kind == how::fixed && f.size.bytes <= 16 ? f.size.bytes : 0;
  if (is_integer_kind(f.kind)) return size <= 8 ? integers[size] : "bytes";
  if (f.kind == field_kind::text) return "string";
  if (f.kind == field_kind::ipv4 && size == 4) return "ipv4";
  if (f.kind == field_kind::ipv6 && size == 16) return "ipv6";
  if (f.kind == field_kind::mac && size == 6) return "ether";
  if (f.kind == field_kind::real && size == 4) return "float";
  if (f.kind == field_kind::real && size == 8) return "double";
  return "bytes";
}

std::string_view style_name(text_lines::style style) {
  using enum text_lines::style;
  switch (style) {
    case whole: return "whole";
    case words: return "words";
    case delimited: return "delimited";
    case named: return "named";
    case rest: break;
  }
  return "rest";
}

std::string_view source_name(keyword::source from) {
  using enum keyword::source;
  switch (from) {
    case bytes: return "bytes";
    case direction: return "direction";
    case word: return "word";
    case size: return "size";
    case tag: break;
  }
  return "tag";
}

class lua_writer {
 public:
  explicit lua_writer(std::string protocol) : protocol_(std::move(protocol)) {
    fields_ =
        "local fields = {}\nlocal function declare(make, name, title, little)\n"
        "  fields[#fields + 1] = {field = make(" +
        lua_string(protocol_ + ".") +
        " .. name, title), little = little}\n  return #fields\nend\n\n";
    unparsed_ = declare("unparsed", "unparsed", "bytes", false);
  }

  std::string write(const format& what, std::string_view title, const export_place& place) {
    auto table = format_table(what);
    std::string text = comment("", "Inferred from traffic: " + std::string(title));
    for (const auto& line : what.evidence) text += comment("", line);
    text += "local protocol = Proto(" + lua_string(protocol_) + ", " + lua_string(title) + ")\n";
    text += "local does_not_fit = ProtoExpert.new(" + lua_string(protocol_ + ".does_not_fit") +
            ", \"the format does not fit\", expert.group.MALFORMED, expert.severity.ERROR)\n";
    text += "protocol.experts = {does_not_fit}\n";
    text +=
        "protocol.prefs.server_to_client = Pref.bool(\"USER0 messages come from the server\", "
        "false)\n\n";
    text += fields_ + "local unparsed = " + unparsed_ + "\n\n" + table;
    text += "local declared = {}\nfor i, each in ipairs(fields) do declared[i] = each.field end\n";
    text += "protocol.fields = declared\n";
    text += lua_runtime();
    return text + lua_registration(place);
  }

 private:
  std::string declare(std::string_view name, std::string_view title, std::string_view type,
                      bool little) {
    const auto taken = names_.take(name);
    fields_ += "declare(ProtoField." + std::string(type) + ", " + lua_string(taken) + ", " +
               lua_string(title.empty() ? taken : title) + (little ? ", true" : "") + ")\n";
    return std::to_string(++declared_);
  }

  std::string format_table(const format& what) {
    std::string text = "local format = {\n  fallback = " + std::to_string(what.pick.fallback + 1);
    text += ",\n  keywords = {\n";
    for (const auto& word : what.pick.keywords)
      text += "    {from = " + lua_string(source_name(word.from)) +
              ", offset = " + std::to_string(word.offset) +
              ", width = " + std::to_string(word.width) + "},\n";
    text += "  },\n  pick = {\n";
    for (const auto& [tuple, type] : what.pick.types) {
      std::string key;
      for (const auto& value : tuple) key += std::to_string(value.size()) + ':' + value;
      text += "    [" + lua_string(key) + "] = " + std::to_string(type + 1) + ",\n";
    }
    text += "  },\n  types = {\n";
    for (const auto& type : what.types) {
      for (const auto& line : type.evidence) text += comment("    ", line);
      text += "    {name = " + lua_string(type.name) +
              ", body = " + body_table(type.elements, type.name, "    ") + "},\n";
    }
    return text + "  },\n}\n\n";
  }

  std::string body_table(const body& elements, const std::string& path, const std::string& indent) {
    std::string text = "{\n";
    for (const auto& each : elements) {
      text += indent + "  {";
      text += std::visit([&](const auto& n) { return node(n, elements, path, indent + "  "); },
                         each.node);
      text += "},\n";
    }
    return text + indent + '}';
  }

  static std::string reference(const body& elements, std::uint32_t number) {
    const auto& f = std::get<field>(elements[number].node);
    return std::to_string(number + 1) + (f.order == byte_order::little ? ", little = true" : "");
  }

  static std::string size_table(const size_rule& rule, const body& elements) {
    const auto bytes = ", bytes = " + std::to_string(rule.bytes) + '}';
    switch (rule.kind) {
      case how::fixed: return ", size = {how = \"fixed\"" + bytes;
      case how::rest: return ", size = {how = \"rest\"" + bytes;
      case how::align: return ", size = {how = \"align\"" + bytes;
      case how::counted:
        return ", size = {how = \"counted\", by = " + reference(elements, rule.length_field) +
               ", unit = " + std::to_string(rule.unit) + ", bias = " + std::to_string(rule.bias) +
               '}';
      case how::until:
        return ", size = {how = \"until\", delimiter = " + lua_string(rule.delimiter) + '}';
      case how::inlined: break;
    }
    return "";
  }

  std::string node(const field& f, const body& elements, const std::string& path,
                   const std::string& /*indent*/) {
    for (const auto& line : describe(f)) fields_ += comment("", line);
    const auto id =
        declare(path + '.' + f.name, f.name, field_type(f), f.order == byte_order::little);
    return "sort = \"field\", id = " + id + size_table(f.size, elements);
  }

  std::string node(const list& l, const body& elements, const std::string& path,
                   const std::string& indent) {
    std::string text = "sort = \"list\", name = " + lua_string(l.name);
    for (const auto& line : l.evidence) fields_ += comment("", line);
    if (l.end_mark)
      text += ", end_mark = " + std::to_string(*l.end_mark) +
              ", id = " + declare(path + '.' + l.name + ".end_mark", "end_mark", "bytes", false);
    if (l.count_field) text += ", count_by = " + reference(elements, *l.count_field);
    text += size_table(l.size, elements);
    return text + ", item = " + body_table(l.item, path + '.' + l.name, indent);
  }

  std::string node(const choice& c, const body& elements, const std::string& path,
                   const std::string& indent) {
    std::string text = "sort = \"choice\", name = " + lua_string(c.name) +
                       ", on = " + std::to_string(c.on + 1) + size_table(c.size, elements) +
                       ", cases = {\n";
    const auto inner = path + '.' + c.name;
    for (const auto& [key, picked] : c.cases)
      text += indent + "  [" + lua_string(key) + "] = " + body_table(picked, inner, indent + "  ") +
              ",\n";
    return text + indent + "}, otherwise = " + body_table(c.otherwise, inner, indent);
  }

  /// The fields of a part that describes itself.
  template <std::size_t Count>
  std::string ids(const std::string& path, const std::vector<std::string>& evidence,
                  const std::array<std::pair<std::string_view, std::string_view>, Count>& parts) {
    for (const auto& line : evidence) fields_ += comment("", line);
    std::string text = ", ids = {";
    for (const auto& [name, type] : parts)
      text += std::string(name) + " = " +
              declare(path + '.' + std::string(name), name, type, false) + ", ";
    return text + '}';
  }

  std::string node(const ber_tree& b, const body& /*elements*/, const std::string& path,
                   const std::string& /*indent*/) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> parts{
        {{"tag", "bytes"},
         {"length", "uint8"},
         {"length_number", "bytes"},
         {"unused_bits", "uint8"},
         {"value", "bytes"}}};
    return "sort = \"ber_tree\", name = " + lua_string(b.name) +
           ids(path + '.' + b.name, b.evidence, parts);
  }

  std::string node(const text_lines& t, const body& /*elements*/, const std::string& path,
                   const std::string& /*indent*/) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> parts{
        {{"line", "string"},
         {"word", "string"},
         {"space", "bytes"},
         {"rest", "string"},
         {"token", "string"},
         {"separator", "bytes"},
         {"ending", "bytes"}}};
    return "sort = \"text_lines\", name = " + lua_string(t.name) +
           ", separators = " + lua_string(t.separators) +
           ", first_line = " + lua_string(style_name(t.first_line)) +
           ", other_lines = " + lua_string(style_name(t.other_lines)) +
           ids(path + '.' + t.name, t.evidence, parts);
  }

  std::string node(const name_chain& n, const body& /*elements*/, const std::string& path,
                   const std::string& /*indent*/) {
    for (const auto& line : n.evidence) fields_ += comment("", line);
    return "sort = \"name_chain\", id = " + declare(path + '.' + n.name, n.name, "bytes", false);
  }

  std::string protocol_;
  unique_names names_{true};
  std::string fields_;
  std::string unparsed_;
  std::size_t declared_ = 0;
};

}  // namespace

std::string to_wireshark_lua(const format& what, std::string_view protocol_name,
                             const export_place& place) {
  return lua_writer("troupe_" + unique_names().take(protocol_name))
      .write(what, protocol_name, place);
}

}  // namespace troupe
