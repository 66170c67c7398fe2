#include "actors/pipeline/parser/kaitai_export.hpp"

#include <algorithm>
#include <variant>

#include "actors/pipeline/parser/kaitai_writer.hpp"
#include "actors/pipeline/parser/numbers.hpp"

namespace troupe {

namespace {

using how = size_rule::how;
using lines = std::vector<std::string>;

/// Every line two columns to the right.
std::string indented(const std::string& text) {
  std::string result;
  bool begins = true;
  for (const char c : text) {
    if (begins) result += "  ";
    result += c;
    begins = c == '\n';
  }
  return result;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

/// The elements whose value the elements of the body read.
std::set<std::uint32_t> references(const body& elements) {
  std::set<std::uint32_t> found;
  const auto by_size = [&found](const size_rule& size) {
    if (size.kind == how::counted) found.insert(size.length_field);
  };
  for (const auto& each : elements) {
    if (const auto* f = std::get_if<field>(&each.node)) by_size(f->size);
    if (const auto* l = std::get_if<list>(&each.node)) {
      by_size(l->size);
      if (l->count_field) found.insert(*l->count_field);
    }
    if (const auto* c = std::get_if<choice>(&each.node)) {
      by_size(c->size);
      found.insert(c->on);
    }
  }
  return found;
}

bool is_machine_width(std::uint32_t bytes) { return bytes == 1 || bytes == 2 || bytes == 4; }

/// Whether an attribute that others refer to is an integer in the compiled parser; otherwise it is
/// bytes (the compiled JavaScript knows no exact 8-byte integers).
bool is_integer(const field& f) {
  return f.size.kind == how::fixed && is_machine_width(f.size.bytes);
}

std::string primitive(char letter, const field& f) {
  std::string type = "type: ";
  type += letter;
  type += std::to_string(f.size.bytes);
  if (f.size.bytes == 1) return type;
  return type + (f.order == byte_order::big ? "be" : "le");
}

const field& field_at(const body& elements, std::uint32_t number) {
  return std::get<field>(elements[number].node);
}

std::string times(std::string value, std::uint32_t unit, std::int64_t bias) {
  if (unit != 1) value += " * " + std::to_string(unit);
  if (bias > 0) value += " + " + std::to_string(bias);
  if (bias < 0) value += " - " + std::to_string(-bias);
  return value;
}

}  // namespace

std::string to_kaitai(const format& what, std::string_view protocol_name) {
  return kaitai_writer().write(what, protocol_name);
}

std::string byte_array(std::string_view bytes) {
  std::string text = "[";
  for (const char byte : bytes) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(static_cast<std::uint8_t>(byte));
  }
  return text + ']';
}

std::string same_bytes(const std::string& expression, const std::string& value) {
  if (value.empty()) return expression + ".length == 0";
  return expression + " == " + byte_array(value);
}

kaitai_type::kaitai_type(std::string called, std::vector<std::string> with)
    : name(std::move(called)), params(std::move(with)) {
  for (const auto& param : params) names.take(param.substr(0, param.find(':')));
}

std::string kaitai_type::attribute(std::string_view wanted, const std::vector<std::string>& with) {
  auto id = names.take(wanted);
  seq += "  - id: " + id + '\n';
  for (const auto& line : with) seq += "    " + line + '\n';
  return id;
}

std::string kaitai_type::instance(std::string_view wanted, const std::vector<std::string>& with) {
  auto id = names.take(wanted);
  instances += "  " + id + ":\n";
  for (const auto& line : with) instances += "    " + line + '\n';
  return id;
}

void kaitai_writer::finish(const kaitai_type& type) {
  std::string text = type.name + ":\n";
  if (!type.doc.empty()) text += "  doc: " + quoted(type.doc) + '\n';
  if (!type.params.empty()) text += "  params:\n";
  for (const auto& param : type.params) {
    const auto colon = param.find(':');
    text += "  - id: " + param.substr(0, colon) + '\n';
    text += "    type: " + (colon == std::string::npos ? "s4" : param.substr(colon + 1)) + '\n';
  }
  text += type.seq.empty() ? "  seq: []\n" : "  seq:\n" + type.seq;
  if (!type.instances.empty()) text += "  instances:\n" + indented(type.instances);
  written_.push_back(std::move(text));
}

std::string kaitai_writer::write(const format& what, std::string_view protocol_name) {
  kaitai_type root("root");
  root.names.take("server_to_client");
  std::vector<std::string> types;
  for (const auto& type : what.types)
    types.push_back(
        body_type("type_" + type.name, type.elements,
                  "seen " + std::to_string(type.seen) + " times; " + joined(type.evidence)));
  selection(what, types, root);

  std::string text = "meta:\n  id: " + unique_names().take(protocol_name) + '\n';
  text += "  title: " + quoted(protocol_name) + '\n';
  text += "doc: " + quoted("Inferred from traffic. " + joined(what.evidence)) + '\n';
  text += "params:\n- id: server_to_client\n  type: bool\n  doc: who sent the message\n";
  text += "seq:\n" + root.seq + "instances:\n" + root.instances + "types:\n";
  for (const auto& type : written_) text += indented(type);
  return text;
}

std::string kaitai_writer::body_type(std::string_view wanted, const body& elements,
                                     std::string_view doc) {
  surroundings here{
      elements, references(elements), {}, kaitai_type(type_names_.take(wanted), {"start"})};
  here.type.doc = doc;
  for (const auto& each : elements)
    here.ids.push_back(std::visit([&](const auto& n) { return node(n, here); }, each.node));
  finish(here.type);
  return here.type.name;
}

std::string kaitai_writer::node(const field& f, surroundings& here) {
  auto with = field_lines(f, here);
  with.push_back("doc: " + quoted(joined(describe(f))));
  return here.type.attribute(f.name, with);
}

std::vector<std::string> kaitai_writer::field_lines(const field& f, surroundings& here) {
  if (f.size.kind == how::until) return until_lines(f, here);
  const auto number = static_cast<std::uint32_t>(here.ids.size());
  const auto referenced = here.referenced.contains(number);
  if (referenced && is_integer(f)) return {primitive('u', f)};
  lines sized{"size: " + quoted(size_of(f.size, here))};
  if (referenced) return sized;
  const auto fixed = f.size.kind == how::fixed;
  const auto wide = f.size.bytes == 8;
  if (fixed && is_integer_kind(f.kind) && (wide || is_machine_width(f.size.bytes)))
    return {primitive('u', f)};
  if (fixed && f.kind == field_kind::real && (wide || f.size.bytes == 4))
    return {primitive('f', f)};
  if (f.kind == field_kind::text) return {sized[0], "type: str", "encoding: ISO-8859-1"};
  return sized;
}

std::vector<std::string> kaitai_writer::until_lines(const field& f, surroundings& here) {
  const auto probe = here.type.instance(f.name + "_probe",
                                        {"pos: _io.pos", "type: " + until_type(f.size.delimiter)});
  return {"size: " + quoted("_io.eof ? 0 : " + probe + ".size")};
}

std::string kaitai_writer::number(std::uint32_t element, const surroundings& here) {
  const auto& f = field_at(here.elements, element);
  const auto& id = here.ids[element];
  if (is_integer(f)) return id;
  std::string sum;
  std::string factor = "1";
  for (std::uint32_t i = 0; i < f.size.bytes; ++i) {
    const auto at = f.order == byte_order::big ? f.size.bytes - 1 - i : i;
    sum += (i == 0 ? "" : " + ") + id + '[' + std::to_string(at) + "] * " +
           std::to_string(std::uint64_t{1} << (8 * i));
  }
  return '(' + sum + ')';
}

std::string kaitai_writer::size_of(const size_rule& rule, const surroundings& here) {
  auto bytes = std::to_string(rule.bytes);
  switch (rule.kind) {
    case how::fixed: return bytes;
    case how::rest: return "_io.size - _io.pos" + (rule.bytes == 0 ? "" : " - " + bytes);
    case how::counted: return times(number(rule.length_field, here), rule.unit, rule.bias);
    case how::align: return '(' + bytes + " - (_io.pos - start) % " + bytes + ") % " + bytes;
    case how::until:
    case how::inlined: break;
  }
  return "_io.size - _io.pos";
}

std::vector<std::string> kaitai_writer::list_lines(const list& l, std::string_view owner,
                                                   const std::string& count) {
  const auto name = std::string(owner) + '_' + l.name;
  const auto item = body_type(name + "_item", l.item, joined(l.evidence));
  if (!l.end_mark) {
    if (l.count_field)
      return {"type: " + item + "(_io.pos)", "repeat: expr", "repeat-expr: " + quoted(count)};
    return {"type: " + item + "(_io.pos)", "repeat: eos"};
  }
  kaitai_type entry(type_names_.take(name + "_entry"));
  entry.instance("first_byte", {"pos: _io.pos", "type: u1"});
  entry.instance("is_end", {"value: first_byte == " + std::to_string(*l.end_mark)});
  entry.attribute("end_mark", {"type: u1", "if: is_end"});
  entry.attribute("item", {"type: " + item + "(_io.pos)", "if: not is_end"});
  finish(entry);
  return {"type: " + entry.name, "repeat: until", "repeat-until: _.is_end or _io.eof",
          "if: not _io.eof"};
}

std::string kaitai_writer::node(const list& l, surroundings& here) {
  const auto count = l.count_field ? number(*l.count_field, here) : "";
  if (l.size.kind == how::inlined)
    return here.type.attribute(l.name, list_lines(l, here.type.name, count));
  kaitai_type scope(type_names_.take(here.type.name + '_' + l.name), {"how_many:u8"});
  scope.attribute("items", list_lines(l, here.type.name, "how_many"));
  finish(scope);
  return here.type.attribute(l.name,
                             {"size: " + quoted(size_of(l.size, here)),
                              "type: " + scope.name + '(' + (count.empty() ? "0" : count) + ')'});
}

std::string kaitai_writer::case_number(const choice& c, surroundings& here) {
  const auto& on = field_at(here.elements, c.on);
  const auto& id = here.ids[c.on];
  std::vector<std::string> steps;
  int number = 0;
  for (const auto& [key, picked] : c.cases) {
    const std::span raw(reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
    std::string same = "false";
    if (!is_integer(on))
      same = same_bytes(id, key);
    else if (key.size() == on.size.bytes)
      same = id + " == " + std::to_string(read_number(raw, on.order));
    steps.push_back(same + " ? " + std::to_string(number++));
  }
  return chain(steps, "-1", c.name + "_case", here.type);
}

std::string kaitai_writer::node(const choice& c, surroundings& here) {
  const auto own = c.size.kind != how::inlined;
  const std::string start = own ? "(0)" : "(_io.pos)";
  const auto name = here.type.name + '_' + c.name;
  lines with;
  if (own) with.push_back("size: " + quoted(size_of(c.size, here)));
  with.insert(with.end(), {"type:", "  switch-on: " + quoted(case_number(c, here)), "  cases:"});
  int number = 0;
  for (const auto& [key, picked] : c.cases) {
    const auto doc = "for " + shown_bytes(key);
    auto line = "    " + std::to_string(number) + ": ";
    line += body_type(name + "_case_" + std::to_string(number), picked, doc);
    with.push_back(line += start);
    ++number;
  }
  with.push_back("    _: " + body_type(name + "_otherwise", c.otherwise, "for other values") +
                 start);
  return here.type.attribute(c.name, with);
}

}  // namespace troupe
