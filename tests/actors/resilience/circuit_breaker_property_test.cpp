#include <gtest/gtest.h>

#include <deque>
#include <iostream>
#include <map>
#include <vector>

#include "actors/resilience/circuit_breaker.hpp"
#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using state = circuit_breaker::state;
using outcome = circuit_breaker::outcome;
using permit = circuit_breaker::permit;

constexpr time_point start = time_point{} + 1h;
constexpr std::uint64_t first_seed = 1;
constexpr std::uint64_t runs = 1'000;

struct judged_call {
  bool failed = false;
  bool slow = false;
};

/// The same rules, written down as plainly as can be: every call is kept.
class plain_breaker {
 public:
  explicit plain_breaker(const circuit_breaker::options& settings) : rules(settings) {}

  /// The number of the permit; 0: refused.
  int acquire(time_point now, time_point deadline) {
    pass(now);
    if (in == state::open && now >= until && deadline > now) turn(state::half_open, now);
    if (in == state::open || in == state::forced_open) return 0;
    const bool probing = in == state::half_open;
    if (probing && (deadline <= now || out.size() + results.size() >= rules.probes)) return 0;
    born[++last] = life;
    if (probing) out[last] = std::min(now + rules.probe_time, deadline + 100ms);
    return last;
  }

  void record(int number, outcome how, duration took, time_point now) {
    const auto life_before = life;
    if (how == outcome::ignored) out.erase(number);
    pass(now);
    if (life != life_before || born[number] != life) return;
    if (in == state::half_open && out.erase(number) == 0) return;
    if (how == outcome::ignored || in == state::forced_closed) return;
    results.push_back({how == outcome::failed, took > rules.slow_call});
    judge(now);
  }

  void pass(time_point now) {
    if (in != state::half_open) return;
    if (now >= until) return turn(state::open, now);
    const auto answered = results.size();
    for (auto at = out.begin(); at != out.end();) {
      const bool over = at->second <= now;
      if (over) results.push_back({true, true});
      at = over ? out.erase(at) : std::next(at);
    }
    if (results.size() != answered) judge(now);
  }

  void turn(state to, time_point now) {
    in = to;
    ++life;
    results.clear();
    out.clear();
    until = now + (to == state::open ? rules.open_time : rules.half_open_time);
  }

  circuit_breaker::options rules;
  state in = state::closed;
  std::deque<judged_call> results;
  std::map<int, time_point> out;

 private:
  void judge(time_point now) {
    const bool probing = in == state::half_open;
    if (!probing && results.size() > rules.window.calls) results.pop_front();
    if (results.size() < (probing ? rules.probes : rules.minimum_calls)) return;
    double failed = 0;
    double slow = 0;
    for (const auto& one : results) {
      failed += one.failed ? 1 : 0;
      slow += one.slow ? 1 : 0;
    }
    const auto all = static_cast<double>(results.size());
    if (failed / all >= rules.failure_threshold || slow / all >= rules.slow_threshold) {
      turn(state::open, now);
    } else if (probing) {
      turn(state::closed, now);
    }
  }

  int life = 1;
  int last = 0;
  std::map<int, int> born;
  time_point until;
};

circuit_breaker::options any_rules(test::dice& roll) {
  circuit_breaker::options out;
  out.window.calls = static_cast<std::uint32_t>(5 + roll.below(20));
  out.minimum_calls = static_cast<std::uint32_t>(1 + roll.below(5));
  out.failure_threshold = 0.1 * static_cast<double>(1 + roll.below(10));
  out.slow_threshold = 0.1 * static_cast<double>(1 + roll.below(12));
  out.slow_call = 100ms;
  out.open_time = 1s;
  out.probes = static_cast<std::uint32_t>(1 + roll.below(8));
  out.probe_time = 500ms;
  out.half_open_time = 2s;
  return out;
}

outcome any_outcome(test::dice& roll) {
  if (roll.one_in(6)) return outcome::ignored;
  return roll.one_in(3) ? outcome::failed : outcome::succeeded;
}

