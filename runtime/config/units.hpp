#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

// Values with a unit, as they stand in configuration files and on the command line.

/// "100ms", "1.5s", "0s". Units: ns us ms s m h. Nothing for anything else, also for negative ones.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// "64MiB", "512B". Units: B KiB MiB GiB. Nothing for anything else or more than 2^53 bytes.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

/// In the largest unit that divides it.
[[nodiscard]] std::string duration_text(std::chrono::nanoseconds value);
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace troupe
