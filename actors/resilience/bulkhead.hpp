#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "actors/resilience/forward_time.hpp"
#include "actors/resilience/slot_table.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// Bounds the calls to one dependency, those in flight and those that wait for their turn, so that
/// a slow dependency takes no more of its callers than that (Nygard, "Release It!", Bulkheads).
/// Pure: the caller passes the time, which may jump.
///
///   enter -> inside -> leave            first come, first served
///     |        ^
///     +-> waiting -> refused at its deadline, or leave
///
/// Who never leaves (its caller died unseen) loses its place `lost_after` its deadline.
class bulkhead {
  struct call {
    time_point deadline;
    bool inside = false;
  };

 public:
  using permit = slot_table<call>::key;

  struct options {
    std::uint32_t concurrent = 16;
    std::uint32_t waiting = 64;
    duration lost_after = std::chrono::seconds(10);
  };

  enum class verdict : std::uint8_t { inside, waiting, full, expired };

  struct answer {
    verdict how = verdict::full;
    permit granted;  // none when refused
  };

  /// What becomes of calls that waited, in order.
  struct orders {
    std::vector<permit> enter;
    std::vector<permit> refuse;  // their deadline has passed; they hold no place any more

    friend bool operator==(const orders&, const orders&) = default;
  };

  explicit bulkhead(options limits);

  [[nodiscard]] answer enter(time_point deadline, time_point now);
  /// A call that ended, or one that waits and was withdrawn. A permit that is gone changes nothing.
  [[nodiscard]] orders leave(permit granted, time_point now);
  /// What time alone changes.
  [[nodiscard]] orders tick(time_point now);

  [[nodiscard]] std::uint32_t inside() const noexcept { return inside_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size(); }

 private:
  [[nodiscard]] time_point end_of(const call& one) const noexcept;
  [[nodiscard]] orders let_in(time_point now, orders out);

  options limits_;
  forward_time time_;
  slot_table<call> calls_;
  std::deque<permit> queue_;
  std::uint32_t inside_ = 0;
};

}  // namespace troupe
