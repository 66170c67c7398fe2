#include "runtime/cli/report/words.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

// The position behind the character number `count`, or the text's end.
std::size_t position_after(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (starts_character(text[at]) && count-- == 0) return at;
  }
  return at;
}

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 64> out{};
  const int size = std::snprintf(out.data(), out.size(), pattern, values...);
  return {out.data(), static_cast<std::size_t>(size)};
}

// Three figures at most: "4.2", "42", "420".
std::string short_number(double value) { return format(value < 9.95 ? "%.1f" : "%.0f", value); }

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint64_t number_of(std::span<const std::uint8_t> bytes, byte_order order) {
  std::uint64_t value = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    value = value << 8U | bytes[order == byte_order::big ? at : bytes.size() - 1 - at];
  }
  return value;
}

bool is_number(field_kind kind) {
  switch (kind) {
    case field_kind::length:
    case field_kind::count:
    case field_kind::sequence:
    case field_kind::timestamp:
    case field_kind::enumeration:
    case field_kind::number: return true;
    default: return false;
  }
}

bool reads_as_hex_number(field_kind kind) {
  return kind == field_kind::id || kind == field_kind::flags || kind == field_kind::constant ||
         kind == field_kind::checksum;
}

std::string joined(std::span<const std::uint8_t> bytes, const char* pattern, char between) {
  std::string out;
  for (const auto byte : bytes) {
    if (!out.empty()) out += between;
    out += format(pattern, static_cast<unsigned>(byte));
  }
  return out;
}

std::string ipv6_text(std::span<const std::uint8_t> bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    if (!out.empty()) out += ':';
    out += format("%x", bytes[at] * 256U + bytes[at + 1]);
  }
  return out;
}

bool is_readable(std::span<const std::uint8_t> bytes) {
  for (const auto byte : bytes) {
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return !bytes.empty();
}

constexpr std::size_t value_bytes = 8;  // of a value that is shown as bytes

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      at = text.find('m', at);
      if (at == std::string_view::npos) break;
    } else if (starts_character(text[at])) {
      ++count;
    }
  }
  return count;
}

std::string cut(std::string_view text, std::size_t width) {
  if (columns_of(text) <= width) return std::string(text);
  if (width <= 3) return std::string(text.substr(0, position_after(text, width)));
  return std::string(text.substr(0, position_after(text, width - 3))) + "...";
}

std::string fitted(std::string_view text, std::size_t width) {
  auto out = cut(text, width);
  out.append(width - std::min(width, columns_of(out)), ' ');
  return out;
}

std::string right_aligned(std::string_view text, std::size_t width) {
  const auto kept = cut(text, width);
  return std::string(width - columns_of(kept), ' ') + kept;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (columns_of(text) > width) {
    const auto limit = position_after(text, width);
    auto stop = text.rfind(' ', limit);
    if (stop == std::string_view::npos || stop == 0) stop = limit;
    lines.emplace_back(text.substr(0, stop));
    text.remove_prefix(stop);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string percent(double share) {
  const double value = share * 100;
  if (value <= 0) return "0 %";
  if (value >= 100) return "100 %";
  if (value < 0.1) return "< 0.1 %";
  if (value < 0.995) return format("%.1f %%", value);
  return value > 99 ? format("%.1f %%", std::floor(value * 10) / 10) : format("%.0f %%", value);
}

std::string byte_count(std::uint64_t bytes) {
  static constexpr std::array units{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (value >= 1023.5 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return short_number(value) + " " + units.at(unit);
}

std::string time_span(duration given) {
  const double seconds = std::chrono::duration<double>(given).count();
  if (seconds < 1e-6) return format("%.0f ns", seconds * 1e9);
  if (seconds < 1e-3) return short_number(seconds * 1e6) + " us";
  if (seconds < 1) return short_number(seconds * 1e3) + " ms";
  if (seconds < 100) {
    const bool whole = std::abs(seconds - std::round(seconds)) < 0.005;
    return (whole ? format("%.0f", seconds) : short_number(seconds)) + " s";
  }
  const auto whole = static_cast<long>(seconds);
  return format("%ld min %ld s", whole / 60, whole % 60);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string unused_text(const unused_input& one) {
  auto out = one.messages == 0 ? std::string{} : std::to_string(one.messages) + " x ";
  out += wire::clean_text(one.reason);
  if (one.bytes > 0) out += ", " + byte_count(one.bytes);
  if (!one.first_place.empty()) out += " (first: " + wire::clean_text(one.first_place) + ")";
  return out;
}

std::string why_missing(const discovery_result& result, stage which) {
  auto out = "the " + std::string(to_string(which)) + " stage ";
  for (const auto& one : result.stages) {
    if (one.which != which) continue;
    switch (one.state) {
      case stage_report::outcome::done: out += "found nothing"; break;
      case stage_report::outcome::cut_short: out += "was cut short"; break;
      case stage_report::outcome::skipped: out += "was skipped"; break;
      case stage_report::outcome::failed: out += "failed"; break;
      case stage_report::outcome::late: out += "was late"; break;
    }
    return one.why.empty() ? out : out + ": " + one.why;
  }
  return out + "did not run";
}

std::string hex_bytes(std::span<const std::uint8_t> bytes, std::size_t limit) {
  auto out = joined(bytes.first(std::min(limit, bytes.size())), "%02x", ' ');
  if (bytes.size() > limit) out += " ...";
  return out;
}

std::string hex_bytes(std::string_view bytes, std::size_t limit) {
  return hex_bytes(as_bytes(bytes), limit);
}

std::string quoted(std::string_view raw, std::size_t limit) {
  return '"' + cut(wire::clean_text(raw.substr(0, limit * 4)), limit) + '"';
}

std::string value_text(std::span<const std::uint8_t> bytes, field_kind kind, byte_order order) {
  if (bytes.empty()) return "empty";
  if (kind == field_kind::ipv4 && bytes.size() == 4) return joined(bytes, "%u", '.');
  if (kind == field_kind::mac && bytes.size() == 6) return joined(bytes, "%02x", ':');
  if (kind == field_kind::ipv6 && bytes.size() == 16) return ipv6_text(bytes);
  if (kind == field_kind::text) return quoted(as_text(bytes), 32);
  const bool small = bytes.size() <= 8;
  const bool may_be_text = kind == field_kind::constant || kind == field_kind::enumeration;
  if (may_be_text && bytes.size() > 1 && is_readable(bytes)) return quoted(as_text(bytes), 32);
  if (small && is_number(kind)) return std::to_string(number_of(bytes, order));
  if (small && reads_as_hex_number(kind)) {
    return format("0x%0*llx", static_cast<int>(bytes.size()) * 2,
                  static_cast<unsigned long long>(number_of(bytes, order)));
  }
  return hex_bytes(bytes, value_bytes);
}

}  // namespace troupe::cli
