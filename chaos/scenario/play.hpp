#pragma once

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "chaos/scenario/clients.hpp"
#include "chaos/scenario/schedule.hpp"
#include "chaos/world/heap.hpp"

namespace troupe::chaos {

/// Looks at the system once a second.
class watcher {
 public:
  watcher(world& in, const scenario& what) : in_(in), what_(what) {}

  // False: the run is to be aborted.
  [[nodiscard]] bool watch_until(time_point end) {
    while (in_.now() < end) {
      const auto from = in_.now();
      in_.run_until(std::min(end, from + std::chrono::seconds(1)));
      const auto jobs = in_.count_jobs();
      longest_stage_queue = std::max(longest_stage_queue, jobs.longest_stage_queue);
      longest_gateway_queue = std::max(longest_gateway_queue, jobs.longest_gateway_queue);
      if (good_enough_since(from)) continue;
      return false;
    }
    return true;
  }

  double longest_stage_queue = 0;
  double longest_gateway_queue = 0;

 private:
  [[nodiscard]] bool good_enough_since(time_point from) {
    std::size_t due = 0;
    std::size_t good = 0;
    const auto& all = in_.told().requests;
    for (auto i = all.size(); i > 0 && all[i - 1].intended >= from - std::chrono::seconds(1); --i) {
      if (all[i - 1].deadline > in_.now()) continue;
      ++due;
      good += all[i - 1].good() ? 1U : 0U;
    }
    return due < 10 || static_cast<double>(good) >= what_.abort_below * static_cast<double>(due);
  }

  world& in_;
  const scenario& what_;
};

/// Plays the scenario in a world that is there, up to the stop of its nodes.
class play {
 public:
  play(world& in, const scenario& what, const run_options& how,
       const std::vector<traffic_group_ptr>& contents)
      : in_(in), what_(what), how_(how), load_(in, what, how, contents), faults_(in, what) {
    for (const auto& one : what.faults) {
      const auto name = one.family->name;
      end_.messages_lie = end_.messages_lie || name == "byzantine" || name == "corruption";
      end_.messages_double = end_.messages_double || name == "duplication";
    }
  }

  void run() {
    end_.actors_before = in_.actors_running();
    in_.trace(how_.trace);
    in_.start();
    watcher look(in_, what_);
    tell("undisturbed", what_.before);
    when_.begin = in_.now();
    when_.disturbed = when_.begin + what_.before;
    load_.start();
    when_.aborted = !look.watch_until(when_.disturbed);
    heap_before_ = heap_of_the_product();
    if (!in_.has_virtual_time()) resident_before_ = resident_memory();  // else of the simulator
    tell("disturbed", what_.during);
    if (how_.with_faults) faults_.start();
    when_.aborted = when_.aborted || !look.watch_until(when_.disturbed + what_.during);
    faults_.end_all();
    when_.healed = in_.now();
    tell("healed", what_.after);
    if (!when_.aborted) static_cast<void>(look.watch_until(when_.healed + what_.after));
    when_.end = in_.now();

    // Nobody asks any more: whatever is open must come to its end by itself.
    load_.stop();
    tell("silent", what_.load.deadline + std::chrono::seconds(2));
    in_.run_until(in_.now() + what_.load.deadline + std::chrono::seconds(2));
    heap_after_ = heap_of_the_product();
    if (what_.heap_growth > 0 && heap_in_use() == 0) {
      doubts_.emplace_back("this program's allocator does not tell how much is allocated");
    }
    const auto jobs = in_.count_jobs();
    if (!jobs.known) doubts_.emplace_back("a node did not tell what its routers hold in the end");
    end_.extra_attempts = in_.extra_attempts();
    in_.told().probes_lost = in_.probes_lost();
    end_.jobs_left = jobs.waiting + jobs.in_flight;
    end_.longest_stage_queue = look.longest_stage_queue;
    end_.longest_gateway_queue = look.longest_gateway_queue;
    in_.stop();
    end_.actors_left = in_.actors_running();
  }

  [[nodiscard]] run_result result(const options& settings, duration lateness_tolerance = {}) {
    end_.settings = settings;
    end_.heap_growth_limit = what_.heap_growth;
    if (heap_after_ > heap_before_ && resident_before_ > 0) {
      end_.heap_growth =
          static_cast<double>(heap_after_ - heap_before_) / static_cast<double>(resident_before_);
    }
    end_.lateness_tolerance = lateness_tolerance;
    run_result out;
    out.judged = judge(what_, in_.told(), end_, when_,
                       how_.with_faults ? faults_.fired() : std::map<std::string, std::uint64_t>{});
    if (!how_.with_faults) out.judged.sometimes.clear();
    for (const auto& why : doubts_) {
      if (out.judged.verdict == judgement::pass) out.judged.verdict = judgement::inconclusive;
      out.judged.reasons.push_back(why);
    }
    out.heap_before = heap_before_;
    out.heap_after = heap_after_;
    out.told = std::move(in_.told());
    return out;
  }

 private:
  [[nodiscard]] std::uint64_t heap_of_the_product() const {
    std::uint64_t out = 0;
    in_.alone([&] {
      out = heap_in_use();
      out -= std::min(out, in_.told().bytes());
    });
    return out;
  }
  [[nodiscard]] static std::uint64_t resident_memory() {
    std::ifstream pages("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    pages >> all >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  void tell(const char* part, duration lasts) const {
    if (!how_.tell) return;
    how_.tell(std::string(part).append(" for ").append(
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(lasts).count()) + " s"));
  }

  world& in_;
  const scenario& what_;
  const run_options& how_;
  clients load_;
  schedule faults_;
  phases when_;
  end_state end_;
  std::vector<std::string> doubts_;
  std::uint64_t resident_before_ = 0;
  std::uint64_t heap_before_ = 0;
  std::uint64_t heap_after_ = 0;
};

[[nodiscard]] inline double seconds_of(duration value) {
  return std::chrono::duration<double>(value).count();
}

}  // namespace troupe::chaos
