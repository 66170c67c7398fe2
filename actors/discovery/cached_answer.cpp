#include "actors/discovery/cached_answer.hpp"

#include <xxhash.h>

#include <array>
#include <memory>

#include "actors/discovery/discovery_run.hpp"

namespace troupe {

content_hash cache_key(const content_hash& input, const discovery_request& request,
                       std::uint64_t model_version) {
  std::uint64_t wanted = 0;
  for (const auto which : request.only) wanted |= 1ULL << static_cast<unsigned>(which);
  const std::array<std::uint64_t, 7> parts{input.high,
                                           input.low,
                                           static_cast<std::uint64_t>(request.mode),
                                           static_cast<std::uint64_t>(request.level),
                                           request.seed,
                                           wanted,
                                           model_version};
  const auto digest = XXH3_128bits(parts.data(), sizeof parts);
  return {digest.high64, digest.low64};
}

discovery_result_ptr from_cache(const discovery_result& held, const discovery_request& request,
                                duration budget, duration took, duration age) {
  auto result = std::make_shared<discovery_result>(held);
  result->id = request.id;
  result->trace = request.trace;
  result->group = request.input->name;
  result->budget = budget;
  result->took = took;
  result->in_time = took <= budget;
  result->from_cache = true;
  result->age = age;
  return result;
}

time_point answer_by(time_point accepted, time_point deadline) noexcept {
  return deadline - answer_reserve(deadline - accepted) / 2;
}

}  // namespace troupe
