#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <queue>
#include <vector>

#include "actors/resilience/admission.hpp"
#include "actors/resilience/retry_backoff.hpp"
#include "actors/resilience/retry_budget.hpp"
#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start = time_point{} + 1h;

/// Events in order of their virtual time.
class event_loop {
 public:
  void at(time_point when, std::function<void()> what) {
    events_.emplace(std::pair{when, next_++}, std::move(what));
  }
  void run() {
    while (!events_.empty()) {
      auto first = events_.extract(events_.begin());
      now = first.key().first;
      first.mapped()();
    }
  }

  time_point now = start;

 private:
  std::map<std::pair<time_point, std::uint64_t>, std::function<void()>> events_;
  std::uint64_t next_ = 0;
};

duration exponential(test::dice& roll, duration mean) {
  const auto drawn = -std::log(1 - roll.share()) * static_cast<double>(mean.count());
  return duration{static_cast<duration::rep>(drawn)};
}

struct server_kind {
  const char* name;
  std::uint32_t workers;
  duration work;  // of one request on one worker
  duration budget;
  admission::options gate;

  [[nodiscard]] double capacity() const {
    return workers / (static_cast<double>(work.count()) / 1e9);
  }
};

struct second_counts {
  std::uint64_t in_time = 0;
  std::uint64_t late = 0;
};

struct outcome_of_run {
  std::vector<second_counts> seconds = std::vector<second_counts>(64);
  std::vector<duration> latencies;  // of the admitted, while overloaded
  std::uint64_t started_late = 0;
  std::uint64_t refused = 0;

  [[nodiscard]] double goodput(std::size_t from, std::size_t to) const {
    double sum = 0;
    for (auto at = from; at < to; ++at) sum += static_cast<double>(seconds[at].in_time);
    return sum / static_cast<double>(to - from);
  }
  [[nodiscard]] duration p99() {
    if (latencies.empty()) return duration{0};
    std::ranges::sort(latencies);
    return latencies[latencies.size() * 99 / 100];
  }
};

/// A server of some workers with its own queue, behind an admission, under a load that changes.
class served_world {
 public:
  served_world(server_kind kind, std::uint64_t seed, std::function<double(double)> load)
      : kind_(std::move(kind)), load_(std::move(load)), roll_(seed), gate_(kind_.gate) {}

  outcome_of_run run(duration length) {
    end_ = start + length;
    loop_.at(start, [this] { arrive(); });
    loop_.at(start, [this] { tick(); });
    loop_.run();
    return std::move(result_);
  }

 private:
  struct request {
    time_point came;
    time_point deadline;
  };

  [[nodiscard]] double second() const {
    return static_cast<double>((loop_.now - start).count()) / 1e9;
  }

  void arrive() {
    if (loop_.now >= end_) return;
    const auto rate = load_(second()) * kind_.capacity();
    const auto gap = exponential(roll_, duration{static_cast<duration::rep>(1e9 / rate)});
    loop_.at(loop_.now + gap, [this] { arrive(); });
    const auto rank = static_cast<admission::priority>(roll_.below(3));
    const request one{loop_.now, loop_.now + kind_.budget};
    const auto got = gate_.offer(rank, one.deadline, 2 * kind_.work, loop_.now);
    if (got.who) open_[got.who] = one;
    obey(got.todo);
  }

  void tick() {
    if (loop_.now >= end_) return;
    loop_.at(loop_.now + 5ms, [this] { tick(); });
    obey(gate_.tick(loop_.now));
  }

  void obey(const admission::orders& todo) {
    result_.refused += todo.refuse.size();
    for (const auto& one : todo.refuse) open_.erase(one.who);
    for (const auto who : todo.start) {
      backlog_.push(who);
      if (open_[who].deadline < loop_.now) ++result_.started_late;
    }
    work();
  }

  void work() {
    while (busy_ < kind_.workers && !backlog_.empty()) {
      const auto who = backlog_.front();
      backlog_.pop();
      ++busy_;
      const auto took = kind_.work / 2 + roll_.upto(kind_.work);
      loop_.at(loop_.now + took, [this, who] { done(who); });
    }
  }

  void done(admission::ticket who) {
    --busy_;
    const auto one = open_[who];
    open_.erase(who);
    auto& counts = result_.seconds[static_cast<std::size_t>(second())];
    ++(loop_.now <= one.deadline ? counts.in_time : counts.late);
    if (load_(second()) > 1.5) result_.latencies.push_back(loop_.now - one.came);
    obey(gate_.finish(who, loop_.now));
  }

  server_kind kind_;
  std::function<double(double)> load_;
  test::dice roll_;
  admission gate_;
  event_loop loop_;
  time_point end_;
  std::map<admission::ticket, request> open_;
  std::queue<admission::ticket> backlog_;
  std::uint32_t busy_ = 0;
  outcome_of_run result_;
};

