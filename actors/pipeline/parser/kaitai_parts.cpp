// The self-describing parts of a .ksy: text, names and BER.

#include <algorithm>

#include "actors/pipeline/parser/kaitai_writer.hpp"

namespace troupe {

namespace {

using style = text_lines::style;

/// Whether `byte`, an expression, is one of the separators.
std::string is_one_of(std::string_view separators, const std::string& byte) {
  std::string text;
  for (const char each : separators)
    text += (text.empty() ? "" : " or ") + byte +
            " == " + std::to_string(static_cast<std::uint8_t>(each));
  return text.empty() ? "false" : '(' + text + ')';
}

}  // namespace

bool kaitai_writer::once(std::string_view name) { return helpers_.emplace(name).second; }

std::string kaitai_writer::mark_type() {
  if (once("helper_mark")) finish(kaitai_type("helper_mark", {"at"}));
  return "helper_mark(_io.pos)";
}

std::string kaitai_writer::flag_type() {
  if (once("helper_flag")) finish(kaitai_type("helper_flag", {"on:bool"}));
  return "helper_flag";
}

std::string kaitai_writer::until_type(std::string_view delimiter) {
  std::string name = "helper_until";
  for (const char byte : delimiter) name += '_' + std::to_string(static_cast<std::uint8_t>(byte));
  if (!once(name)) return name;
  kaitai_type probe(name);
  const auto count = delimiter.size();
  std::string found = "bytes.size >= " + std::to_string(count);
  for (std::size_t back = 1; back <= count; ++back)
    found += " and bytes[bytes.size - " + std::to_string(back) +
             "] == " + std::to_string(static_cast<std::uint8_t>(delimiter[count - back]));
  probe.attribute("bytes", {"type: u1", "repeat: until",
                            "repeat-until: " + quoted("_io.eof or (" + found + ')')});
  probe.instance("size", {"value: bytes.size"});
  finish(probe);
  return name;
}

std::string kaitai_writer::node(const name_chain& n, surroundings& here) {
  const auto probe =
      here.type.instance(n.name + "_probe", {"pos: _io.pos", "type: " + name_type()});
  return here.type.attribute(n.name, {"size: " + probe + ".size"});
}

std::string kaitai_writer::name_type() {
  if (!once("helper_name")) return "helper_name";
  kaitai_type label("helper_label");
  label.attribute("head", {"type: u1"});
  label.attribute("text", {"size: " + quoted("head >= 192 ? 1 : head")});
  finish(label);
  kaitai_type name("helper_name");
  name.attribute("begin", {"type: " + mark_type()});
  name.attribute("labels", {"type: helper_label", "repeat: until",
                            "repeat-until: _.head == 0 or _.head >= 192"});
  name.attribute("end", {"type: " + mark_type()});
  name.instance("size", {"value: end.at - begin.at"});
  finish(name);
  return "helper_name";
}

std::string kaitai_writer::node(const text_lines& t, surroundings& here) {
  const auto first = line_type(t, t.first_line);
  auto id = here.type.attribute(t.name, {"type: " + first, "if: not _io.eof"});
  here.type.attribute(t.name + "_more", {"type: " + line_type(t, t.other_lines), "repeat: eos"});
  return id;
}

std::string kaitai_writer::line_type(const text_lines& t, text_lines::style cut) {
  if (cut == style::words) return word_line_type();
  if (cut == style::delimited) return token_line_type(t);
  if (cut == style::named) return named_line_type(t);
  const auto whole = cut == style::whole;
  std::string name = whole ? "helper_whole_line" : "helper_rest";
  if (!once(name)) return name;
  kaitai_type line(name);
  if (whole) {
    line.instance("probe", {"pos: _io.pos", "type: " + until_type("\n")});
    line.attribute("line", {"size: probe.size"});
  } else {
    line.attribute("rest", {"size-eos: true"});
  }
  finish(line);
  return name;
}

namespace {

/// The attributes of a line whose content, without the ending, has type `content`.
void cut_line(kaitai_type& line, const std::string& content) {
  line.instance("probe", {"pos: _io.pos", "terminator: 10", "include: true", "eos-error: false"});
  line.instance("has_end", {"value: probe[probe.length - 1] == 10"});
  line.instance("has_return",
                {"value: probe.length > 1 and probe[probe.length - 2] == 13 and has_end"});
  line.instance("ending_size", {"value: " + quoted("has_return ? 2 : has_end ? 1 : 0")});
  line.attribute("content", {"size: probe.length - ending_size", "type: " + content});
  line.attribute("ending", {"size: ending_size"});
}

}  // namespace

std::string kaitai_writer::run_type(std::string_view set, bool inside) {
  std::string name = inside ? "helper_inside" : "helper_outside";
  for (const char byte : set) name += '_' + std::to_string(static_cast<std::uint8_t>(byte));
  if (!once(name)) return name;
  kaitai_type run(name);
  const auto stops = [&](const std::string& byte) {
    return (inside ? "not " : "") + is_one_of(set, byte);
  };
  run.attribute("bytes", {"type: u1", "repeat: until",
                          "repeat-until: " + quoted("_io.eof or " + stops("_"))});
  run.instance("size",
               {"value: " + quoted(stops("bytes.last") + " ? bytes.size - 1 : bytes.size")});
  finish(run);
  return name;
}

std::string kaitai_writer::word_line_type() {
  if (!once("helper_word_line")) return "helper_word_line";
  kaitai_type words("helper_words");
  words.instance("word_probe", {"pos: _io.pos", "type: " + run_type(" \t", false)});
  words.instance("space_probe", {"pos: _io.pos", "type: " + run_type(" \t", true)});
  words.attribute("word", {"size: " + quoted("_io.eof ? 0 : word_probe.size")});
  words.attribute("space", {"size: " + quoted("_io.eof ? 0 : space_probe.size")});
  words.attribute("rest", {"size-eos: true"});
  finish(words);
  kaitai_type line("helper_word_line");
  cut_line(line, "helper_words");
  finish(line);
  return line.name;
}

std::string kaitai_writer::token_line_type(const text_lines& t) {
  std::string suffix = "of";
  for (const char each : t.separators)
    suffix += '_' + std::to_string(static_cast<std::uint8_t>(each));
  auto name = "helper_token_line_" + suffix;
  if (!once(name)) return name;
  const auto other_sort = [&t](const std::string& byte) {
    const auto here = is_one_of(t.separators, byte);
    const auto first = is_one_of(t.separators, "bytes.first");
    return "((" + here + " and not " + first + ") or (" + first + " and not " + here + "))";
  };
  kaitai_type run("helper_run_" + suffix);
  run.attribute("bytes", {"type: u1", "repeat: until",
                          "repeat-until: " + quoted("_io.eof or " + other_sort("_"))});
  run.instance("size",
               {"value: " + quoted(other_sort("bytes.last") + " ? bytes.size - 1 : bytes.size")});
  finish(run);
  kaitai_type token("helper_token_" + suffix);
  token.instance("probe", {"pos: _io.pos", "type: " + run.name});
  token.attribute("token", {"size: probe.size"});
  finish(token);
  kaitai_type tokens("helper_tokens_" + suffix);
  tokens.attribute("tokens", {"type: " + token.name, "repeat: eos"});
  finish(tokens);
  kaitai_type line(name);
  cut_line(line, tokens.name);
  finish(line);
  return name;
}

// A name, and the separators behind it; `goes_on`: another name follows them.
std::string kaitai_writer::named_step_type(std::string_view separators, const std::string& suffix) {
  const auto outside = run_type(separators, false);
  kaitai_type ahead("helper_name_ahead" + suffix);
  ahead.instance("probe", {"pos: _io.pos", "type: " + outside, "if: not _io.eof"});
  ahead.instance("is_name",
                 {"value: " + quoted("_io.eof ? false : probe.size > 0 and "
                                     "probe.size < probe.bytes.size and "
                                     "(probe.bytes.last == 58 or probe.bytes.last == 61)")});
  ahead.instance("size", {"value: " + quoted("is_name ? probe.size : 0")});
  finish(ahead);
  kaitai_type step("helper_named_step" + suffix);
  step.instance("name_ahead", {"pos: _io.pos", "type: " + ahead.name});
  step.attribute("name", {"size: name_ahead.size"});
  step.instance("run_ahead",
                {"pos: _io.pos", "type: " + run_type(separators, true), "if: not _io.eof"});
  step.attribute("separators", {"size: " + quoted("_io.eof ? 0 : run_ahead.size")});
  step.attribute("next", {"type: " + ahead.name});
  step.instance("goes_on", {"value: next.is_name"});
  finish(step);
  return step.name;
}

std::string kaitai_writer::parameters_type(std::string_view separators, const std::string& suffix) {
  const auto step = named_step_type(separators, suffix);
  kaitai_type between("helper_between" + suffix);
  between.attribute("begin", {"type: " + mark_type()});
  between.attribute("steps", {"type: " + step, "repeat: until", "repeat-until: not _.goes_on"});
  between.attribute("end", {"type: " + mark_type()});
  between.instance("size", {"value: end.at - begin.at"});
  finish(between);
  kaitai_type parameter("helper_parameter" + suffix);
  parameter.instance("between", {"pos: _io.pos", "type: " + between.name});
  parameter.attribute("separator", {"size: between.size"});
  parameter.instance("value_ahead",
                     {"pos: _io.pos", "type: " + run_type(separators, false), "if: not _io.eof"});
  parameter.attribute("token", {"size: " + quoted("_io.eof ? 0 : value_ahead.size")});
  finish(parameter);
  kaitai_type all("helper_parameters" + suffix);
  all.attribute("parameters", {"type: " + parameter.name, "repeat: eos"});
  finish(all);
  return all.name;
}

std::string kaitai_writer::named_line_type(const text_lines& t) {
  const auto tokens = token_line_type(t);
  const auto suffix = tokens.substr(std::string_view("helper_token_line").size());
  auto name = "helper_named_line" + suffix;
  if (!once(name)) return name;
  kaitai_type with_parameters("helper_parameter_line" + suffix);
  cut_line(with_parameters, parameters_type(t.separators, suffix));
  finish(with_parameters);
  kaitai_type line(name);
  line.instance("probe", {"pos: _io.pos", "terminator: 10", "include: true", "eos-error: false"});
  auto ends = t.separators;
  if (ends.find('\n') == std::string::npos) ends += '\n';  // else it would read on behind the line
  line.instance("name_probe", {"pos: _io.pos", "type: " + run_type(ends, false)});
  line.instance("marks_probe", {"pos: _io.pos", "type: " + run_type("<=\n", false)});
  line.instance("has_name", {"value: name_probe.size > 0 and name_probe.size < probe.length and "
                             "probe[name_probe.size] == 58"});
  line.instance("is_plain", {"value: marks_probe.size >= probe.length or "
                             "probe[marks_probe.size] == 10"});
  line.attribute("line", {"size: probe.length", "if: has_name and is_plain"});
  line.attribute("named", {"type: " + with_parameters.name, "if: has_name and not is_plain"});
  line.attribute("others", {"type: " + tokens, "if: not has_name"});
  finish(line);
  return name;
}

std::string kaitai_writer::node(const ber_tree& b, surroundings& here) {
  return here.type.attribute(b.name, {"type: " + ber_type()});
}

std::string kaitai_writer::ber_type() {
  if (!once("helper_ber")) return "helper_ber";
  kaitai_type tag("helper_ber_tag");
  tag.attribute("begin", {"type: " + mark_type()});
  tag.attribute("first", {"type: u1"});
  tag.attribute("number",
                {"type: u1", "repeat: until", "repeat-until: _ < 128", "if: (first & 31) == 31"});
  tag.attribute("end", {"type: " + mark_type()});
  tag.instance("size", {"value: end.at - begin.at"});
  finish(tag);

  kaitai_type one("helper_ber_element");
  one.instance("probe", {"pos: _io.pos", "type: helper_ber_tag"});
  one.instance("is_constructed", {"value: (probe.first & 32) != 0"});
  one.instance("is_bits", {"value: probe.first == 3 and value_size > 0"});
  std::string size = "length < 128 ? length : ";
  std::string sum;
  for (int width = 1; width <= 4; ++width) {
    if (!sum.empty()) sum.insert(0, 1, '(').append(") * 256 + ");
    sum.append("length_number[").append(std::to_string(width - 1)).append("]");
    size.append("length == ").append(std::to_string(128 + width));
    size.append(" ? ").append(sum).append(" : ");
  }
  one.instance("value_size", {"value: " + quoted(size + '0')});
  one.attribute("tag", {"size: probe.size"});
  one.attribute("length", {"type: u1"});
  one.attribute("length_number", {"size: length & 127", "if: length >= 128"});
  one.attribute("children", {"size: value_size", "type: helper_ber", "if: is_constructed"});
  one.attribute("unused_bits", {"type: u1", "if: is_bits"});
  one.attribute("value", {"size: " + quoted("is_bits ? value_size - 1 : value_size"),
                          "if: not is_constructed"});
  finish(one);

  kaitai_type tree("helper_ber");
  tree.attribute("elements", {"type: helper_ber_element", "repeat: eos"});
  finish(tree);
  return tree.name;
}

}  // namespace troupe
