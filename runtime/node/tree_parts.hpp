#pragma once

// What the files that make the tree share. For tree*.cpp only.

#include <string>
#include <utility>

#include "runtime/node/tree.hpp"

namespace troupe {

using supervision::spawn_context;
using supervision::spawn_worker;
using supervision::strategy;
using supervision::supervised_child;
using supervision::supervisor_child;
using supervision::supervisor_plan;
using supervision::supervisor_spec;

template <class Handle, class Any>
Handle as(const Any& any) {
  return caf::actor_cast<Handle>(any);
}

inline supervisor_spec leaves(const tree_parts& parts, strategy how) {
  const auto& rules = parts.settings.supervision;
  return {how, rules.max_restarts, rules.period, {}};
}

inline supervisor_spec near_the_root(const tree_parts& parts, strategy how) {
  const auto& rules = parts.settings.supervision;
  return {how, rules.root_max_restarts, rules.period, {}};
}

inline supervised_child leaf(const tree_parts& parts, std::string id,
                             supervision::spawn_function spawn, placement where = placement::none) {
  const auto& rules = parts.settings.supervision;
  supervised_child child;
  child.spec.id = std::move(id);
  child.spec.shutdown_time = rules.shutdown_time;
  child.spec.pause.base = rules.backoff_base;
  child.spec.pause.max = rules.backoff_max;
  child.spawn = std::move(spawn);
  child.where = where;
  return child;
}

/// The monitors of deadlines and objectives.
[[nodiscard]] supervised_child sla_part(const tree_parts& parts);

}  // namespace troupe
