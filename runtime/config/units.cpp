#include "runtime/config/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace troupe {
namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array time_units{
    unit{"h", 3'600'000'000'000}, unit{"m", 60'000'000'000}, unit{"s", 1'000'000'000},
    unit{"ms", 1'000'000},        unit{"us", 1'000},         unit{"ns", 1}};
constexpr std::array size_units{unit{"GiB", 1ULL << 30U}, unit{"MiB", 1ULL << 20U},
                                unit{"KiB", 1ULL << 10U}, unit{"B", 1}};

// Beyond 2^53 a double no longer holds every whole number; 2^53 ns are 104 days.
constexpr double most = 9007199254740992.0;

std::optional<std::uint64_t> parse(std::string_view text, std::span<const unit> units) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{}) return std::nullopt;
  const auto name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& u : units) {
    if (u.name != name) continue;
    const double value = number * static_cast<double>(u.factor);
    if (!(value <= most)) return std::nullopt;
    return static_cast<std::uint64_t>(std::llround(value));
  }
  return std::nullopt;
}

std::string print(std::uint64_t value, std::span<const unit> units, std::string_view zero) {
  if (value == 0) return std::string(zero);
  for (const auto& u : units) {
    if (value % u.factor == 0) return std::to_string(value / u.factor) + std::string(u.name);
  }
  return {};  // not reached: the last factor is 1
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const auto value = parse(text, time_units);
  if (!value) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(*value));
}

std::optional<std::uint64_t> parse_size(std::string_view text) { return parse(text, size_units); }

std::string duration_text(std::chrono::nanoseconds value) {
  return print(static_cast<std::uint64_t>(value.count()), time_units, "0s");
}

std::string size_text(std::uint64_t bytes) { return print(bytes, size_units, "0B"); }

}  // namespace troupe
