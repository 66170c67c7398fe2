#include "runtime/node/health.hpp"

#include <algorithm>
#include <string_view>

namespace troupe {

namespace {

std::string_view component_of(std::string_view path) { return path.substr(0, path.find('/')); }

}  // namespace

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

health overall(const std::vector<component_health>& components) noexcept {
  auto worst = health::healthy;
  for (const auto& one : components) worst = std::max(worst, one.state);
  return worst;
}

std::string_view to_string(health state) noexcept {
  switch (state) {
    case health::healthy: return "healthy";
    case health::degraded: return "degraded";
    case health::unhealthy: return "unhealthy";
  }
  return "unknown";
}

}  // namespace troupe
