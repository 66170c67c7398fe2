#include "runtime/node/node_metrics.hpp"

namespace troupe {

void define_node_metrics(metrics& in, const node_readings& from) {
  in.read_gauge("troupe_ready", "1 when the node takes requests",
                [read = from.ready] { return read() ? 1.0 : 0.0; });
  in.read_gauge("troupe_sla_objective_met", "1 while the deadline objective holds",
                [read = from.objective_met] { return read() ? 1.0 : 0.0; });
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

}  // namespace troupe
