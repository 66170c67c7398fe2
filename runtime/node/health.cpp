#include "runtime/node/health.hpp"

#include <algorithm>
#include <string_view>

namespace troupe {

namespace {

std::string_view component_of(std::string_view path) { return path.substr(0, path.find('/')); }

}  // namespace

std::string_view to_string(health state) noexcept {
  switch (state) {
    case health::healthy: return "healthy";
    case health::degraded: return "degraded";
    case health::unhealthy: return "unhealthy";
  }
  return "unknown";
}

std::vector<component_health> judge_health(const tree_snapshot& tree, bool ready) {
  if (!ready) return {{"node", health::unhealthy, "the node is starting or stopping"}};
  std::vector<component_health> out;
  for (const auto& entry : tree.entries) {
    if (entry.path.empty()) continue;
    const auto name = component_of(entry.path);
    if (entry.path == name) out.push_back({entry.path, health::healthy, {}});
    if (entry.running || out.empty() || out.back().name != name) continue;
    auto& component = out.back();
    const auto state = entry.path == name ? health::unhealthy : health::degraded;
    if (state <= component.state) continue;
    component.state = state;
    component.why = entry.path + " is down";
    if (!entry.last_reason.empty()) component.why += ": " + entry.last_reason;
  }
  if (out.empty()) out.push_back({"node", health::unhealthy, "the tree did not answer"});
  return out;
}

component_health judge_objective(const objective_status& now) {
  component_health out{"objective ", health::healthy, {}};
  out.name += now.what.name;
  if (now.state == objective_state::violated) {
    out.state = health::unhealthy;
    out.why = "the error budget is exhausted";
  } else if (now.state == objective_state::at_risk) {
    out.state = health::degraded;
    out.why = now.pages || now.tickets ? "the error budget burns too fast"
                                       : "the error budget is likely to be exhausted";
  } else if (now.silent) {
    out.state = health::degraded;
    out.why = "its metric does not come";
  }
  if (!out.why.empty()) out.why.append(": ").append(describe(now.what));
  return out;
}

std::optional<component_health> judge_breaker(const breaker_report& now) {
  const auto state = now.status.now.state;
  const bool closed = state == breaker_state::closed || state == breaker_state::forced_closed;
  if (closed && now.status.connected) return std::nullopt;
  component_health out{"breaker/", health::degraded, {}};
  out.name += now.dependency;
  out.why = closed ? "its dependency is not connected" : "it is ";
  if (!closed) out.why += to_string(state);
  return out;
}

health overall(const std::vector<component_health>& components) noexcept {
  auto worst = health::healthy;
  for (const auto& one : components) worst = std::max(worst, one.state);
  return worst;
}

}  // namespace troupe