TEST(circuit_breaker_property, decides_as_a_plainer_model_does) {
  std::cout << "seeds " << first_seed << " to " << first_seed + runs - 1 << "\n";
  for (auto seed = first_seed; seed < first_seed + runs; ++seed) {
    SCOPED_TRACE(seed);
    test::dice roll(seed);
    const auto rules = any_rules(roll);
    circuit_breaker breaker(rules);
    plain_breaker model(rules);
    std::vector<std::pair<permit, int>> held;
    auto now = start;
    for (int step = 0; step < 500; ++step) {
      now += roll.one_in(20) ? roll.upto(2s) : roll.upto(30ms);
      if (held.empty() || roll.one_in(2)) {
        const auto deadline = now + roll.upto(600ms) - 50ms;
        const auto got = breaker.try_acquire(now, deadline);
        const auto number = model.acquire(now, deadline);
        ASSERT_EQ(got.granted.has_value(), number != 0) << "step " << step;
        if (got.granted) held.emplace_back(*got.granted, number);
      } else if (!roll.one_in(50)) {
        const auto at = static_cast<std::ptrdiff_t>(roll.below(held.size()));
        const auto [granted, number] = held[static_cast<std::size_t>(at)];
        const auto how = any_outcome(roll);
        const auto took = roll.upto(150ms);
        (void)breaker.record(granted, how, took, now);
        model.record(number, how, took, now);
        if (!roll.one_in(10)) held.erase(held.begin() + at);
      } else if (roll.one_in(2)) {
        (void)breaker.tick(now);
        model.pass(now);
      } else if (roll.one_in(2)) {
        (void)breaker.force_open(now);
        model.turn(state::forced_open, now);
      } else {
        (void)breaker.force_closed(now);
        model.turn(state::forced_closed, now);
      }
      const bool forced = model.in == state::forced_open || model.in == state::forced_closed;
      if (forced && roll.one_in(10)) {
        (void)breaker.reset(now);
        model.turn(state::closed, now);
      }
      ASSERT_EQ(breaker.now_in(), model.in) << "step " << step;
    }
  }
}

/// Plays one half-open time with callers that come, answer, die, and are silent as they like.
/// Nothing wrong: "".
std::string play_half_open(std::uint64_t seed) {
  test::dice roll(seed);
  auto rules = any_rules(roll);
  rules.half_open_time = 1h;
  circuit_breaker breaker(rules);
  auto now = start;
  while (breaker.now_in() == state::closed) {
    const auto got = breaker.try_acquire(now);
    (void)breaker.record(*got.granted, outcome::failed, 1s, now);
  }
  now += rules.open_time;
  std::map<std::uint64_t, std::pair<permit, time_point>> out;  // and when each is given up
  std::uint64_t answered = 0;
  const auto give_up = [&] {
    answered += std::erase_if(out, [&](const auto& one) { return one.second.second <= now; });
  };
  for (int step = 0; step < 100'000; ++step) {
    now += roll.upto(60ms);
    give_up();
    const bool over = answered == rules.probes;
    if (roll.one_in(2)) {
      const auto got = breaker.try_acquire(now);
      if (over) return breaker.now_in() == state::half_open ? "no verdict after the last" : "";
      if (breaker.now_in() != state::half_open) return "a verdict too early";
      const bool room = out.size() + answered < rules.probes;
      if (got.granted.has_value() != room) return room ? "refused too early" : "one too many";
      if (room) out[got.granted->probe.value] = {*got.granted, now + rules.probe_time};
    } else if (!out.empty() && !over) {
      auto at = out.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(roll.below(out.size())));
      const auto how = any_outcome(roll);
      const auto changed = breaker.record(at->second.first, how, roll.upto(150ms), now);
      answered += how == outcome::ignored ? 0U : 1U;
      out.erase(at);
      if (changed.has_value() != (answered == rules.probes)) return "a verdict at the wrong time";
      if (changed) return "";
    }
  }
  return "never a verdict";
}

TEST(circuit_breaker_property, half_open_permits_exactly_its_number_in_every_random_schedule) {
  std::cout << "seeds " << first_seed << " to " << first_seed + runs - 1 << "\n";
  std::uint64_t exact = 0;
  for (auto seed = first_seed; seed < first_seed + runs; ++seed) {
    const auto wrong = play_half_open(seed);
    EXPECT_EQ(wrong, "") << "seed " << seed;
    exact += wrong.empty() ? 1U : 0U;
  }
  EXPECT_EQ(exact, runs);
}

}  // namespace
}  // namespace troupe
