#include "chaos/scenario/yaml_fields.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "runtime/config/keys.hpp"
#include "runtime/config/units.hpp"

namespace troupe::chaos {

namespace {

std::optional<double> plain_number(std::string_view text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end || !(value == value)) return std::nullopt;
  return value;
}

std::string short_number(double value) {
  auto text = std::to_string(value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

yaml_fields::yaml_fields(YAML::Node map, std::string what, problems& into)
    : map_(std::move(map)), what_(std::move(what)), into_(into) {
  if (map_ && !map_.IsMap() && !map_.IsNull()) {
    into_.add(map_, what_ + " must have fields, each a line `name: value`");
    map_ = YAML::Node();
  }
}

YAML::Node yaml_fields::take(std::string_view name) {
  known_.push_back(name);
  if (!map_ || !map_.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  return std::as_const(map_)[std::string(name)];
}

bool yaml_fields::scalar(std::string_view name, std::string& text, YAML::Node& at) {
  auto found = take(name);
  if (!found.IsDefined()) return false;
  at.reset(found);
  if (found.IsScalar()) {
    text = found.Scalar();
    return true;
  }
  into_.add(found, std::string(name) + " must be a single value");
  return false;
}

void yaml_fields::text(std::string_view name, std::string& into) {
  YAML::Node at;
  static_cast<void>(scalar(name, into, at));
}

void yaml_fields::number(std::string_view name, double& into, double least, double most) {
  YAML::Node at;
  std::string text;
  if (!scalar(name, text, at)) return;
  const auto value = plain_number(text);
  if (value && *value >= least && *value <= most) {
    into = *value;
  } else {
    into_.add(at, std::string(name) + ": '" + text + "' is not a number from " +
                      short_number(least) + " to " + short_number(most));
  }
}

void yaml_fields::count(std::string_view name, std::size_t& into, std::size_t least,
                        std::size_t most) {
  auto value = static_cast<double>(into);
  number(name, value, static_cast<double>(least), static_cast<double>(most));
  into = static_cast<std::size_t>(value);
}

void yaml_fields::share(std::string_view name, double& into) {
  YAML::Node at;
  std::string text;
  if (!scalar(name, text, at)) return;
  const bool percent = text.ends_with('%');
  auto value = plain_number(percent ? text.substr(0, text.size() - 1) : text);
  if (value && percent) *value /= 100;
  if (value && *value >= 0 && *value <= 1) {
    into = *value;
  } else {
    into_.add(at, std::string(name) + ": '" + text + "' is not a share: write 5% or 0.05");
  }
}

void yaml_fields::rate(std::string_view name, double& into) {
  YAML::Node at;
  std::string text;
  if (!scalar(name, text, at)) return;
  if (text.ends_with("/s")) text.resize(text.size() - 2);
  const auto value = plain_number(text);
  if (value && *value > 0 && *value <= 1e6) {
    into = *value;
  } else {
    into_.add(at, std::string(name) + ": '" + text + "' is not a rate: write 100/s");
  }
}

void yaml_fields::time(std::string_view name, duration& into) {
  YAML::Node at;
  std::string text;
  if (!scalar(name, text, at)) return;
  const auto value = parse_duration(text);
  if (value && *value >= duration{0} && *value <= std::chrono::hours(48)) {
    into = *value;
  } else {
    into_.add(at, std::string(name) + ": '" + text + "' is not a time: write 100ms, 5s or 2m");
  }
}

void yaml_fields::bytes(std::string_view name, double& into) {
  YAML::Node at;
  std::string text;
  if (!scalar(name, text, at)) return;
  if (const auto value = parse_size(text)) {
    into = static_cast<double>(*value);
  } else {
    into_.add(at, std::string(name) + ": '" + text + "' is not a size: write 64KiB or 1MiB");
  }
}

void yaml_fields::word(std::string_view name, std::string& into,
                       const std::vector<std::string_view>& words) {
  YAML::Node at;
  std::string text;
  if (!scalar(name, text, at)) return;
  if (std::ranges::find(words, text) != words.end()) {
    into = text;
    return;
  }
  std::string all;
  for (const auto one : words) all += (all.empty() ? "" : ", ") + std::string(one);
  into_.add(at, std::string(name) + ": '" + text + "' is none of " + all);
}

void yaml_fields::part(std::string_view name, const std::function<void(const YAML::Node&)>& read) {
  const auto found = take(name);
  if (found.IsDefined()) read(found);
}

void yaml_fields::finish() {
  if (!map_ || !map_.IsMap()) return;
  for (const auto& entry : map_) {
    const auto name = entry.first.Scalar();
    if (std::ranges::find(known_, name) != known_.end()) continue;
    auto text = "there is no field '" + name + "' in " + what_;
    if (const auto near = did_you_mean(name, known_)) text += "; did you mean '" + *near + "'?";
    into_.add(entry.first, text);
  }
}

}  // namespace troupe::chaos
