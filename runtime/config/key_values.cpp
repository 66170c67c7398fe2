#include <algorithm>
#include <charconv>
#include <limits>

#include "runtime/config/keys.hpp"
#include "runtime/config/units.hpp"

namespace troupe {
namespace {

constexpr std::size_t longest_text = 4096;  // a path has no more bytes on Linux (PATH_MAX)

template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;  // clang 14 does not derive it

/// Shortest text that reads back as the same number.
template <class Number>
std::string plain(Number value) {
  char buffer[32];
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value).ptr;
  return {std::begin(buffer), end};
}

std::string limit_text(const config_key& key, double limit) {
  switch (key.unit) {
    case config_key::measure::time:
      return duration_text(std::chrono::nanoseconds(static_cast<std::int64_t>(limit)));
    case config_key::measure::bytes: return size_text(static_cast<std::uint64_t>(limit));
    case config_key::measure::none: break;
  }
  // Every integer limit is below 2^53, so the conversion is exact.
  const auto whole = static_cast<std::uint64_t>(limit);
  return static_cast<double>(whole) == limit ? plain(whole) : plain(limit);
}

bool is_text(const config_key& key) {
  options any;
  return std::holds_alternative<std::string*>(key.slot(any));
}

bool is_double(const config_key& key) {
  options any;
  return std::holds_alternative<double*>(key.slot(any));
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string line;
  for (const auto word : words) {
    if (!line.empty()) line += ", ";
    line += word;
  }
  return line;
}

bool in_range(const config_key& key, double value) {
  return value >= key.minimum && value <= key.maximum;
}

bool assign_text(const config_key& key, std::string_view text, std::string& into) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (text.size() > longest_text || std::ranges::any_of(text, is_control)) return false;
  if (!key.choices.empty() && std::ranges::find(key.choices, text) == key.choices.end()) {
    return false;
  }
  into = text;
  return true;
}

bool assign_flag(std::string_view text, bool& into) {
  if (text != "true" && text != "false") return false;
  into = text == "true";
  return true;
}

/// Units never apply to fractions; the whole text must be one plain number.
template <class Number>
bool assign_plain(const config_key& key, std::string_view text, Number& into) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  if (!in_range(key, static_cast<double>(value))) return false;
  into = value;
  return true;
}

template <class Number>
bool assign_number(const config_key& key, std::string_view text, Number& into) {
  if (key.unit == config_key::measure::none) return assign_plain(key, text, into);
  const auto value = parse_size(text);
  if (!value || !in_range(key, static_cast<double>(*value))) return false;
  if (*value > std::numeric_limits<Number>::max()) return false;
  into = static_cast<Number>(*value);
  return true;
}

bool assign_time(const config_key& key, std::string_view text, std::chrono::nanoseconds& into) {
  const auto value = parse_duration(text);
  if (!value || !in_range(key, static_cast<double>(value->count()))) return false;
  into = *value;
  return true;
}

}  // namespace

std::string allowed_values(const config_key& key) {
  if (!key.choices.empty()) return "one of " + joined(key.choices);
  if (is_text(key)) return "one line of text, at most 4096 bytes";
  const auto range = limit_text(key, key.minimum) + " to " + limit_text(key, key.maximum);
  switch (key.unit) {
    case config_key::measure::time: return "a duration from " + range + " (ns, us, ms, s, m, h)";
    case config_key::measure::bytes: return "a size from " + range + " (B, KiB, MiB, GiB)";
    case config_key::measure::none: break;
  }
  return (is_double(key) ? "a number from " : "a whole number from ") + range;
}

std::optional<std::string> assign(const config_key& key, std::string_view text, options& into) {
  const bool good =
      std::visit(overloaded{
                     [&](bool* slot) { return assign_flag(text, *slot); },
                     [&](std::string* slot) { return assign_text(key, text, *slot); },
                     [&](double* slot) { return assign_plain(key, text, *slot); },
                     [&](std::chrono::nanoseconds* slot) { return assign_time(key, text, *slot); },
                     [&](auto* slot) { return assign_number(key, text, *slot); },
                 },
                 key.slot(into));
  if (good) return std::nullopt;
  std::string problem = "expected " + allowed_values(key);
  if (const auto near = did_you_mean(text, key.choices)) problem += "; did you mean " + *near + "?";
  return problem;
}

std::string text_of(const config_key& key, const options& from) {
  options copy = from;  // the table hands out places to write; reading goes through a copy
  return std::visit(overloaded{
                        [](const bool* slot) -> std::string { return *slot ? "true" : "false"; },
                        [](const std::string* slot) { return *slot; },
                        [](const double* slot) { return plain(*slot); },
                        [](const std::chrono::nanoseconds* slot) { return duration_text(*slot); },
                        [&](const auto* slot) {
                          return key.unit == config_key::measure::bytes ? size_text(*slot)
                                                                        : plain(*slot);
                        },
                    },
                    key.slot(copy));
}

}  // namespace troupe
