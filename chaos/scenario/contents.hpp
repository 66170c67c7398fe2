#pragma once

#include <vector>

#include "messages/traffic.hpp"

namespace troupe::chaos {

/// `count` small traffic groups of an invented protocol (type, length, number, text), each with
/// another number of messages, so that an answer about the wrong one is seen.
[[nodiscard]] std::vector<traffic_group_ptr> make_contents(std::size_t count, std::uint64_t seed);

}  // namespace troupe::chaos
