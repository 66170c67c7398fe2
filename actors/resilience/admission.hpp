#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "actors/resilience/forward_time.hpp"
#include "actors/resilience/gradient_limit.hpp"
#include "actors/resilience/slot_table.hpp"
#include "messages/errc.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// Accepts no more work than can be done in time, and says so at once to the rest. Pure: the caller
/// passes the time, which may jump.
///
///   offer -> running -> finish          running: at most the adaptive limit (gradient_limit)
///     |        ^
///     +-> waiting -> refused, or finish (withdrawn)
///
/// Waiting is bounded in time, not only in number: up to `interval` in ordinary times, so that a
/// burst passes, but only up to `target` in overload (the controlled delay of CoDel, RFC 8289, as a
/// server uses it: Maurer, "Fail at Scale", ACM Queue 13(8), 2015). Overload begins when the one
/// that waits longest has waited for more than `target` for a whole `interval` and still waits for
/// three quarters of the longest time in it, and ends when nobody was turned away for an
/// `interval`. A queue that shrinks faster by itself is what a machine that paused leaves behind:
/// it is worked off.
///
/// A request that would wait longer is refused on arrival; how long, is told by Little's law: those
/// before it * typical duration / limit. A higher priority goes first.
/// Among equals the first comes first, under overload the newest (adaptive LIFO, same source),
/// since it can still be in time. When the places to wait are all taken the lowest priority is
/// refused, among equals the newest.
///
/// Whoever cannot be answered before its deadline, given its cost, does not start: it is refused
/// with `deadline_exceeded` if that alone is the reason, else with `overloaded` and a time after
/// which those refused of late would all have been served.
///
/// The caller must `finish` all that it started, also when the worker died. Who was forgotten loses
/// its place `lost_after` its deadline.
class admission {
 public:
  enum class priority : std::uint8_t { background, normal, urgent };

  struct options {
    gradient_limit::options limit = {};
    std::uint32_t waiting = 1'024;
    duration target = std::chrono::milliseconds(20);
    duration interval = std::chrono::milliseconds(100);
    duration longest_retry_after = std::chrono::seconds(10);
    duration lost_after = std::chrono::seconds(10);
  };

 private:
  struct job {
    priority rank = priority::normal;
    bool running = false;
    time_point deadline;
    duration cost{0};
    time_point since;  // waiting or running
  };

 public:
  using ticket = slot_table<job>::key;

  struct refusal {
    ticket who;  // none: the request that was just offered
    errc why = errc::overloaded;
    duration retry_after{0};

    friend bool operator==(const refusal&, const refusal&) = default;
  };

  struct orders {
    std::vector<ticket> start;
    std::vector<refusal> refuse;

    friend bool operator==(const orders&, const orders&) = default;
  };

  struct answer {
    ticket who;  // none: refused, see `todo`
    orders todo;
  };

  explicit admission(options settings);

  /// `cost`: how long the work will take.
  [[nodiscard]] answer offer(priority rank, time_point deadline, duration cost, time_point now);
  /// Work that ended, or a request that waits and was withdrawn. `measured`: its duration says
  /// something about the load; not so when it was cancelled.
  [[nodiscard]] orders finish(ticket who, time_point now, bool measured = true);
  /// What time alone changes. Every few milliseconds while anything waits, else every few seconds.
  [[nodiscard]] orders tick(time_point now);

  [[nodiscard]] std::uint32_t running() const noexcept { return running_; }
  [[nodiscard]] std::uint32_t waiting() const noexcept { return jobs_.size() - running_; }
  [[nodiscard]] std::uint32_t limit() const noexcept { return limit_.limit(); }
  /// Whether somebody was turned away within the last interval because of others, not because its
  /// own deadline was too near.
  [[nodiscard]] bool swamped(time_point now) noexcept { return swamped_at(time_.at(now)); }

 private:
  static constexpr std::size_t ranks = 3;

  [[nodiscard]] bool swamped_at(time_point now) const noexcept;
  [[nodiscard]] duration patience() const noexcept;
  [[nodiscard]] duration longest_wait(time_point now) noexcept;
  [[nodiscard]] duration wait_behind(std::size_t before, duration cost) const noexcept;
  [[nodiscard]] duration retry_after() const noexcept;
  [[nodiscard]] std::size_t before(priority rank) const noexcept;
  [[nodiscard]] bool make_room(priority rank, time_point now, orders& out);

  void start(ticket who, job& one, time_point now, orders& out);
  void refuse(ticket who, errc why, time_point now, orders& out);
  void go_on(time_point now, orders& out);
  void drop_stale(time_point now, orders& out);
  void note_queue(time_point now);
  void count(time_point now);

  options settings_;
  forward_time time_;
  gradient_limit limit_;
  slot_table<job> jobs_;
  std::array<std::deque<ticket>, ranks> queues_;  // by priority, the oldest in front
  std::uint32_t running_ = 0;
  bool overloaded_ = false;
  std::optional<time_point> turned_away_;  // the last who was, because of others
  bool above_ = false;  // the longest wait is above the target, in this interval:
  time_point above_since_;
  duration peak_wait_{0};
  time_point interval_began_;
  std::uint64_t refused_now_ = 0;  // in this interval, and in the one before
  std::uint64_t refused_before_ = 0;
  duration last_cost_{0};
};

}  // namespace troupe
