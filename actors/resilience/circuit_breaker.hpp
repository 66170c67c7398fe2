#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "actors/resilience/call_window.hpp"
#include "actors/resilience/failure_baseline.hpp"
#include "actors/resilience/forward_time.hpp"
#include "actors/resilience/slot_table.hpp"
#include "messages/breaker_state.hpp"

namespace troupe {

/// Stops calls to a dependency that fails or is slow, then probes its recovery. Pure: the caller
/// passes the time, which may jump.
///
///   closed --rate of failed or slow calls >= threshold, or `silent_calls` silent in a row-->
///   open --open_time, then a call--> half_open
///     ^                                                     ^                                 |
///     |                                                     +-- rate >= threshold, timed out -+
///     +-------------- rate below the thresholds after `probes` results -----------------------+
///
///   any --force_open--> forced_open, any --force_closed--> forced_closed, any --reset--> closed
///
/// After Resilience4j: rates over a window of calls, judged from `minimum_calls` on, against fixed
/// thresholds or such that adapt to the baseline. A dependency that answers nobody is not measured
/// by a share: so many silent calls in a row open at once, however well the window looks (as
/// Finagle's consecutive failures do, but a call that failed was answered). Half open has exactly
/// `probes` permits out or answered, never more. A permit that comes back without a verdict
/// (ignored: cancelled, the caller died) is granted again; one that is not back when its call's
/// deadline is past, or after `probe_time`, is lost and counts as failed, since nobody answered. A
/// result of a call from before the last change of state is ignored.
///
/// What it does not do: time closed calls out. The caller reports those as failed; a closed permit
/// that is lost costs nothing.
class circuit_breaker {
 public:
  using state = breaker_state;
  using outcome = call_outcome;
  /// A caller reports a call that its deadline ended no later than so long afterwards.
  static constexpr duration report_time = std::chrono::milliseconds(100);
  enum class cause : std::uint8_t {
    failure_rate,
    slow_rate,
    silence,
    open_time_over,
    probes_passed,
    probes_failed,
    half_open_timed_out,
    asked
  };

  struct options {
    call_window::options window = {};
    std::uint32_t minimum_calls = 20;
    double failure_threshold = 0.5;                // share of failed calls that opens
    double slow_threshold = 0.8;                   // share of slow calls that opens; > 1: never
    duration slow_call = std::chrono::seconds(1);  // longer is slow, and
    double slow_factor = 8;                        // so many times as long as expected
    std::uint32_t silent_calls = 0;                // in a row that open; 0: they only have failed
    duration open_time = std::chrono::seconds(10);
    std::uint32_t probes = 5;
    duration probe_time = std::chrono::seconds(10);      // to answer one probe, at most
    duration half_open_time = std::chrono::seconds(30);  // to answer all of them
    bool adaptive = false;                               // thresholds follow the baseline
    failure_baseline::options baseline = {};
  };

  /// Leave for one call; to be given back by `record`.
  struct permit {
    std::uint64_t generation = 0;       // of the state that granted it
    slot_table<time_point>::key probe;  // none when closed

    friend bool operator==(const permit&, const permit&) = default;
  };

  struct change {
    state from = state::closed;
    state to = state::closed;
    cause why = cause::asked;
    double failure_rate = 0;  // that led to it
    double slow_rate = 0;

    friend bool operator==(const change&, const change&) = default;
  };

  struct answer {
    std::optional<permit> granted;
    duration retry_after{0};  // when refused
    std::optional<change> changed;
  };

  explicit circuit_breaker(options settings);

  /// `deadline`: of the call, when it has one. Nothing is tried by a call that is over.
  [[nodiscard]] answer try_acquire(time_point now, time_point deadline = time_point::max());
  /// How the call of this permit went, how long it took, and how long it should have taken (0: not
  /// known). At most once for each permit.
  [[nodiscard]] std::optional<change> record(permit granted, outcome how, duration took,
                                             time_point now, duration expected = duration{0});
  /// Notices what time alone changes. Needed at `next_due` only to hear of it at once.
  [[nodiscard]] std::optional<change> tick(time_point now);
  [[nodiscard]] std::optional<time_point> next_due();

  [[nodiscard]] std::optional<change> force_open(time_point now);
  [[nodiscard]] std::optional<change> force_closed(time_point now);
  /// Closed, with nothing counted. The learnt baseline stays.
  [[nodiscard]] std::optional<change> reset(time_point now);
  /// One of these three.
  [[nodiscard]] std::optional<change> obey(breaker_order order, time_point now);

  [[nodiscard]] state now_in() const noexcept { return state_; }
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  /// Probes that nobody reported on, ever.
  [[nodiscard]] std::uint64_t probes_lost() const noexcept { return probes_lost_; }
  /// What callers are to know.
  [[nodiscard]] breaker_view view() const noexcept;
  [[nodiscard]] call_window::tally tally(time_point now);
  /// What operators are to know.
  [[nodiscard]] breaker_status status(time_point now);
  [[nodiscard]] double failure_threshold() const;
  [[nodiscard]] double slow_threshold() const;

 private:
  [[nodiscard]] std::optional<change> move(state to, cause why, time_point now,
                                           call_window::tally because = {});
  [[nodiscard]] std::optional<change> judge_window(time_point now);
  [[nodiscard]] std::optional<change> judge_probes(time_point now);
  [[nodiscard]] std::optional<change> advance(time_point now);
  [[nodiscard]] bool is_slow(duration took, duration expected) const noexcept;
  void count_probe(bool failed, bool slow);
  [[nodiscard]] answer grant_probe(time_point now, time_point deadline,
                                   std::optional<change> changed);

  options settings_;
  forward_time time_;
  state state_ = state::closed;
  std::uint64_t generation_ = 1;
  time_point until_;  // open: end of the rest; half open: end of patience
  call_window window_;
  failure_baseline failures_;
  failure_baseline slowness_;
  slot_table<time_point> probes_;  // out, and when each is given up
  call_window::tally probed_;
  std::uint64_t probes_lost_ = 0;
  std::uint32_t silent_ = 0;  // calls since the latest that was answered
};

}  // namespace troupe
