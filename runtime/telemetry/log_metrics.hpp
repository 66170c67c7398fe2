#pragma once

#include "runtime/telemetry/log.hpp"
#include "runtime/telemetry/metrics.hpp"

namespace troupe {

/// What the log itself could not say.
inline void define_log_metrics(metrics& in, const log_service& of) {
  in.read_counter("troupe_log_lines_lost_total", "Log lines lost because the queue was full.",
                  [of] { return static_cast<double>(of.lost_lines()); });
  in.read_counter("troupe_log_lines_failed_total", "Log lines that could not be written.",
                  [of] { return static_cast<double>(of.failed_lines()); });
}

}  // namespace troupe
