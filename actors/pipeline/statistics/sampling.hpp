#pragma once

#include <cstdint>
#include <vector>

#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

/// Indices of the messages to look at, in capture order: all of them where they fit the effort's
/// bounds, else whole runs of neighbours (so that steps from message to message survive), spread by
/// the seed.
[[nodiscard]] std::vector<std::uint32_t> sample_messages(const traffic_group& group,
                                                         std::uint32_t at_most_messages,
                                                         std::uint64_t at_most_bytes,
                                                         std::uint64_t seed);

}  // namespace troupe
