// How a compiled .ksy tells the type of a message.

#include "actors/pipeline/parser/kaitai_writer.hpp"

namespace troupe {

std::string chain(const std::vector<std::string>& steps, std::string last, std::string_view wanted,
                  kaitai_type& type) {
  constexpr std::size_t steps_each = 8;
  auto left = steps.size();
  while (left > 0) {
    const auto from = left > steps_each ? left - steps_each : 0;
    std::string expression;
    for (auto i = from; i < left; ++i) expression.append(steps[i]).append(" : ");
    last = type.instance(wanted, {"value: " + quoted(expression.append(last))});
    left = from;
  }
  return last;
}

void kaitai_writer::selection(const format& what, const std::vector<std::string>& types,
                              kaitai_type& root) {
  const auto& pick = what.pick;
  for (std::size_t i = 0; i < pick.keywords.size(); ++i)
    keyword_instance(pick.keywords[i], i, root);
  std::vector<std::string> steps;
  for (auto known = pick.keywords.size() + 1; known-- > 0;) {  // the longest tuples first
    for (const auto& [tuple, type] : pick.types) {
      if (tuple.size() != known) continue;
      std::string all;
      for (std::size_t i = 0; i < tuple.size(); ++i)
        all += (i == 0 ? "" : " and ") + keyword_condition(pick.keywords[i], i, tuple[i]);
      steps.push_back((all.empty() ? "true" : all) + " ? " + std::to_string(type));
    }
  }
  const auto picked = chain(steps, std::to_string(pick.fallback), "message_type", root);
  std::vector<std::string> with{"type:", "  switch-on: " + quoted(picked), "  cases:"};
  for (std::size_t i = 0; i < types.size(); ++i)
    with.push_back("    " + std::to_string(i) + ": " + types[i] + "(0)");
  root.attribute("message", with);
}

/// Enters constructed elements and keeps the tag found at the given depth; -1 where there is none.
std::string kaitai_writer::ber_enter_type(std::uint32_t depth) {
  auto name = "helper_ber_enter_" + std::to_string(depth);
  if (!once(name)) return name;
  kaitai_type here(name);
  here.attribute("first", {"type: u1"});
  if (depth == 0) {
    here.instance("found", {"value: first"});
    finish(here);
    return name;
  }
  here.attribute("number", {"type: u1", "repeat: until", "repeat-until: _ < 128 or _io.eof",
                            "if: (first & 32) != 0 and (first & 31) == 31 and not _io.eof"});
  const auto inner = "helper_ber_enter_length_" + std::to_string(depth);
  here.attribute("goes_on", {"type: " + flag_type() + "((first & 32) != 0 and not _io.eof)"});
  here.attribute("inner", {"type: " + inner, "if: goes_on.on"});
  here.instance("found", {"value: " + quoted("goes_on.on ? inner.found : -1")});
  finish(here);

  kaitai_type length(inner);
  length.attribute("length", {"type: u1"});
  length.attribute("fits", {"type: " + flag_type() +
                            "(length < 128 or (length > 128 and length <= 132 and "
                            "_io.size - _io.pos >= length - 128))"});
  length.attribute("number", {"size: length - 128", "if: fits.on and length > 128"});
  length.attribute("goes_on", {"type: " + flag_type() + "(fits.on and not _io.eof)"});
  length.attribute("inner", {"type: " + ber_enter_type(depth - 1), "if: goes_on.on"});
  length.instance("found", {"value: " + quoted("goes_on.on ? inner.found : -1")});
  finish(length);
  return name;
}

std::string kaitai_writer::words_type() {
  constexpr std::string_view blanks = " \t\r\n";
  if (!once("helper_message_words")) return "helper_message_words";
  kaitai_type word("helper_message_word");
  word.instance("blank_probe", {"pos: _io.pos", "type: " + run_type(blanks, true)});
  word.instance("text_probe", {"pos: _io.pos", "type: " + run_type(blanks, false)});
  word.attribute("blanks", {"size: " + quoted("_io.eof ? 0 : blank_probe.size")});
  word.attribute("text", {"size: " + quoted("_io.eof ? 0 : text_probe.size")});
  finish(word);
  kaitai_type all("helper_message_words");
  all.attribute("words", {"type: helper_message_word", "repeat: eos"});
  finish(all);
  return all.name;
}

void kaitai_writer::keyword_instance(const keyword& which, std::size_t number, kaitai_type& root) {
  const auto offset = std::to_string(which.offset);
  const auto width = std::to_string(which.width);
  const auto name = "keyword_" + std::to_string(number);
  switch (which.from) {
    case keyword::source::bytes: root.instance(name, {"pos: " + offset, "size: " + width}); break;
    case keyword::source::word: root.instance(name, {"pos: 0", "type: " + words_type()}); break;
    case keyword::source::tag:
      root.instance(name, {"pos: " + width, "type: " + ber_enter_type(which.offset)});
      break;
    case keyword::source::direction:
    case keyword::source::size: break;
  }
}

namespace {

std::string bytes_condition(const keyword& which, const std::string& name,
                            const std::string& value) {
  const auto end = std::to_string(std::uint64_t{which.offset} + which.width);
  if (which.width == 0) return value.empty() ? "true" : "false";
  if (value.empty()) return "_io.size < " + end;
  return "(_io.size >= " + end + " and " + same_bytes(name, value) + ')';
}

std::string word_condition(const keyword& which, const std::string& name,
                           const std::string& value) {
  const auto at = std::to_string(which.offset);
  const auto has = name + ".words.size > " + at;
  const auto same = same_bytes(name + ".words[" + at + "].text", value);
  return value.empty() ? "(not (" + has + ") or " + same + ')' : '(' + has + " and " + same + ')';
}

std::string size_condition(std::uint32_t bits) {
  if (bits == 0) return "_io.size == 0";
  return "(_io.size >= " + std::to_string(std::uint64_t{1} << (bits - 1)) + " and _io.size < " +
         std::to_string(std::uint64_t{1} << bits) + ')';
}

std::string tag_condition(const keyword& which, const std::string& name, const std::string& value) {
  const auto begin = std::to_string(which.width);
  if (value.empty()) return "(_io.size <= " + begin + " or " + name + ".found == -1)";
  return "(_io.size > " + begin + " and " + name +
         ".found == " + std::to_string(static_cast<std::uint8_t>(value[0])) + ')';
}

}  // namespace

std::string keyword_condition(const keyword& which, std::size_t number, const std::string& value) {
  const auto name = "keyword_" + std::to_string(number);
  const std::uint32_t only = value.size() == 1 ? static_cast<std::uint8_t>(value[0]) : 256;
  switch (which.from) {
    case keyword::source::bytes: return bytes_condition(which, name, value);
    case keyword::source::word: return word_condition(which, name, value);
    case keyword::source::direction:
      return only > 1 ? "false" : only == 1 ? "server_to_client" : "not server_to_client";
    case keyword::source::size: return only > 63 ? "false" : size_condition(only);
    case keyword::source::tag:
      return value.size() > 1 ? "false" : tag_condition(which, name, value);
  }
  return "false";
}

}  // namespace troupe
