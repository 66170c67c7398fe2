#include "actors/cache/warming.hpp"

#include <utility>

namespace troupe {

std::vector<std::vector<cached_entry>> warming::sort(warm_batch batch, std::size_t shards) {
  std::vector<std::vector<cached_entry>> out(shards);
  count(batch.refused);
  bytes_ += batch.bytes;
  last_ = last_ || batch.last;
  if (!problem_) problem_ = std::move(batch.problem);
  for (auto& one : batch.entries) {
    if (one.model_version != limits_.model_version) {
      counts_.add(warm_outcome::another_model);
    } else if (one.age >= limits_.time_to_live) {
      counts_.add(warm_outcome::expired);
    } else {
      out[shard_of(one.key, shards)].push_back(std::move(one));
    }
  }
  return out;
}

void warming::count(const warm_counts& told) {
  for (std::size_t i = 0; i < warm_outcomes; ++i) counts_.by_outcome[i] += told.by_outcome[i];
}

}  // namespace troupe
