#include "actors/pipeline/parser/export_text.hpp"

#include <algorithm>
#include <cstdint>

namespace troupe {

namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t shown_at_most = 16;

void append_hex(std::string& text, char byte) {
  const auto value = static_cast<std::uint8_t>(byte);
  text += digits[value >> 4];
  text += digits[value & 15];
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string sanitised(std::string_view wanted, bool paths) {
  std::string name;
  for (char c : wanted) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    name += is_lower(c) || is_digit(c) || (paths && c == '.') ? c : '_';
  }
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1))
    if (dot + 1 == name.size() || name[dot + 1] == '.') name.insert(dot + 1, 1, 'x');
  if (name.empty() || !is_lower(name.front())) name.insert(name.begin(), 'x');
  return name;
}

std::string without_underscores(std::string name) {
  std::erase(name, '_');
  return name;
}

std::string formula(std::uint32_t unit, std::int64_t bias) {
  std::string text = unit == 1 ? "" : ", times " + std::to_string(unit);
  if (bias != 0) text += ", plus " + std::to_string(bias);
  return text;
}

std::string relation(const length_relation& says) {
  using covers = length_relation::covers;
  const auto target = std::to_string(says.target);
  switch (says.what) {
    case covers::message: return "bytes of the message" + formula(says.unit, says.bias);
    case covers::rest: return "bytes that follow" + formula(says.unit, says.bias);
    case covers::element: return "bytes of element " + target + formula(says.unit, says.bias);
    case covers::items: return "items of element " + target + formula(says.unit, says.bias);
  }
  return {};
}

std::string values(const std::vector<known_value>& known) {
  std::string text;
  for (std::size_t i = 0; i < std::min(known.size(), shown_at_most); ++i)
    text += (i == 0 ? "" : ", ") + shown_bytes(known[i].bytes) + " (" +
            std::to_string(known[i].seen) + ')';
  if (known.size() > shown_at_most) text += ", ...";
  return text;
}

}  // namespace

bool is_integer_kind(field_kind kind) noexcept {
  using enum field_kind;
  switch (kind) {
    case enumeration:
    case flags:
    case length:
    case count:
    case sequence:
    case checksum:
    case timestamp:
    case id:
    case number: return true;
    case constant:
    case ipv4:
    case ipv6:
    case mac:
    case real:
    case text:
    case opaque:
    case padding: break;
  }
  return false;
}

std::string unique_names::take(std::string_view wanted) {
  const auto base = sanitised(wanted, paths_);
  auto name = base;
  for (int number = 2; !taken_.insert(without_underscores(name)).second; ++number)
    name = base + "_n" + std::to_string(number);
  return name;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte > 0x7e) {
      result += "\\\\x";
      append_hex(result, c);
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string shown_bytes(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes.substr(0, shown_at_most)) {
    if (!text.empty()) text += ' ';
    append_hex(text, byte);
  }
  return bytes.size() > shown_at_most ? text + " ..." : text;
}

std::vector<std::string> describe(const field& what) {
  std::vector<std::string> lines{std::string(to_string(what.kind))};
  if (!what.values.empty()) lines.push_back("values: " + values(what.values));
  if (what.measures) lines.push_back("says: " + relation(*what.measures));
  if (what.sums)
    lines.push_back(std::string(to_string(what.sums->with)) + " from byte " +
                    std::to_string(what.sums->from));
  lines.insert(lines.end(), what.evidence.begin(), what.evidence.end());
  return lines;
}

}  // namespace troupe
