#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "messages/ids.hpp"

namespace troupe {

/// Counts answers in time over a sliding window and compares their share with an objective. Pure.
///
/// The window is a ring of slices, so its memory is fixed; its edge is as sharp as one slice. Burn
/// rate: the share of answers that were not in time, divided by the share that the objective allows
/// (Google SRE Workbook, chapter 5): 1 uses the error budget up exactly by the window's end. An
/// objective of 1 allows nothing: any miss burns infinitely fast.
class compliance_window {
 public:
  struct options {
    duration window = std::chrono::minutes(5);
    std::uint32_t slices = 60;
    double objective = 0.999;  // share of answers in time, 0 <= objective <= 1
  };

  struct reading {
    std::uint64_t answers = 0;
    std::uint64_t in_time = 0;
    double share = 1;  // 1 without answers: nothing was missed
    double burn_rate = 0;
    bool met = true;

    friend bool operator==(const reading&, const reading&) = default;
  };

  explicit compliance_window(options settings);

  void record(std::uint64_t in_time, std::uint64_t missed, time_point now);
  [[nodiscard]] reading read(time_point now) const;

 private:
  struct slice {
    std::int64_t number = -1;  // of the slice since the clock's epoch; tells old content from new
    std::uint64_t answers = 0;
    std::uint64_t in_time = 0;
  };

  [[nodiscard]] std::int64_t slice_number(time_point now) const;

  options settings_;
  std::vector<slice> ring_;
};

}  // namespace troupe
