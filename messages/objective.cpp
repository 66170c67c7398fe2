#include "messages/objective.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace troupe {

namespace {

template <class Enum, std::size_t Size>
std::optional<Enum> named(std::string_view text, const std::array<Enum, Size>& all) noexcept {
  for (const auto one : all) {
    if (to_string(one) == text) return one;
  }
  return std::nullopt;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

/// Takes a metric's or label's name off the front; empty when there is none.
std::string take_name(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() &&
         (is_letter(text[size]) || (size > 0 && text[size] >= '0' && text[size] <= '9'))) {
    ++size;
  }
  std::string name(text.substr(0, size));
  text.remove_prefix(size);
  return name;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// `"value"`, without escapes: no label of ours needs them.
std::optional<std::string> take_quoted(std::string_view& text) {
  if (!take(text, '"')) return std::nullopt;
  const auto end = text.find('"');
  if (end == std::string_view::npos || text.substr(0, end).find('\\') != std::string_view::npos) {
    return std::nullopt;
  }
  std::string value(text.substr(0, end));
  text.remove_prefix(end + 1);
  return value;
}

// Six significant digits, as a person writes them.
std::string short_text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::general, 6)
                       .ptr;
  return {buffer.data(), end};
}

std::string text_of_window(duration window) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(window).count();
  if (seconds % 3600 == 0) return std::to_string(seconds / 3600) + " h";
  if (seconds % 60 == 0) return std::to_string(seconds / 60) + " min";
  return std::to_string(seconds) + " s";
}

double excess(double value, comparison op, double threshold) noexcept {
  switch (op) {
    case comparison::at_least:
    case comparison::above: return threshold - value;
    case comparison::at_most:
    case comparison::below: return value - threshold;
    case comparison::equal: return std::abs(value - threshold);
  }
  return 0;
}

}  // namespace

std::string_view to_string(metric_kind kind) noexcept {
  switch (kind) {
    case metric_kind::gauge: return "gauge";
    case metric_kind::counter: return "counter";
    case metric_kind::histogram: return "histogram";
    case metric_kind::summary: return "summary";
  }
  return "unknown";
}

std::string_view to_string(aggregation by) noexcept {
  switch (by) {
    case aggregation::value: return "value";
    case aggregation::rate: return "rate";
    case aggregation::ratio: return "ratio";
    case aggregation::quantile: return "quantile";
    case aggregation::share: return "share";
  }
  return "unknown";
}

std::string_view to_string(comparison op) noexcept {
  switch (op) {
    case comparison::at_least: return ">=";
    case comparison::at_most: return "<=";
    case comparison::equal: return "==";
    case comparison::above: return ">";
    case comparison::below: return "<";
  }
  return "?";
}

std::string to_string(const metric_selector& which) {
  std::string text = which.name;
  if (which.labels.empty()) return text;
  for (std::size_t i = 0; i < which.labels.size(); ++i) {
    const auto& [name, value] = which.labels[i];
    text += i == 0 ? '{' : ',';
    text += name;
    text += "=\"";
    text += value;
    text += '"';
  }
  text += '}';
  return text;
}

std::optional<metric_kind> metric_kind_named(std::string_view text) noexcept {
  using enum metric_kind;
  return named(text, std::array{gauge, counter, histogram, summary});
}

std::optional<aggregation> aggregation_named(std::string_view text) noexcept {
  using enum aggregation;
  return named(text, std::array{value, rate, ratio, quantile, share});
}

std::optional<comparison> comparison_named(std::string_view text) noexcept {
  using enum comparison;
  return named(text, std::array{at_least, at_most, equal, above, below});
}

std::optional<metric_selector> parse_selector(std::string_view text) {
  metric_selector out;
  out.name = take_name(text);
  if (out.name.empty()) return std::nullopt;
  if (text.empty()) return out;
  if (!take(text, '{')) return std::nullopt;
  do {
    auto name = take_name(text);
    if (name.empty() || !take(text, '=')) return std::nullopt;
    auto value = take_quoted(text);
    if (!value) return std::nullopt;
    out.labels.emplace_back(std::move(name), *std::move(value));
  } while (take(text, ','));
  if (!take(text, '}') || !text.empty()) return std::nullopt;
  return out;
}

bool holds(double value, comparison op, double threshold) noexcept {
  switch (op) {
    case comparison::at_least: return value >= threshold;
    case comparison::at_most: return value <= threshold;
    case comparison::equal: return value == threshold;
    case comparison::above: return value > threshold;
    case comparison::below: return value < threshold;
  }
  return false;
}

bool is_worse(double a, double b, comparison op, double threshold) noexcept {
  return excess(a, op, threshold) > excess(b, op, threshold);
}

std::string describe(const objective& what) {
  std::string text(to_string(what.by));
  if (what.by == aggregation::quantile) {
    text += ' ';
    text += short_text(what.quantile);
  }
  text += " of ";
  text += to_string(what.metric);
  if (what.of) {
    text += " in ";
    text += to_string(*what.of);
  }
  if (what.by != aggregation::share || what.kind == metric_kind::histogram) {
    text += ' ';
    text += to_string(what.op);
    text += ' ';
    text += short_text(what.threshold);
  }
  text += ", ";
  text += short_text(100 * what.target);
  text += " % of ";
  text += text_of_window(what.window);
  return text;
}

}  // namespace troupe
