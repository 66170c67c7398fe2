#include "chaos/world/place.hpp"

#include <algorithm>

namespace troupe::chaos {

std::string place::text() const {
  std::string out("n");
  return out.append(std::to_string(node)).append("/").append(path);
}

std::string_view to_string(actor_kind kind) noexcept {
  switch (kind) {
    case actor_kind::supervisor: return "supervisor";
    case actor_kind::router: return "router";
    case actor_kind::coordinator: return "coordinator";
    case actor_kind::worker: return "worker";
    case actor_kind::shard: return "shard";
    case actor_kind::breaker: return "breaker";
    case actor_kind::monitor: return "monitor";
    case actor_kind::entrance: return "entrance";
    case actor_kind::link: return "link";
  }
  return "unknown";
}

std::optional<actor_kind> kind_named(std::string_view name) noexcept {
  const auto* const found =
      std::ranges::find_if(all_kinds, [name](actor_kind one) { return to_string(one) == name; });
  return found == all_kinds.end() ? std::nullopt : std::optional(*found);
}

actor_kind kind_of(std::string_view path) noexcept {
  const auto below = [&](std::string_view part) { return path.find(part) != path.npos; };
  if (path.ends_with("/router")) return actor_kind::router;
  if (below("/workers/")) return actor_kind::worker;
  if (below("coordinators/")) return actor_kind::coordinator;
  if (path.starts_with("cache/")) return actor_kind::shard;
  if (path.starts_with("resilience/")) return actor_kind::breaker;
  if (path.starts_with("sla/")) return actor_kind::monitor;
  if (path.ends_with("/entrance")) return actor_kind::entrance;
  return actor_kind::supervisor;
}

}  // namespace troupe::chaos
