#include "chaos/verdict/invariants.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "chaos/verdict/supervision_rules.hpp"
#include "chaos/verdict/words.hpp"

namespace troupe::chaos {

namespace {

/// The violations found so far, at most `limit` of each invariant.
class findings_list {
 public:
  explicit findings_list(std::size_t limit) : limit_(limit) {}

  void add(const std::string& invariant, std::string text, std::uint64_t request = 0) {
    if (counts_[invariant]++ < limit_) found_.push_back({invariant, std::move(text), request});
  }
  [[nodiscard]] std::vector<violation> taken() { return std::move(found_); }

 private:
  std::size_t limit_;
  std::map<std::string, std::size_t> counts_;
  std::vector<violation> found_;
};

void check_request(const request_record& one, const end_state& end, findings_list& out) {
  const auto name = words({"request ", std::to_string(one.number)});
  if (one.times != 1) {
    out.add("answered_once", words({name, " was answered ", std::to_string(one.times), " times"}),
            one.number);
  }
  if (!one.wrong.empty()) out.add("right_answer", words({name, ": ", one.wrong}), one.number);
  const auto& cache = end.settings.cache;
  const std::chrono::duration<double, std::nano> oldest =
      cache.time_to_live * (1 + cache.jitter) + cache.stale_while_revalidate;
  // Who takes an earlier answer for want of a better one is told its age.
  const auto allowed = one.fell_back ? oldest + cache.stale_if_error : oldest;
  if (one.cached && !end.messages_lie && one.age > allowed) {
    out.add("not_too_old", words({name, " has an answer older than may be repeated"}), one.number);
  }
  if (one.code == errc::internal && !end.messages_lie) {
    out.add("no_defect", words({name, " was told of a defect"}), one.number);
  }
  if (one.times > 0 && one.in_time_claimed &&
      one.answered > one.deadline + end.lateness_tolerance) {
    out.add("late_is_not_good",
            words({name, " came after its deadline and says that it is in time"}), one.number);
  }
}

// A request may have two jobs for one stage: that of its mode, and when this is poisonous the one
// in mode FAST, or of the stage alone.
void check_poison(const history& told, const end_state& end, findings_list& out) {
  if (end.messages_double) return;  // each copy may kill
  std::map<std::pair<std::uint64_t, std::string>, std::uint32_t> kills;
  for (const auto& one : told.events) {
    if (one.what != event_record::kind::ended || one.request == 0) continue;
    const auto stage = one.path.substr(0, one.path.rfind('/'));
    const std::uint32_t jobs = stage.starts_with("compute/") ? 2 : 1;
    if (++kills[{one.request, stage}] != jobs * end.settings.compute.kills_limit + 1) continue;
    out.add("poison_stops",
            words({"request ", std::to_string(one.request), " killed below ", stage,
                   " once more than makes its jobs poisonous"}),
            one.request);
  }
}

std::string count(double value) { return std::to_string(static_cast<std::uint64_t>(value)); }

void check_queue(double longest, std::uint32_t limit, findings_list& out) {
  if (longest <= limit) return;
  out.add("bounded_queues",
          words({"a queue held ", count(longest), " jobs; its limit is ", std::to_string(limit)}));
}

}  // namespace

std::vector<violation> check_invariants(const history& told, const end_state& end,
                                        std::size_t limit) {
  findings_list out(limit);
  for (const auto& one : told.requests) check_request(one, end, out);
  if (told.work_past_deadline > 0) {
    out.add("no_work_past_deadline", words({std::to_string(told.work_past_deadline),
                                            " stages began after their job's deadline"}));
  }
  if (told.work_behind_open_breaker > 0) {
    out.add("open_breaker_is_left_alone",
            words({std::to_string(told.work_behind_open_breaker),
                   " stages began though their breaker had been open for long"}));
  }
  if (told.answers_too_young > 0) {
    out.add("age_is_true", words({std::to_string(told.answers_too_young),
                                  " cached answers said that they were computed after anybody had "
                                  "computed about their input"}));
  }
  if (end.extra_attempts > 0) {
    out.add("retries_in_budget", words({"a router sent ", count(end.extra_attempts + 0.5),
                                        " jobs more a second time than its budget allows"}));
  }
  for (const auto& one : told.unexpected_ends) out.add("no_process_died", one);
  check_poison(told, end, out);
  check_supervision(told, end.settings, [&](const std::string& invariant, const std::string& what) {
    out.add(invariant, what);
  });
  if (end.actors_left > end.actors_before) {
    out.add("no_actor_leaked", words({std::to_string(end.actors_left - end.actors_before),
                                      " actors are left after all nodes have stopped"}));
  }
  if (end.heap_growth_limit > 0 && end.heap_growth > end.heap_growth_limit) {
    out.add("no_memory_leaked", words({"the heap has grown by ", count(100 * end.heap_growth + 0.5),
                                       " % of the process, at most ",
                                       count(100 * end.heap_growth_limit + 0.5), " % expected"}));
  }
  if (end.jobs_left > 0) {
    out.add("no_job_leaked",
            words({count(end.jobs_left), " jobs are in routers though nobody waits any more"}));
  }
  check_queue(end.longest_stage_queue, end.settings.compute.waiting_limit, out);
  check_queue(end.longest_gateway_queue, end.settings.discovery.waiting_limit, out);
  return out.taken();
}

}  // namespace troupe::chaos
