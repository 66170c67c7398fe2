#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "messages/ids.hpp"

namespace troupe {

/// Events of one slice of time, or the verdict on the slice as one event.
struct slice_counts {
  std::uint32_t good = 0;
  std::uint32_t bad = 0;

  [[nodiscard]] std::uint64_t all() const noexcept { return std::uint64_t{good} + bad; }
  friend bool operator==(const slice_counts&, const slice_counts&) = default;
};

struct window_counts {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;

  [[nodiscard]] std::uint64_t all() const noexcept { return good + bad; }
  /// 0 without events: nothing was bad.
  [[nodiscard]] double bad_share() const noexcept {
    return all() == 0 ? 0 : static_cast<double>(bad) / static_cast<double>(all());
  }
  friend bool operator==(const window_counts&, const window_counts&) = default;
};

/// Good and bad events of the last `window`, in slices of 10 s: 8 640 slices of 12 bytes for 24 h,
/// allocated once. Pure; time is the number of the slice, which only goes forward.
///
/// The window ends with the newest slice that was added or skipped to; its edge is as sharp as one
/// slice. Counts beyond 2^32 - 1 in one slice stay there.
class slice_window {
 public:
  static constexpr duration resolution = std::chrono::seconds(10);
  static constexpr duration longest = std::chrono::hours(24);

  /// `window` is rounded up to whole slices; at least one, at most 24 h.
  explicit slice_window(duration window);

  /// Slice number `slice` is over and held `counts`, with the indicator's `value` (NaN: none).
  /// Slices that were passed over are empty. A number that was there before is ignored.
  void add(std::int64_t slice, slice_counts counts, float value = no_value);

  /// The newest `slices` slices together.
  [[nodiscard]] window_counts last(std::size_t slices) const noexcept;
  [[nodiscard]] const window_counts& total() const noexcept { return total_; }

  /// Slices since the first that was added, at most all of the window.
  [[nodiscard]] std::size_t covered() const noexcept { return covered_; }
  [[nodiscard]] std::size_t slices() const noexcept { return ring_.size(); }

  /// The slice that was `age` slices before the newest; age < covered().
  [[nodiscard]] slice_counts at(std::size_t age) const noexcept { return entry(age).counts; }
  [[nodiscard]] float value_at(std::size_t age) const noexcept { return entry(age).value; }

  static constexpr float no_value = std::numeric_limits<float>::quiet_NaN();

 private:
  struct slot {
    slice_counts counts;
    float value = no_value;
  };

  void push(slot one);
  [[nodiscard]] const slot& entry(std::size_t age) const noexcept {
    return ring_[(next_ + ring_.size() - 1 - age) % ring_.size()];
  }

  std::vector<slot> ring_;
  std::size_t next_ = 0;
  std::size_t covered_ = 0;
  std::int64_t newest_ = std::numeric_limits<std::int64_t>::min();
  window_counts total_;
};

}  // namespace troupe
