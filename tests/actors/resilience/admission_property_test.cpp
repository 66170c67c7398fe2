#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "actors/resilience/admission.hpp"
#include "tests/actors/resilience/dice.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

constexpr time_point start = time_point{} + 1h;

/// What everybody may rely on, checked from outside on any sequence of events.
class watched_admission {
 public:
  watched_admission(admission::options settings, test::dice& roll)
      : settings_(settings), gate_(settings), roll_(roll) {}

  void step() {
    now_ += roll_.one_in(50) ? roll_.upto(300ms) : roll_.upto(3ms);
    if (roll_.one_in(2)) return offer();
    if (!live_.empty() && !roll_.one_in(5)) return finish();
    obey(gate_.tick(now_));
  }

  std::string wrong;

 private:
  struct request {
    time_point deadline;
    duration cost{0};
    time_point since;
    admission::priority rank;
    bool running = false;
  };

  void offer() {
    const request one{now_ + roll_.upto(200ms), roll_.upto(40ms), now_,
                      static_cast<admission::priority>(roll_.below(3))};
    const auto got = gate_.offer(one.rank, one.deadline, one.cost, now_);
    const auto refused =
        std::ranges::count(got.todo.refuse, admission::ticket{}, &admission::refusal::who);
    if (refused != (got.who ? 0 : 1)) wrong += "not exactly one answer; ";
    if (got.who && !live_.emplace(got.who, one).second) wrong += "a ticket twice; ";
    obey(got.todo);
  }

  void finish() {
    auto at = live_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(roll_.below(live_.size())));
    const auto who = at->first;
    live_.erase(at);
    obey(gate_.finish(who, now_, roll_.one_in(2)));
  }

  void obey(const admission::orders& todo) {
    for (const auto& one : todo.refuse) {
      if (one.who && live_.erase(one.who) == 0) wrong += "refused nobody; ";
      if (one.why == errc::overloaded && one.retry_after < settings_.target) wrong += "too soon; ";
      if (one.retry_after > settings_.longest_retry_after) wrong += "too late; ";
    }
    for (const auto who : todo.start) {
      const auto found = live_.find(who);
      if (found == live_.end()) {
        wrong += "started nobody; ";
        continue;
      }
      auto& one = found->second;
      if (one.running) wrong += "started twice; ";
      if (now_ + one.cost > one.deadline) wrong += "started in vain; ";
      if (now_ - one.since > settings_.interval) wrong += "started after too long a wait; ";
      one.running = true;
      for (const auto& [other, waits] : live_) {
        if (!waits.running && waits.rank > one.rank) {
          if (std::ranges::count(todo.start, other) == 0) wrong += "the lower priority first; ";
        }
      }
    }
    std::erase_if(live_, [&](const auto& one) {  // forgotten
      return one.second.running && one.second.deadline + settings_.lost_after <= now_;
    });
    const auto running =
        std::ranges::count_if(live_, [](const auto& one) { return one.second.running; });
    if (gate_.running() < static_cast<std::uint32_t>(running)) wrong += "lost one that runs; ";
    if (gate_.waiting() != live_.size() - static_cast<std::size_t>(running))
      wrong += "lost one that waits; ";
    if (gate_.waiting() > settings_.waiting) wrong += "too many wait; ";
    if (static_cast<double>(gate_.running()) > settings_.limit.max) wrong += "too many run; ";
  }

  admission::options settings_;
  admission gate_;
  test::dice& roll_;
  time_point now_ = start;
  std::map<admission::ticket, request> live_;
};

TEST(admission_property, any_sequence_of_events_keeps_its_promises) {
  const unsigned first = std::random_device{}();
  for (unsigned seed = first; seed != first + 200; ++seed) {
    test::dice roll(seed);
    admission::options settings;
    settings.limit.min = settings.limit.initial = static_cast<double>(1 + roll.below(5));
    settings.limit.max = settings.limit.min + static_cast<double>(roll.below(5));
    settings.waiting = static_cast<std::uint32_t>(roll.below(20));
    settings.lost_after = 500ms;
    watched_admission gate(settings, roll);
    for (int step = 0; step < 2'000 && gate.wrong.empty(); ++step) gate.step();
    ASSERT_EQ(gate.wrong, "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace troupe
