#pragma once

#include <cstdint>

#include "messages/discovery.hpp"

namespace troupe {

/// The answer to `request` that a cached result gives: the same findings under the new request's
/// identity and times. `budget` is the time from its acceptance to its deadline, `took` to now;
/// `age` is how long ago it was computed.
[[nodiscard]] discovery_result_ptr from_cache(const discovery_result& held,
                                              const discovery_request& request, duration budget,
                                              duration took, duration age = duration{0});

/// When the coordinator answers at the latest: a little before the deadline, so that the answer is
/// there by then (half of what discovery_run keeps in reserve).
[[nodiscard]] time_point answer_by(time_point accepted, time_point deadline) noexcept;

/// Hash of everything that decides an answer: the input, and of the request mode, level, seed and
/// wanted stages, and the models' version.
[[nodiscard]] content_hash cache_key(const content_hash& input, const discovery_request& request,
                                     std::uint64_t model_version);

}  // namespace troupe
