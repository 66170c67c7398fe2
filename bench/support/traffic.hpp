#pragma once

#include <cstdint>
#include <memory>
#include <random>

#include "messages/traffic.hpp"

namespace troupe::bench {

/// `count` DNS queries and answers on one flow, drawn from `seed`: the standard input of the
/// benchmarks.
[[nodiscard]] traffic_group_ptr dns_like(std::size_t count, std::uint64_t seed);

/// `count` messages of `bytes` bytes: a header (type, length, sequence, id) and a body.
[[nodiscard]] traffic_group_ptr records(std::size_t count, std::size_t bytes, std::uint64_t seed);

}  // namespace troupe::bench