std::array<server_kind, 3> servers() {
  admission::options few;
  few.limit.initial = few.limit.min = 2;
  few.limit.max = 32;
  few.limit.headroom = 1;
  return {server_kind{"32 workers, 10 ms", 32, 10ms, 100ms, {}},
          server_kind{"2 workers, 5 ms", 2, 5ms, 100ms, few},
          server_kind{"2 workers, 5 ms, default limits", 2, 5ms, 500ms, {}}};
}

TEST(overload_simulation, ten_times_the_load_for_half_a_minute_costs_no_goodput_and_is_over_soon) {
  constexpr std::uint64_t seed = 20'240;
  for (const auto& kind : servers()) {
    SCOPED_TRACE(kind.name);
    double best = 0;
    for (const double load : {0.8, 0.9, 1.0, 1.2}) {
      auto steady = served_world(kind, seed, [load](double) { return load; }).run(15s);
      best = std::max(best, steady.goodput(5, 15));
    }
    // 10 s at 80 %, 30 s at 1000 %, 20 s at 80 %.
    const auto wave = [](double second) { return second >= 10 && second < 40 ? 10.0 : 0.8; };
    auto seen = served_world(kind, seed, wave).run(60s);
    const auto before = seen.goodput(2, 10);
    std::cout << kind.name << ", seed " << seed << ": best " << best << "/s, at 10 x "
              << seen.goodput(10, 40) / best << " of it, worst second " <<
        [&] {
          double worst = best;
          for (std::size_t s = 11; s < 40; ++s) worst = std::min(worst, seen.goodput(s, s + 1));
          return worst / best;
        }() << ", p99 of admitted "
              << static_cast<double>(seen.p99().count()) / 1e6 << " ms, second after "
              << seen.goodput(40, 41) / before << ", 5 s after " << seen.goodput(45, 60) / before
              << "\n";
    EXPECT_GE(seen.goodput(10, 40), 0.9 * best);
    EXPECT_LE(seen.p99(), kind.budget);
    EXPECT_EQ(seen.started_late, 0U);
    EXPECT_GE(seen.goodput(45, 60), 0.95 * before);
    for (std::size_t second = 45; second < 60; ++second) {
      EXPECT_GE(seen.goodput(second, second + 1), 0.85 * before) << "second " << second;
    }
  }
}

/// Attempts that a dependency sees for each request offered, when it fails them all.
double amplification(std::uint64_t seed, double requests_per_second, duration length,
                     bool hedging) {
  test::dice roll(seed);
  event_loop loop;
  retry_budget budget({});
  constexpr retry_backoff pauses;
  std::uint64_t offered = 0;
  std::uint64_t seen = 0;
  std::function<void(std::uint32_t, time_point)> attempt = [&](std::uint32_t made,
                                                               time_point deadline) {
    ++seen;
    if (hedging && budget.try_take(retry_budget::extra::hedge, loop.now)) ++seen;
    loop.at(loop.now + roll.upto(20ms), [&, made, deadline] {
      const auto pause = pauses.pause(made, roll.share(), deadline - loop.now);
      if (!pause || !budget.try_take(retry_budget::extra::retry, loop.now)) return;
      loop.at(loop.now + *pause, [&, made, deadline] { attempt(made + 1, deadline); });
    });
  };
  std::function<void()> arrive = [&] {
    if (loop.now >= start + length) return;
    ++offered;
    budget.first_attempt(loop.now);
    attempt(1, loop.now + 1s);
    const auto mean = duration{static_cast<duration::rep>(1e9 / requests_per_second)};
    loop.at(loop.now + exponential(roll, mean), arrive);
  };
  arrive();
  loop.run();
  return static_cast<double>(seen) / static_cast<double>(offered);
}

TEST(overload_simulation, a_dependency_that_fails_every_call_sees_at_most_a_tenth_more) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const bool hedging : {false, true}) {
      const auto seen = amplification(seed, 1'000, 60s, hedging);
      EXPECT_LE(seen, 1.10) << "seed " << seed;
      EXPECT_GT(seen, 1.09) << "seed " << seed << ": and the budget is used";
    }
  }
  std::cout << "1000/s: " << amplification(1, 1'000, 60s, false)
            << " x, 100/s: " << amplification(1, 100, 60s, false)
            << " x, 5/s: " << amplification(1, 5, 60s, false) << " x\n";
}

TEST(overload_simulation, below_the_reserve_it_sees_one_attempt_a_second_more) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_LE(amplification(seed, 5, 100s, true), 1.0 + 1.0 / 5 * 1.5) << "seed " << seed;
  }
}

}  // namespace
}  // namespace troupe
