#pragma once

#include <deque>
#include <map>
#include <variant>

#include "runtime/supervision/child_spec.hpp"

namespace troupe::supervision {

/// Names a child within its supervisor: grows in start order, never used again. 0: none.
using child_key = strong_id<struct child_key_tag>;

// What the policy wants done. Every `start` is answered by `started` or `start_failed`, every
// `stop` and `kill` by `ended`.

struct start {
  child_key child;
  incarnation life;

  friend bool operator==(const start&, const start&) = default;
};

struct stop {
  child_key child;

  friend bool operator==(const stop&, const stop&) = default;
};

struct kill {
  child_key child;

  friend bool operator==(const kill&, const kill&) = default;
};

/// Call `wake` at this time, or later. An earlier order stays valid.
struct wake_at {
  time_point when;

  friend bool operator==(const wake_at&, const wake_at&) = default;
};

/// Every child has run for the first time.
struct ready {
  friend bool operator==(const ready&, const ready&) = default;
};

/// This child is no longer part of the supervisor.
struct forget {
  child_key child;

  friend bool operator==(const forget&, const forget&) = default;
};

/// The supervisor stops all its children and then ends.
struct give_up {
  enum class why : std::uint8_t { asked, too_many_restarts, significant_child };

  why reason = why::asked;
  child_key child;  // whose end it was; none when asked

  friend bool operator==(const give_up&, const give_up&) = default;
};

/// All children have ended after `give_up`.
struct finished {
  friend bool operator==(const finished&, const finished&) = default;
};

using command = std::variant<start, stop, kill, wake_at, ready, forget, give_up, finished>;
using commands = std::vector<command>;

/// All decisions of one supervisor (OTP's rules, plus backoff). Pure: events in, commands out; the
/// caller carries the commands out in their order and passes time and random numbers.
///
///   begin -> children start one after another -> ready
///   a death -> restart decided -> (group: stop in reverse order) -> pause -> start in order
///   too many restarts | significant child ended | end() -> give_up -> stop in reverse order
///     -> finished
///
/// A child that fails to start counts as a death. It holds no handles and does not know what a
/// child does.
class restart_policy {
 public:
  /// What is to be known about one child.
  struct child_view {
    bool running = false;
    incarnation life;
    std::uint64_t restarts = 0;  // starts after the first
    std::uint64_t deaths = 0;    // ends that nobody asked for, failed starts included
  };

  restart_policy(supervisor_spec rules, std::vector<child_spec> children);

  /// Starts all children in order.
  [[nodiscard]] commands begin(time_point now);

  // Events. Those of an incarnation that is not the child's current one change nothing. `drawn` is
  // from U(0, 1).
  [[nodiscard]] commands started(child_key child, incarnation life, time_point now);
  [[nodiscard]] commands start_failed(child_key child, incarnation life, time_point now,
                                      double drawn);
  [[nodiscard]] commands ended(child_key child, incarnation life, ending how, time_point now,
                               double drawn);
  [[nodiscard]] commands wake(time_point now);

  /// Orderly stop of everything.
  [[nodiscard]] commands end(time_point now);

  /// One more child, behind all others. Its key is `last_key()` afterwards.
  [[nodiscard]] commands add(child_spec child, time_point now);

  /// Stops one child for good and forgets it.
  [[nodiscard]] commands remove(child_key child, time_point now);

  [[nodiscard]] child_key last_key() const noexcept { return last_key_; }
  [[nodiscard]] child_view view(child_key child) const;
  /// Whether another incarnation will be started, as things stand.
  [[nodiscard]] bool returns(child_key child) const;
  [[nodiscard]] bool giving_up() const noexcept { return giving_up_.has_value(); }
  /// Giving up because somebody asked, so that everything may well be started again.
  [[nodiscard]] bool was_asked() const noexcept { return giving_up_ == give_up::why::asked; }
  [[nodiscard]] std::uint64_t restarts() const noexcept { return restarts_; }
  [[nodiscard]] std::uint64_t deaths() const noexcept { return deaths_; }

 private:
  enum class condition : std::uint8_t {
    waiting,   // to be started
    starting,  // start ordered
    up,
    stopping,  // stop ordered
    killed,    // kill ordered, not yet gone
    over       // not running, not to be started
  };

  struct child {
    child_spec spec;
    condition is = condition::waiting;
    incarnation life;
    time_point not_before;  // waiting: end of the pause; stopping: when to kill
    time_point up_since;
    std::uint32_t in_a_row = 0;  // restarts without a quiet period between them
    std::uint64_t deaths = 0;
    bool has_run = false;
    bool removing = false;  // forget it once it has ended
  };

  void insert(child_spec spec);
  [[nodiscard]] bool grouped() const noexcept;
  [[nodiscard]] static bool alive(const child& one) noexcept;
  [[nodiscard]] bool in_restarting_group(child_key key) const noexcept;
  [[nodiscard]] child* current(child_key key, incarnation life);

  void settle(child_key key, child& one, commands& out);
  void decide_restart(child_key key, child& one, time_point now, double drawn, commands& out);
  [[nodiscard]] bool too_many(time_point now);
  void retire(child_key key, child& one, commands& out);
  [[nodiscard]] bool significant_end_counts() const;
  void forget_child(child_key key, commands& out);
  void begin_giving_up(give_up why, commands& out);

  [[nodiscard]] commands advance(time_point now, commands out);
  void advance_group(time_point now, commands& out);
  void enforce_limits(time_point now, commands& out);
  [[nodiscard]] bool stop_down_to(child_key lowest, time_point now, commands& out);
  static void order_stop(child_key key, child& one, time_point now, commands& out);
  void start_waiting(time_point now, commands& out);
  void report_ready(commands& out);
  void order_wake(time_point now, commands& out);

  supervisor_spec rules_;
  std::map<child_key, child> children_;
  child_key last_key_;
  std::deque<time_point> recent_restarts_;
  child_key restart_from_;  // group restart: everything from here on is being stopped; 0: none
  time_point resume_;       // end of the pause of a group restart
  std::optional<time_point> ordered_wake_;
  std::optional<give_up::why> giving_up_;
  std::uint64_t restarts_ = 0;
  std::uint64_t deaths_ = 0;
  bool begun_ = false;
  bool ready_ = false;
  bool finished_ = false;
};

}  // namespace troupe::supervision
