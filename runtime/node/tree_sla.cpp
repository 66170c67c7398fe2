#include <array>
#include <utility>

#include "actors/shell/shell.hpp"
#include "actors/sla/metric_sampler_actor.hpp"
#include "actors/sla/objective_monitor_actor.hpp"
#include "actors/sla/sla_monitor_actor.hpp"
#include "runtime/node/tree_parts.hpp"
#include "runtime/telemetry/metric_reader.hpp"

namespace troupe {

namespace {

supervised_child sla_child(const tree_parts& parts) {
  auto probe = std::make_shared<sla_probe>(parts.measures->registry());
  const compliance_window::options rules{parts.settings.sla.window, 60,
                                         parts.settings.sla.objective};
  auto child = leaf(parts, "deadlines", [parts, probe, rules](spawn_context& context) {
    auto window = context.heir.get<compliance_window>(rules);
    auto changed = [met = parts.objective_met](const compliance_window::reading& now) {
      met->store(now.met);
    };
    return spawn_worker<shell<sla_monitor_state>>(
        context, placement::pool,
        sla_monitor_state::dependencies{std::move(window), probe, changed, context.shared->time});
  });
  child.publish = [who = parts.who](const caf::actor& shown) {
    who->set(sla_route{as<sla_monitor_actor>(shown)});
  };
  return child;
}

supervised_child sampler_child(const tree_parts& parts) {
  auto child = leaf(parts, "sampler", [parts](spawn_context& context) {
    auto read = [reader = std::make_shared<metric_reader>(parts.measures)](const objective& what) {
      return reader->read(what);
    };
    return spawn_worker<shell<metric_sampler_state>>(
        context, placement::detached, parts.settings.objectives, read, context.shared->time);
  });
  child.publish = [who = parts.who](const caf::actor& shown) {
    who->set(as<metric_sampler_actor>(shown));
  };
  return child;
}

void log_change(const logger& log, const objective_status& now) {
  const std::array<log_field, 4> fields{log_field{"objective", now.what.name},
                                        log_field{"state", std::string(to_string(now.state))},
                                        log_field{"silent", now.silent ? "yes" : "no"},
                                        log_field{"budget_spent", std::to_string(now.spent)}};
  const bool good = now.state == objective_state::ok && !now.silent;
  log.say(good ? log_level::info : log_level::warn, "objective_changed", fields, {});
}

supervised_child objective_child(const tree_parts& parts, std::uint32_t number) {
  const auto& what = parts.settings.objectives[number];
  auto probe = std::make_shared<objective_probe>(parts.measures->registry(), what.name);
  auto child =
      leaf(parts, "objective-" + what.name, [parts, probe, what, number](spawn_context& context) {
        objective_monitor_state::dependencies with;
        with.monitor = context.heir.get<objective_monitor>(what);
        with.probe = probe;
        with.changed = [log = parts.log](const objective_status& now) { log_change(log, now); };
        if (parts.objectives) {
          with.publish = [board = parts.objectives, number](objective_status_ptr now) {
            board->set(number, std::move(now));
          };
        }
        with.time = context.shared->time;
        return spawn_worker<shell<objective_monitor_state>>(context, placement::pool,
                                                            std::move(with));
      });
  child.publish = [who = parts.who, number](const caf::actor& shown) {
    who->set(objective_route{number, as<objective_monitor_actor>(shown)});
  };
  return child;
}

}  // namespace

supervised_child sla_part(const tree_parts& parts) {
  supervisor_plan plan{leaves(parts, strategy::one_for_one), {sla_child(parts)}, {}};
  const auto objectives = static_cast<std::uint32_t>(parts.settings.objectives.size());
  if (objectives > 0) plan.children.push_back(sampler_child(parts));
  for (std::uint32_t number = 0; number < objectives; ++number) {
    plan.children.push_back(objective_child(parts, number));
  }
  return supervisor_child("sla", std::move(plan));
}

}  // namespace troupe
