#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "actors/resilience/circuit_breaker.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// Which calls go to a store that may fail, stall or lie, and which are refused at once: bounded in
/// calls and bytes that are not replied to, each timed, behind a breaker. Pure: the caller passes
/// the time, makes the calls and answers the askers.
///
/// A call that was timed out is answered but keeps its place until its reply comes or the
/// connection breaks: the store still has it to do. If the oldest has none for `stuck_after`, the
/// connection is stuck, and to be dropped.
class store_pipeline {
 public:
  struct options {
    duration timeout = std::chrono::milliseconds(5);
    std::uint32_t calls = 256;
    std::uint64_t bytes = 16ULL << 20U;
    duration stuck_after = std::chrono::seconds(1);
    circuit_breaker::options breaker = {};
  };

  enum class refusal : std::uint8_t { none, not_connected, open, full };

  struct begun {
    std::uint64_t call = 0;  // 0: refused
    refusal why = refusal::none;
  };

  explicit store_pipeline(options limits) : limits_(limits), breaker_(limits.breaker) {}

  /// A call of so many bytes.
  [[nodiscard]] begun begin(std::uint64_t bytes, time_point now);

  /// Its reply is there; `good`: it was one. False: it had been timed out, or is not known.
  bool end(std::uint64_t call, bool good, time_point now);

  /// The calls that are timed out at `now`, each once.
  [[nodiscard]] std::vector<std::uint64_t> overdue(time_point now);

  void connected() { is_connected_ = true; }
  /// No reply comes any more. The calls whose askers still wait; they count as failed.
  [[nodiscard]] std::vector<std::uint64_t> disconnected(time_point now);

  /// True once for each time that it is found stuck.
  [[nodiscard]] bool stuck(time_point now);

  [[nodiscard]] std::optional<time_point> next_due() const;
  [[nodiscard]] bool is_connected() const noexcept { return is_connected_; }
  [[nodiscard]] std::size_t in_flight() const noexcept { return calls_.size(); }
  [[nodiscard]] circuit_breaker::state breaker() const noexcept { return breaker_.now_in(); }
  [[nodiscard]] breaker_status status(time_point now);
  /// An operator takes the breaker over.
  void obey(breaker_order order, time_point now);

 private:
  struct call {
    std::uint64_t bytes = 0;
    time_point begun;
    circuit_breaker::permit permit;
    bool timed_out = false;
  };

  void record(const call& one, bool good, time_point now);

  options limits_;
  circuit_breaker breaker_;
  std::unordered_map<std::uint64_t, call> calls_;  // not replied to
  std::deque<std::uint64_t> waiting_;              // in order; front ones may have ended
  std::deque<std::uint64_t> unreplied_;            // the same, timed out ones too
  std::uint64_t bytes_ = 0;
  std::uint64_t last_call_ = 0;
  bool is_connected_ = false;
  bool told_stuck_ = false;
};

}  // namespace troupe
