#include "runtime/supervision/supervisor_actor.hpp"

#include <stdexcept>

#include "actors/shell/shell.hpp"
#include "runtime/supervision/supervisor_state.hpp"

namespace troupe::supervision {

namespace {

using supervisor_shell = shell<supervisor_state>;

void check_or_throw(const supervisor_plan& plan) {
  std::vector<child_spec> specs;
  specs.reserve(plan.children.size());
  for (const auto& child : plan.children) specs.push_back(child.spec);
  if (const auto wrong = check(plan.rules, specs)) throw std::invalid_argument(wrong.what);
}

caf::actor spawn_below(const supervisor_plan& plan, spawn_context& context) {
  supervisor_state::dependencies with{context.path,
                                      context.shared,
                                      context.heir.get<supervisor_state::keepsakes>(),
                                      {},
                                      context.shared->time};
  for (const auto& id : plan.listeners) {
    auto listener = context.sibling(id);
    if (!listener) throw std::runtime_error("the listener '" + id + "' does not run");
    with.listeners.push_back(caf::actor_cast<child_listener>(listener));
  }
  return caf::actor_cast<caf::actor>(context.system.spawn<supervisor_shell>(plan, std::move(with)));
}

}  // namespace

std::string_view to_string(lifecycle_event::kind what) noexcept {
  switch (what) {
    case lifecycle_event::kind::started: return "child_started";
    case lifecycle_event::kind::start_failed: return "child_start_failed";
    case lifecycle_event::kind::ended: return "child_ended";
    case lifecycle_event::kind::gave_up: return "supervisor_gave_up";
    case lifecycle_event::kind::stopped: return "supervisor_stopped";
  }
  return "unknown";
}

supervised_child actor_child(std::string id, spawn_function spawn, placement where) {
  supervised_child child;
  child.spec.id = std::move(id);
  child.spawn = std::move(spawn);
  child.where = where;
  return child;
}

supervised_child supervisor_child(std::string id, supervisor_plan plan) {
  check_or_throw(plan);
  supervised_child child;
  child.spec.id = std::move(id);
  child.spec.is_supervisor = true;
  child.spec.shutdown_time.reset();
  child.spawn = [plan = std::move(plan)](spawn_context& context) {
    return spawn_below(plan, context);
  };
  return child;
}

supervisor spawn_root(caf::actor_system& system, supervisor_plan plan, environment shared) {
  check_or_throw(plan);
  const auto time = shared.time;
  supervisor_state::dependencies with{"",
                                      std::make_shared<const environment>(std::move(shared)),
                                      std::make_shared<supervisor_state::keepsakes>(),
                                      {},
                                      time};
  return system.spawn<supervisor_shell>(std::move(plan), std::move(with));
}

}  // namespace troupe::supervision
