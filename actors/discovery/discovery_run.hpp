#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string>
#include <vector>

#include "actors/discovery/cost_model.hpp"
#include "messages/discovery.hpp"
#include "messages/stage_list.hpp"

namespace troupe {

/// One request on its way through the stages: what to start next, what to give up, what to answer.
/// Pure.
///
///   statistics ─► grammar ─► parser ─► validator        classifier runs beside them
///
/// A stage starts when what it needs is there and its predicted cost fits what is left of the
/// deadline; grammar and classifier are anytime stages and start while anything is left. Stages
/// that follow each other and together stay under `fuse_below` travel as one job. At `stop_time`
/// running jobs are asked for their best so far, so that the stages behind them still fit; at the
/// deadline whatever is there is the answer.
///
/// A caller that takes what mode FAST finds before it takes a partial result gets the grammar stage
/// in FAST when the mode asked for does not fit, and once more in FAST after it failed.
class discovery_run {
 public:
  struct options {
    duration fuse_below = std::chrono::microseconds(200);
  };

  /// One job to send: the router of the first stage takes it.
  struct launch {
    stage_list stages;
    duration predicted_cost{0};
    quality_mode mode = quality_mode::balanced;

    friend bool operator==(const launch&, const launch&) = default;
  };

  /// What one stage of a job reported.
  struct report {
    stage which = stage::statistics;
    duration took{0};
    bool cut_short = false;
    failure why;
  };

  discovery_run(discovery_request request, const content_hash& input, time_point accepted,
                time_point deadline, const cost_model& costs, options settings);

  /// What to start now. Empty when everything that can run is running or done.
  /// The stages of `alone` travel in jobs of their own: they are not to be trusted now.
  using stage_set = std::bitset<all_stages.size()>;
  [[nodiscard]] std::vector<launch> next(time_point now, stage_set alone = {});

  /// A job came back: `found` holds what it was given and what it added.
  void answered(const launch& job, const findings& found, const std::vector<report>& reports);

  /// A job came back with an error.
  void failed(const launch& job, const failure& why);

  /// Nothing runs and nothing can be started any more.
  [[nodiscard]] bool finished() const noexcept { return finished_; }

  /// When running jobs are to be asked for the best so far.
  [[nodiscard]] time_point stop_time() const noexcept { return stop_time_; }
  [[nodiscard]] time_point deadline() const noexcept { return deadline_; }

  [[nodiscard]] const discovery_request& request() const noexcept { return request_; }
  [[nodiscard]] const content_hash& input() const noexcept { return input_; }
  [[nodiscard]] const findings& found() const noexcept { return found_; }
  [[nodiscard]] const work_size& size() const noexcept { return size_; }

  /// The error of the first stage, in the plan's order, that ended with one; code none when none
  /// did.
  [[nodiscard]] const failure& first_failure() const noexcept { return first_failure_; }

  /// The answer as of now: stages still running are late, stages not started are skipped.
  [[nodiscard]] discovery_result conclude(time_point now) const;

 private:
  enum class state : std::uint8_t { unwanted, waiting, running, done, given_up };

  struct cost {
    duration predicted{0};  // typically
    duration at_most{0};    // at the 95th percentile
  };

  struct slot {
    state now = state::waiting;
    quality_mode mode = quality_mode::balanced;
    cost takes;
    stage_report told;
  };

  // Throws std::out_of_range for a stage that a worker made up.
  [[nodiscard]] slot& at(stage which) { return slots_.at(static_cast<std::size_t>(which)); }
  [[nodiscard]] const slot& at(stage which) const {
    return slots_.at(static_cast<std::size_t>(which));
  }
  void plan_wanted();
  [[nodiscard]] cost predict(stage which, quality_mode mode, const cost_model& costs) const;
  void say_what_fits();
  [[nodiscard]] bool may_fall_to_fast(stage which) const;
  void fall_to_fast(std::string why);
  [[nodiscard]] bool startable(stage which) const;
  void note_failure(stage which, const failure& why);
  void give_up(stage which, stage_report::outcome how, std::string why);
  void give_up_dependants();
  [[nodiscard]] bool fits(stage which, time_point now);
  [[nodiscard]] duration cost_behind(stage which) const;
  [[nodiscard]] launch chain_from(stage first, time_point now, stage_set alone);
  void update_stop_time();

  discovery_request request_;
  content_hash input_;
  time_point accepted_;
  time_point deadline_;
  time_point stop_time_;
  duration reserve_;  // kept free before the deadline for answering
  options settings_;
  work_size size_;
  std::array<slot, all_stages.size()> slots_;
  cost grammar_in_fast_;
  findings found_;
  failure first_failure_;
  stage first_failed_ = stage::statistics;  // whose it is
  std::string fast_why_;                    // empty: nothing runs in FAST that was not asked to
  bool split_ = false;                      // no stage travels with another any more
  bool finished_ = false;
};

/// What of a budget is kept free for answering: one hop and one tick of the deadline sweep. 5 %,
/// within 0.2 and 20 ms.
[[nodiscard]] duration answer_reserve(duration budget) noexcept;

/// The stage whose result `which` cannot do without.
[[nodiscard]] std::optional<stage> needed_by(stage which) noexcept;

/// 0..1: the mean of what speaks for the result - how well the format fits (its confidence times
/// the share of messages that parse), how sure the classifier is of a name, the share of valid
/// messages - over the parts that are there, times the share of the planned stages that are done.
[[nodiscard]] double confidence_of(const discovery_result& result);

}  // namespace troupe
