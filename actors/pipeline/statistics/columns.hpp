#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "messages/findings.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

/// How many offsets get statistics of their own.
inline constexpr std::uint32_t described_columns = 64;

/// What the first `described_columns` byte columns of the chosen messages hold.
///
/// A column is *enumerated* when it has 2 to 16 values and no more than the square root of the
/// number of messages: then every value is seen often enough to expect no further one. It *counts
/// up* when, within one flow and direction, at least four of five steps add 1 to 16 (modulo 256).
[[nodiscard]] std::vector<column_statistics> describe_columns(const traffic_group& group,
                                                              std::span<const std::uint32_t> chosen,
                                                              const std::stop_token& stop);

}  // namespace troupe
