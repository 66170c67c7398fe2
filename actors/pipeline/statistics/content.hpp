#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "messages/findings.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

using byte_counts = std::array<std::uint64_t, 256>;

/// Bits per byte, 0..8.
[[nodiscard]] double entropy_of(const byte_counts& counts);

/// Bits per byte with the Miller-Madow correction for small samples: (distinct - 1) / (2 n ln 2).
[[nodiscard]] double corrected_entropy_of(const byte_counts& counts);

/// How far the counts are from a uniform distribution, in standard deviations of the chi-square
/// statistic (255 degrees of freedom: mean 255, variance 510 (n - 1) / n). Uniform bytes stay
/// within
/// +-4; bytes that repeat themselves lie above, bytes that avoid it (counters) below.
[[nodiscard]] double distance_from_uniform(const byte_counts& counts);

/// How many pairs of equal bytes there are.
[[nodiscard]] double equal_pairs(const byte_counts& counts);

struct content_verdict {
  content_kind kind = content_kind::unknown;
  std::vector<std::string> evidence;
};

/// What the payloads look like as a whole. Text: most messages are printable. Encrypted: the bytes,
/// from the start or from behind a header on, cannot be told from uniform ones. Compressed: gzip or
/// zlib headers (RFC 1952, RFC 1950), or entropy near 8 bits and yet not uniform. Unknown: so few
/// bytes that any of these could look like them.
[[nodiscard]] content_verdict judge_content(const traffic_group& group,
                                            std::span<const std::uint32_t> chosen,
                                            const std::stop_token& stop);

}  // namespace troupe
