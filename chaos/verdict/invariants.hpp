#pragma once

#include <string>
#include <vector>

#include "chaos/verdict/history.hpp"
#include "runtime/config/options.hpp"

namespace troupe::chaos {

/// What was measured beside the history.
struct end_state {
  std::size_t actors_before = 0;   // that ran before the first node was started
  std::size_t actors_left = 0;     // that run after all nodes have stopped
  double extra_attempts = 0;       // over the budget for retries and hedges, at any router
  double jobs_left = 0;            // in routers, when all clients had their answers
  double longest_stage_queue = 0;  // at one router, at any sample
  double longest_gateway_queue = 0;
  bool messages_lie = false;       // faults were on that change what messages say
  bool messages_double = false;    // faults were on that deliver messages twice
  options settings;                // of the nodes
  double heap_growth = 0;          // live: share of the process's memory, during the run
  double heap_growth_limit = 0;    // 0: not judged
  duration lateness_tolerance{0};  // live: an answer may have been in time where it was made
};

/// One broken rule.
struct violation {
  std::string invariant;
  std::string text;
  std::uint64_t request = 0;  // its number; 0: none in particular

  friend bool operator==(const violation&, const violation&) = default;
};

/// Looks for every broken rule; at most `limit` of each, the first.
///
///   answered_once        every request has exactly one answer
///   right_answer         an answer is of this request: its input, its mode
///   no_defect            nobody is told `internal`, unless messages lie
///   not_too_old          a cached answer is no older than the configuration allows
///   late_is_not_good     no answer after its deadline says that it is in time
///   no_work_past_deadline  no stage begins to compute for a job whose deadline has passed
///   open_breaker_is_left_alone  no stage begins to compute when its breaker has been open for long
///   retries_in_budget    no router sends more jobs a second time than its budget allows
///   poison_stops         a request ends no more lives of a stage than make its jobs poisonous
///   restart_intensity    a supervisor of workers gives up on the restart that is one too many, and
///                        no sooner
///   start_order          with rest_for_one nobody runs when a sibling before it is started again
///   lives_count_on       incarnations of an actor count up
///   no_actor_leaked      after the stop of all nodes no actor is left
///   no_process_died      live: no process ended by itself, or badly when it was stopped
///   no_memory_leaked     live: the heap has not grown by more than the scenario allows
///   no_job_leaked        when nobody waits any more, no router holds a job
///   bounded_queues       no router's queue is longer than its limit
[[nodiscard]] std::vector<violation> check_invariants(const history& told, const end_state& end,
                                                      std::size_t limit = 5);

}  // namespace troupe::chaos
