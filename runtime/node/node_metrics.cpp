#include "runtime/node/node_metrics.hpp"

#include <array>
#include <utility>

namespace troupe {

void define_node_metrics(metrics& in, const node_readings& from) {
  in.read_gauge("troupe_ready", "1 when the node takes requests",
                [read = from.ready] { return read() ? 1.0 : 0.0; });
  in.read_gauge("troupe_sla_objective_met", "1 while the deadline objective holds",
                [read = from.objective_met] { return read() ? 1.0 : 0.0; });
  in.read_counter("troupe_front_answers_total",
                  "Requests answered from memory on their caller's own thread",
                  [read = from.repeated] { return static_cast<double>(read()); });
  using report = supervision::supervision_report;
  const auto counted = [&](const char* name, const char* help, std::uint64_t report::*what) {
    in.read_counter(name, help,
                    [read = from.supervision, what] { return static_cast<double>(read().*what); });
  };
  counted("troupe_actor_starts_total", "Incarnations started by supervisors", &report::starts);
  counted("troupe_actor_deaths_total", "Ends of supervised actors that nobody asked for",
          &report::deaths);
  counted("troupe_actor_restarts_total", "Restarts decided by supervisors", &report::restarts);
  counted("troupe_supervisors_gave_up_total", "Supervisors that gave up", &report::gave_up);
}

void define_router_metrics(metrics& in, const std::string& router,
                           const std::shared_ptr<const router_probe>& from) {
  using probe = router_probe;
  const auto total = [&](probe::total which) {
    return [from, which] { return static_cast<double>(from->read(which)); };
  };
  const auto level = [&](probe::level which) {
    return [from, which] { return static_cast<double>(from->read(which)); };
  };
  const std::array outcomes{
      std::pair{probe::answered, "answered"}, std::pair{probe::failed, "failed"},
      std::pair{probe::poisoned, "poisoned"}, std::pair{probe::quarantined, "quarantined"},
      std::pair{probe::expired, "expired"},   std::pair{probe::abandoned, "abandoned"},
      std::pair{probe::refused, "refused"},   std::pair{probe::cached, "cached"}};
  for (const auto& [which, name] : outcomes) {
    in.read_counter("troupe_router_jobs_total", "Jobs by what became of them", total(which),
                    {{"router", router}, {"outcome", name}});
  }
  const prometheus::Labels labels{{"router", router}};
  in.read_counter("troupe_router_crashes_total", "Jobs that ended their worker, each time",
                  total(probe::crashes), labels);
  in.read_counter("troupe_router_reissued_total", "Jobs queued again after their worker ended",
                  total(probe::reissued), labels);
  in.read_counter("troupe_router_late_total", "Answers to jobs that were answered otherwise",
                  total(probe::late), labels);
  in.read_counter("troupe_router_retries_total", "Jobs that ended their worker and were sent again",
                  total(probe::retried), labels);
  in.read_counter(
      "troupe_router_not_retried_total",
      "Jobs that ended their worker and were not tried again: the retry budget was spent",
      total(probe::not_retried), labels);
  in.read_counter("troupe_router_hedges_total", "Slow jobs sent to a second worker",
                  total(probe::hedged), labels);
  in.read_counter("troupe_router_hedges_won_total", "Of these, answered by the second one first",
                  total(probe::hedges_won), labels);
  in.read_gauge("troupe_router_waiting", "Jobs queued or parked", level(probe::waiting), labels);
  in.read_gauge("troupe_router_in_flight", "Jobs at a worker", level(probe::in_flight), labels);
  in.read_gauge("troupe_router_workers", "Workers that run", level(probe::workers), labels);
}

}  // namespace troupe
