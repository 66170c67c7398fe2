#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/load/arrivals.hpp"
#include "messages/errc.hpp"
#include "runtime/node.hpp"

namespace troupe::bench {

struct load_plan {
  load_pattern pattern = load_pattern::constant;
  double rate = 100;  // requests a second, as the pattern has it
  duration lasts = std::chrono::seconds(10);
  duration deadline = std::chrono::milliseconds(100);
  quality_mode mode = quality_mode::balanced;
  double hit_ratio = 0;  // share of requests for an input that was asked before
  std::uint64_t seed = 1;
};

/// One second of a run, by intended times.
struct load_second {
  std::uint64_t sent = 0;
  std::uint64_t in_time = 0;
  std::uint64_t shed = 0;
  std::uint64_t errors = 0;
  double p99_us = 0;
  double cpu_seconds = 0;  // of this process, used in it
  double rss_mib = 0;      // at its end
};

/// One answer that took long, for its explanation.
struct slow_answer {
  double latency_us = 0;
  std::string why;  // its stages and their times, as the result tells them
};

struct load_result {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;  // exactly one answer, of any kind
  std::uint64_t in_time = 0;   // results, whole or partial, by the deadline
  std::uint64_t partial = 0;   // of these
  std::uint64_t cached = 0;    // of these
  std::uint64_t shed = 0;      // refused as overloaded
  std::uint64_t errors = 0;    // any other failure
  std::uint64_t late = 0;      // results after the deadline
  double seconds = 0;          // from the first intended time to the last
  double rate = 0;             // sent a second
  double goodput = 0;          // in time a second
  double p50_us = 0, p90_us = 0, p95_us = 0, p99_us = 0, p999_us = 0, max_us = 0;  // of results
  double send_delay_p99_us = 0;  // how late this program itself sent: large, and it was too slow
  double cpu_seconds = 0;
  double rss_mib = 0;
  std::vector<load_second> by_second;
  std::vector<slow_answer> slowest;  // at most ten, the slowest first
};

/// Where requests go. `done` is called exactly once, on any thread, with the time of the answer.
using answered_call = std::function<void(const discovery_outcome&, time_point)>;
using load_target = std::function<void(discovery_request, answered_call done)>;

/// Sends the plan's requests at their intended times whatever becomes of them, from this thread,
/// and waits for their answers. Latency counts from the intended time. `tell` hears the progress
/// each second.
[[nodiscard]] load_result run_load(const load_plan& plan, const load_target& target,
                                   const std::function<void(const load_second&)>& tell);

}  // namespace troupe::bench
