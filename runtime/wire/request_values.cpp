#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "runtime/wire/discover_body.hpp"
#include "runtime/wire/text.hpp"
#include "runtime/wire/to_proto.hpp"

namespace troupe::wire {
namespace {

failure expected(std::string_view name, std::string_view what) {
  return {errc::bad_input, std::string(name) + ": expected " + std::string(what)};
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value{};
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<duration> milliseconds_in(std::string_view text) {
  const auto value = number_in<double>(text);
  // A day is beyond every use, and far from the end of a duration.
  if (!value || !std::isfinite(*value) || *value <= 0 || *value > 86'400'000.0) return std::nullopt;
  return std::chrono::duration_cast<duration>(std::chrono::duration<double, std::milli>(*value));
}

std::optional<bool> flag_in(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

std::optional<request_priority> priority_named(std::string_view name) {
  using enum request_priority;
  for (const auto one : {background, normal, urgent}) {
    if (name == to_string(one)) return one;
  }
  return std::nullopt;
}

// "cached,partial"; each at most once. "none" alone is the empty order.
std::optional<fallback_order> fallbacks_in(std::string_view text) {
  fallback_order out{};
  if (text == to_string(fallback::none)) return out;
  std::size_t taken = 0;
  while (taken < out.size()) {
    const auto word = text.substr(0, text.find(','));
    for (const auto one : {fallback::cached, fallback::fast, fallback::partial}) {
      if (word == to_string(one)) out.at(taken) = one;
    }
    const auto end = out.begin() + static_cast<std::ptrdiff_t>(taken);
    if (*end == fallback::none || std::find(out.begin(), end, *end) != end) return std::nullopt;
    ++taken;
    if (word.size() == text.size()) return out;
    text.remove_prefix(word.size() + 1);
  }
  return std::nullopt;
}

// Sets `target` to what was read; says whether there was something.
template <class Target, class Value>
bool taken(Target& target, const std::optional<Value>& value) {
  if (value) target = *value;
  return value.has_value();
}

// Appends the message to its flow's opening while that is not full (the classifier's input).
void add_to_opening(traffic_group& group, flow& of, const given_message& given,
                    std::array<std::uint32_t, 2>& seen) {
  of.packets += 1;
  auto& count = seen.at(static_cast<std::size_t>(given.dir));
  if (given.bytes.empty() || count == opening_limit::segments_per_direction) return;
  ++count;
  const auto kept =
      std::min<std::size_t>(given.bytes.size(), std::size_t{opening_limit::segment_bytes});
  segment added;
  added.dir = given.dir;
  added.offset = static_cast<std::uint32_t>(group.opening_bytes.size());
  added.size = static_cast<std::uint32_t>(kept);
  added.wire_size = static_cast<std::uint32_t>(given.bytes.size());
  added.packet = static_cast<std::uint32_t>(of.packets);
  of.opening.push_back(added);
  group.opening_bytes.insert(group.opening_bytes.end(), given.bytes.begin(),
                             given.bytes.begin() + static_cast<std::ptrdiff_t>(kept));
}

}  // namespace

std::optional<quality_mode> mode_named(std::string_view name) {
  for (const auto mode : {quality_mode::fast, quality_mode::balanced, quality_mode::accurate}) {
    if (name == to_string(mode)) return mode;
  }
  return std::nullopt;
}

std::optional<validation_level> level_named(std::string_view name) {
  using enum validation_level;
  for (const auto level : {basic, standard, strict, enterprise}) {
    if (name == to_string(level)) return level;
  }
  return std::nullopt;
}

failure apply_parameter(discover_body& request, std::string_view name, std::string_view value) {
  if (name == "mode") {
    request.mode = mode_named(value);
    return request.mode ? failure{} : expected(name, "fast, balanced or accurate");
  }
  if (name == "level") {
    request.level = level_named(value);
    return request.level ? failure{} : expected(name, "basic, standard, strict or enterprise");
  }
  if (name == "deadline_ms") {
    request.deadline = milliseconds_in(value);
    return request.deadline ? failure{} : expected(name, "milliseconds, more than 0, up to a day");
  }
  if (name == "seed") {
    request.seed = number_in<std::uint64_t>(value);
    return request.seed ? failure{} : expected(name, "a whole number");
  }
  if (name == "use_cache") {
    return taken(request.use_cache, flag_in(value)) ? failure{} : expected(name, "true or false");
  }
  if (name == "priority") {
    return taken(request.priority, priority_named(value))
               ? failure{}
               : expected(name, "background, normal or urgent");
  }
  if (name == "fallback") {
    request.fallbacks = fallbacks_in(value);
    return request.fallbacks
               ? failure{}
               : expected(name, "cached, fast and partial in any order, with commas, or none");
  }
  if (name == "group") {
    request.groups.emplace_back(value);
    return {};
  }
  if (name == "name") {
    request.name = value;
    return {};
  }
  return {errc::bad_input, "parameter \"" + clean_text(name) +
                               "\" is not known: there are mode, level, deadline_ms, seed, "
                               "use_cache, priority, fallback, group and name"};
}

traffic_group_ptr group_of(const discover_body& request) {
  auto group = std::make_shared<traffic_group>();
  group->name = request.name.empty() ? "messages" : request.name;
  std::map<std::uint32_t, std::uint32_t> flow_of;  // number in the request -> index in the group
  std::vector<std::array<std::uint32_t, 2>> seen;  // opening segments by flow and direction
  for (const auto& given : request.messages) {
    const auto [at, is_new] =
        flow_of.try_emplace(given.flow, static_cast<std::uint32_t>(group->flows.size()));
    if (is_new) {
      group->flows.emplace_back();
      seen.push_back({});
    }
    message added;
    added.flow = at->second;
    added.dir = given.dir;
    added.offset = static_cast<std::uint32_t>(group->bytes.size());
    added.size = static_cast<std::uint32_t>(given.bytes.size());
    added.since_start = std::chrono::duration_cast<duration>(
        std::chrono::duration<double>(given.seconds - request.messages.front().seconds));
    added.source = group->messages.size() + 1;
    group->messages.push_back(added);
    group->bytes.insert(group->bytes.end(), given.bytes.begin(), given.bytes.end());
    add_to_opening(*group, group->flows[at->second], given, seen[at->second]);
  }
  group->messages_seen = group->messages.size();
  group->bytes_seen = group->bytes.size();
  return group;
}

std::string encode_body(const discover_body& request) {
  DiscoverRequest out;
  out.set_capture(request.capture);
  for (const auto& given : request.messages) {
    auto& added = *out.add_messages();
    added.set_data(given.bytes);
    added.set_direction(given.dir == direction::client_to_server ? Direction::c2s : Direction::s2c);
    added.set_t(given.seconds);
    added.set_flow(given.flow);
  }
  out.set_name(clean_text(request.name));
  if (request.mode) out.set_mode(to_proto(*request.mode));
  if (request.level) out.set_level(to_proto(*request.level));
  if (request.deadline) out.set_deadline_ms(in_milliseconds(*request.deadline));
  if (request.seed) out.set_seed(*request.seed);
  for (const auto& group : request.groups) out.add_groups(clean_text(group));
  out.set_use_cache(request.use_cache);
  out.set_priority(static_cast<Priority::Value>(static_cast<int>(request.priority) + 1));
  if (!request.fallbacks) return out.SerializeAsString();
  for (const auto one : *request.fallbacks) {
    if (one != fallback::none) out.add_fallbacks(static_cast<Fallback::Value>(one));
  }
  if (out.fallbacks_size() == 0) out.add_fallbacks(Fallback::none);
  return out.SerializeAsString();
}

}  // namespace troupe::wire
