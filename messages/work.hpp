#pragma once

#include <cstdint>
#include <stop_token>
#include <string_view>

namespace troupe {

/// How much a caller is willing to spend. Plans differ by mode, and so does the effort inside a
/// stage.
enum class quality_mode : std::uint8_t { fast, balanced, accurate };

[[nodiscard]] std::string_view to_string(quality_mode mode) noexcept;

/// What a long computation is given: how hard to try, where its random numbers come from, when to
/// stop.
///
/// A core reads `stop` at least each 50 us of work (RUNTIME-NOTES: 1.5 ns a look) and then returns
/// the best result so far, marked as cut short. Cores never read a clock.
struct work_context {
  quality_mode effort = quality_mode::balanced;
  std::uint64_t seed = 0;
  std::stop_token stop = {};
};

}  // namespace troupe
