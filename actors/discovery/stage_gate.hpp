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
  };

  struct answer {
    verdict how = verdict::refused;
    pass with;    // go and wait
    failure why;  // refused
  };

  stage_gate(stage which, bulkhead::options limits);

  void show(const breaker_view& now) { breaker_ = now; }

  [[nodiscard]] answer enter(time_point deadline, time_point now);
  /// The breaker was asked, and gave this permit.
  [[nodiscard]] answer enter_with(breaker_permit granted, time_point deadline, time_point now);

  /// A call ended, or what waited was withdrawn (then `how` is ignored). The orders are of the
  /// bulkhead.
  [[nodiscard]] bulkhead::orders leave(const pass& given, call_outcome how, time_point now);
  [[nodiscard]] bulkhead::orders tick(time_point now) { return places_.tick(now); }

  /// Calls to report to the breaker: when some failed, when they are many, or when `all` are asked
  /// for.
  [[nodiscard]] std::optional<call_samples> take_samples(bool all);

  [[nodiscard]] stage which() const noexcept { return which_; }
  /// What a call that has no answer yet tells the breaker when its request ends. Late as it is, it
  /// has failed only if nothing has come back from the stage since it began: else it waited behind
  /// others, which is overload and no fault of the stage.
  [[nodiscard]] call_outcome outcome_of_late(const pass& given, duration predicted,
                                             time_point now) const noexcept;

  [[nodiscard]] bool is_closed() const noexcept {
    return breaker_.state == breaker_state::closed ||
           breaker_.state == breaker_state::forced_closed;
  }

 private:
  static constexpr std::size_t batch = 32;

  stage which_;
  breaker_view breaker_;
  bulkhead places_;
  call_samples samples_;
  bool urgent_ = false;
  time_point answered_ = time_point::min();  // the latest call that was
};

/// What the end of a stage's call tells its breaker. `given`: how long it had; `predicted`: how
/// long it should have taken. A call that was late though it had time enough has failed; one that
/// had not says nothing, nor does one that was refused or whose input was at fault.
[[nodiscard]] call_outcome outcome_of(errc code, duration given, duration predicted) noexcept;

}  // namespace troupe
