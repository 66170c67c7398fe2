#include "bench/load/load_run.hpp"

#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <system_error>

#include "bench/load/load_inputs.hpp"
#include "bench/support/samples.hpp"

namespace troupe::bench {

namespace {

constexpr std::size_t slowest_kept = 10;
constexpr auto answer_limit = std::chrono::seconds(30);  // after the last deadline

double cpu_seconds_now() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double rss_mib_now() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  statm >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// A timer of the kernel's, on the clock that steady_clock shows.
class timer {
 public:
  timer() : handle_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
    if (handle_ < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
  }
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;
  ~timer() { close(handle_); }

  void until(time_point when) const {
    const auto since_boot = when.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
    itimerspec at{};
    at.it_value.tv_sec = seconds.count();
    at.it_value.tv_nsec = (since_boot - seconds).count();
    std::uint64_t times = 0;
    if (timerfd_settime(handle_, TFD_TIMER_ABSTIME, &at, nullptr) != 0) return;
    while (read(handle_, &times, sizeof times) < 0 && errno == EINTR) {
    }
  }

 private:
  int handle_;
};

std::string explain(const discovery_result& result) {
  std::string out;
  for (const auto& one : result.stages) {
    if (one.state == stage_report::outcome::skipped) continue;
    if (!out.empty()) out += ", ";
    const auto us = [](duration d) {
      return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(d).count());
    };
    out.append(to_string(one.which)).append(" from ").append(us(one.started)).append(" for ");
    out.append(us(one.took)).append(" us");
  }
  return out;
}

/// What comes back, from any thread.
class tally {
 public:
  explicit tally(const load_plan& plan, time_point start) : plan_(plan), start_(start) {}

  void sent(time_point intended) {
    const std::lock_guard hold(lock_);
    ++out_.sent;
    ++second_of(intended).sent;
    out_.seconds = std::chrono::duration<double>(intended - start_).count();
    delays_.add(std::chrono::steady_clock::now() - intended);
  }

  void answered(time_point intended, const discovery_outcome& outcome, time_point when) {
    const std::lock_guard hold(lock_);
    ++out_.answered;
    count(intended, outcome, when);
    changed_.notify_one();
  }

  void wait_for_all(time_point until) {
    std::unique_lock hold(lock_);
    changed_.wait_until(hold, until, [&] { return out_.answered >= out_.sent; });
  }

  void measure(time_point at, double cpu) {
    const std::lock_guard hold(lock_);
    auto& second = second_of(at);
    second.cpu_seconds = cpu;
    second.rss_mib = rss_mib_now();
    out_.rss_mib = std::max(out_.rss_mib, second.rss_mib);
  }

  [[nodiscard]] load_second second_at(time_point at) {
    const std::lock_guard hold(lock_);
    return second_of(at);
  }

  [[nodiscard]] load_result take() {
    const std::lock_guard hold(lock_);
    const auto lasts = std::chrono::duration<double>(plan_.lasts).count();
    out_.rate = static_cast<double>(out_.sent) / lasts;
    out_.goodput = static_cast<double>(out_.in_time) / lasts;
    out_.p50_us = all_.microseconds(50);
    out_.p90_us = all_.microseconds(90);
    out_.p95_us = all_.microseconds(95);
    out_.p99_us = all_.microseconds(99);
    out_.p999_us = all_.microseconds(99.9);
    out_.max_us = all_.microseconds(100);
    out_.send_delay_p99_us = delays_.microseconds(99);
    for (std::size_t i = 0; i < out_.by_second.size(); ++i) {
      out_.by_second[i].p99_us = by_second_[i].microseconds(99);
    }
    return out_;
  }

 private:
  load_second& second_of(time_point intended) {
    const auto index = static_cast<std::size_t>((intended - start_) / std::chrono::seconds(1));
    if (out_.by_second.size() <= index) {
      out_.by_second.resize(index + 1);
      by_second_.resize(index + 1);
    }
    return out_.by_second[index];
  }

  void count(time_point intended, const discovery_outcome& outcome, time_point when) {
    auto& second = second_of(intended);
    if (const auto* why = std::get_if<failure>(&outcome)) {
      const bool shed = why->code == errc::overloaded;
      ++(shed ? out_.shed : out_.errors);
      ++(shed ? second.shed : second.errors);
      return;
    }
    const auto& result = *std::get<discovery_result_ptr>(outcome);
    const auto took = when - intended;
    all_.add(took);
    by_second_[static_cast<std::size_t>((intended - start_) / std::chrono::seconds(1))].add(took);
    out_.cached += result.from_cache ? 1U : 0U;
    out_.partial += result.partial ? 1U : 0U;
    if (took <= plan_.deadline) {
      ++out_.in_time;
      ++second.in_time;
    } else {
      ++out_.late;
    }
    keep_slow(std::chrono::duration<double, std::micro>(took).count(), result);
  }

  void keep_slow(double us, const discovery_result& result) {
    auto& kept = out_.slowest;
    if (kept.size() == slowest_kept && kept.back().latency_us >= us) return;
    kept.push_back({us, explain(result)});
    std::ranges::sort(kept, std::ranges::greater{}, &slow_answer::latency_us);
    if (kept.size() > slowest_kept) kept.pop_back();
  }

  load_plan plan_;
  time_point start_;
  std::mutex lock_;
  std::condition_variable changed_;
  load_result out_;
  samples all_;
  samples delays_;
  std::vector<samples> by_second_;
};

}  // namespace

load_result run_load(const load_plan& plan, const load_target& target,
                     const std::function<void(const load_second&)>& tell) {
  timer wait;
  load_inputs inputs(plan.hit_ratio, plan.seed);
  arrivals when(plan.pattern, plan.rate, plan.lasts, plan.seed);
  const auto cpu_before = cpu_seconds_now();
  const auto start = std::chrono::steady_clock::now() + std::chrono::milliseconds(10);
  const auto seen = std::make_shared<tally>(plan, start);
  auto next_look = start + std::chrono::seconds(1);
  auto cpu = cpu_before;
  auto input = inputs.next();  // made ahead: its making is not the answer's latency
  while (const auto at = when.next()) {
    const auto intended = start + *at;
    wait.until(intended);
    discovery_request request;
    request.input = std::move(input);
    request.mode = plan.mode;
    request.budget = std::max<duration>(
        plan.deadline - (std::chrono::steady_clock::now() - intended), duration{1});
    request.seed = plan.seed;
    seen->sent(intended);
    target(std::move(request), [seen, intended](const discovery_outcome& outcome, time_point then) {
      seen->answered(intended, outcome, then);
    });
    input = inputs.next();
    if (intended < next_look) continue;
    const auto now = cpu_seconds_now();
    const auto middle = next_look - std::chrono::milliseconds(500);
    seen->measure(middle, now - cpu);
    cpu = now;
    tell(seen->second_at(middle));
    next_look += std::chrono::seconds(1);
  }
  seen->wait_for_all(std::chrono::steady_clock::now() + plan.deadline + answer_limit);
  auto out = seen->take();
  out.cpu_seconds = cpu_seconds_now() - cpu_before;
  out.rss_mib = std::max(out.rss_mib, rss_mib_now());
  return out;
}

}  // namespace troupe::bench
