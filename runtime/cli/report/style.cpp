#include "runtime/cli/report/style.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace troupe::cli {
namespace {

// Select Graphic Rendition parameters (ECMA-48 section 8.3.117). Only the sixteen colours that
// every terminal theme keeps readable.
std::string_view code_of(ink meaning) {
  switch (meaning) {
    case ink::plain: return "";
    case ink::dim: return "2";
    case ink::strong: return "1";
    case ink::heading: return "1;36";
    case ink::good: return "32";
    case ink::doubtful: return "33";
    case ink::bad: return "31";
  }
  return "";
}

constexpr std::array<std::string_view, 7> field_codes{"36", "33", "35", "32", "94", "91", "37"};

std::string painted(std::string_view code, std::string_view text) {
  std::string out = "\x1b[";
  out += code;
  out += 'm';
  out += text;
  out += "\x1b[0m";
  return out;
}

}  // namespace

std::string paint(const style& look, ink meaning, std::string_view text) {
  if (!look.colour || meaning == ink::plain || text.empty()) return std::string(text);
  return painted(code_of(meaning), text);
}

std::string paint_field(const style& look, std::size_t index, std::string_view text) {
  if (!look.colour || text.empty()) return std::string(text);
  return painted(field_codes[index % field_codes.size()], text);
}

ink judged(double share) noexcept {
  if (share >= 0.8) return ink::good;
  return share >= 0.5 ? ink::doubtful : ink::bad;
}

std::string_view either(const style& look, std::string_view unicode,
                        std::string_view ascii) noexcept {
  return look.unicode ? unicode : ascii;
}

std::string bar(const style& look, double share, std::size_t width) {
  static constexpr std::array<std::string_view, 8> eighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto parts = static_cast<std::size_t>(
      std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(width) * 8.0));
  const std::size_t whole = parts / 8;
  std::string out;
  for (std::size_t at = 0; at < whole; ++at) out += either(look, "█", "#");
  std::size_t used = whole;
  if (look.unicode && parts % 8 != 0) {
    out += eighths.at(parts % 8);
    ++used;
  } else if (!look.unicode && parts % 8 >= 4) {
    out += '=';
    ++used;
  }
  out.append(width - used, ' ');
  return out;
}

}  // namespace troupe::cli
