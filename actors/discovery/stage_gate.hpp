#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "actors/resilience/bulkhead.hpp"
#include "messages/breaker_state.hpp"
#include "messages/errc.hpp"
#include "messages/findings.hpp"

namespace troupe {

/// What stands between one coordinator and one stage: a copy of the state of the stage's breaker,
/// and a bulkhead around the coordinator's own calls. Pure.
///
///   enter --go--> call --> leave          enter --ask--> (the breaker's permit) --> enter_with
///     |                                      |
///     +--wait--> call or refused             +--refused
///
/// A closed breaker costs a comparison here; how calls went is collected and reported in batches
/// (`take_samples`), at once after a failure.
class stage_gate {
 public:
  enum class verdict : std::uint8_t { go, ask, wait, refused };

  /// Leave for one call.
  struct pass {
    bulkhead::permit place;
    breaker_permit granted;  // of the breaker; its generation alone when nobody was asked
    time_point began;
    duration expected{0};  // how long the call should take
  };

  struct answer {
    verdict how = verdict::refused;
    pass with;    // go and wait
    failure why;  // refused
  };

  /// `silence`: a stage that answers nothing for so long, and for eight times as long as its
  /// costliest call under way should take, is silent.
  stage_gate(stage which, bulkhead::options limits,
             duration silence = std::chrono::milliseconds(50));

  void show(const breaker_view& now) { breaker_ = now; }

  [[nodiscard]] answer enter(time_point deadline, time_point now);
  /// The breaker was asked, and gave this permit.
  [[nodiscard]] answer enter_with(breaker_permit granted, time_point deadline, time_point now);

  /// A call ended, or what waited was withdrawn (then `how` is ignored). The orders are of the
  /// bulkhead.
  /// `took`: of a call that was answered, what the stage itself worked; else the whole time.
  [[nodiscard]] bulkhead::orders leave(const pass& given, call_outcome how, time_point now,
                                       std::optional<duration> took = std::nullopt);
  [[nodiscard]] bulkhead::orders tick(time_point now) { return places_.tick(now); }

  /// Calls to report to the breaker: when some failed, when they are many, or when `all` are asked
  /// for.
  [[nodiscard]] std::optional<call_samples> take_samples(bool all);

  [[nodiscard]] stage which() const noexcept { return which_; }
  /// What a call that has no answer in time tells the breaker. Late as it is, it has failed only if
  /// nothing has come back from the stage since it began, nor for as long as silence takes: else it
  /// waited behind others or began too late, which is overload and no fault of the stage.
  [[nodiscard]] call_outcome outcome_of_late(const pass& given, duration predicted,
                                             time_point now) const noexcept;

  /// Whether this call waits for a stage that answers nobody: nothing came back for so long, since
  /// it began, that not even the costliest of the calls under way (`expected` of it) explains it. A
  /// stage that has answered nothing yet is given until the deadlines. `swamped`: more is asked for
  /// than can be done, so that it may be only the processors that nobody gets; then nothing must
  /// have come back for ten times as long, to whatever call.
  [[nodiscard]] bool is_silent(const pass& given, duration costliest, bool swamped,
                               time_point now) const noexcept;
  /// Says so of a call that goes on.
  void report_silent(const pass& given, time_point now);
  /// The coordinator itself was held up until now: what it did not hear is no silence.
  void excuse(time_point now) noexcept { excused_ = now; }

  [[nodiscard]] bool is_closed() const noexcept {
    return breaker_.state == breaker_state::closed ||
           breaker_.state == breaker_state::forced_closed;
  }

 private:
  static constexpr std::size_t batch = 32;

  void note(const pass& given, call_sample one);

  stage which_;
  duration silence_;
  breaker_view breaker_;
  bulkhead places_;
  call_samples samples_;
  bool urgent_ = false;
  time_point answered_ = time_point::min();  // the latest call that was
  time_point excused_ = time_point::min();
  time_point busy_since_ = time_point::min();  // calls are under way, but for short breaks
  std::optional<time_point> idle_since_;
};

/// What the end of a stage's call tells its breaker. `given`: how long it had; `predicted`: how
/// long it should have taken. A call that was late though it had time enough has failed; one that
/// had not says nothing, nor does one that was refused or whose input was at fault.
[[nodiscard]] call_outcome outcome_of(errc code, duration given, duration predicted) noexcept;

}  // namespace troupe
