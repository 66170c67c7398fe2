#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "messages/ids.hpp"

namespace troupe {

/// How the latest calls went: the last `calls` of them, or those of the last `span` (Resilience4j's
/// count-based and time-based sliding windows). Pure; memory is fixed; O(1) for each call.
///
/// By time it is a ring of slices, so its edge is as sharp as one slice. Times must not go back.
class call_window {
 public:
  enum class kind : std::uint8_t { count, time };

  struct options {
    kind by = kind::count;
    std::uint32_t calls = 100;                 // by count
    duration span = std::chrono::seconds(10);  // by time
    std::uint32_t slices = 10;
  };

  struct tally {
    std::uint64_t calls = 0;
    std::uint64_t failed = 0;
    std::uint64_t slow = 0;

    [[nodiscard]] double failure_rate() const noexcept { return share(failed); }
    [[nodiscard]] double slow_rate() const noexcept { return share(slow); }
    friend bool operator==(const tally&, const tally&) = default;

   private:
    [[nodiscard]] double share(std::uint64_t part) const noexcept {
      return calls == 0 ? 0 : static_cast<double>(part) / static_cast<double>(calls);
    }
  };

  explicit call_window(options settings);

  void add(bool failed, bool slow, time_point now);
  [[nodiscard]] tally read(time_point now);
  void clear();

 private:
  void move_to(time_point now);
  void drop(std::size_t place);

  options settings_;
  std::vector<tally> ring_;  // by count: one call each
  std::int64_t newest_ = 0;  // by time: number of the newest slice; by count: calls so far
  tally sum_;
};

}  // namespace troupe
