#include <yaml-cpp/yaml.h>

#include <sstream>
#include <utility>

#include "chaos/scenario/scenario.hpp"
#include "runtime/config/load.hpp"

namespace troupe::chaos {

namespace {

std::string seconds(duration value) { return std::to_string(value.count()) + "ns"; }

std::string written(const parameter& one, const fault_settings& from) {
  if (one.is == unit::word) return from.word(one.name);
  const auto value = from.number(one.name);
  std::ostringstream out;
  out.precision(17);
  if (one.is == unit::time) {
    out << static_cast<std::int64_t>(value * 1e9) << "ns";
  } else if (one.is == unit::bytes) {
    out << static_cast<std::uint64_t>(value) << "B";
  } else {
    out << value;
  }
  return out.str();
}

}  // namespace

std::string to_yaml(const scenario& what) {
  std::ostringstream out;
  out.precision(17);
  YAML::Emitter about;
  about << YAML::DoubleQuoted << what.about;
  out << "name: " << what.name << "\nabout: " << about.c_str() << "\nnodes: " << what.nodes
      << "\nload:\n  rate: " << what.load.rate << "\n  contents: " << what.load.contents
      << "\n  fresh: " << what.load.fresh << "\n  forwarded: " << what.load.forwarded
      << "\n  deadline: " << seconds(what.load.deadline)
      << "\n  mode: " << to_string(what.load.mode) << "\n  other_modes: " << what.load.other_modes
      << "\n  strict: " << what.load.strict << "\ntime:\n  before: " << seconds(what.before)
      << "\n  during: " << seconds(what.during) << "\n  after: " << seconds(what.after)
      << "\nexpect:\n  good: " << what.steady.good << "\n  p99: " << seconds(what.steady.p99)
      << "\n  good_during: " << what.good_during << "\n  heap_growth: " << what.heap_growth
      << "\n  abort_below: " << what.abort_below << "\n  recovery: " << seconds(what.recovery)
      << '\n';
  if (what.replay) {
    out << "replay:\n  version: " << replay_of::version << "\n  seed: " << what.replay->seed
        << "\n  last_request: " << what.replay->last_request << '\n';
  }
  if (!what.overrides.empty()) {
    out << "config:\n";
    for (const auto& [key, value] : what.overrides) out << "  " << key << ": " << value << '\n';
  }
  if (!what.faults.empty()) out << "faults:\n";
  for (const auto& one : what.faults) {
    out << "  - fault: " << one.family->name << "\n    name: " << one.name << "\n    target: \""
        << one.where.path << "\"\n    of_targets: " << one.where.share
        << "\n    from: " << seconds(one.from) << "\n    until: " << seconds(one.until)
        << "\n    every: " << seconds(one.every) << "\n    lasts: " << seconds(one.lasts)
        << "\n    ramp: " << seconds(one.ramp) << '\n';
    if (one.where.kind) out << "    kind: " << to_string(*one.where.kind) << '\n';
    if (!one.after.empty()) out << "    after: " << one.after << '\n';
    for (const auto& each : one.family->parameters) {
      out << "    " << each.name << ": " << written(each, one.settings) << '\n';
    }
  }
  if (!what.never.empty()) out << "never:\n";
  for (const auto& one : what.never) out << "  - " << one << '\n';
  if (!what.sometimes.empty()) out << "sometimes:\n";
  for (const auto& one : what.sometimes) out << "  - " << one << '\n';
  return std::move(out).str();
}

std::variant<options, failure> settings_of(const scenario& what) {
  config_request request;
  request.overrides = what.overrides;
  auto loaded = load_options(request);
  if (auto* why = std::get_if<failure>(&loaded)) return std::move(*why);
  auto out = std::get<loaded_options>(std::move(loaded)).values;
  out.compute.priority = "normal";  // one thread runs everything
  return out;
}

}  // namespace troupe::chaos
