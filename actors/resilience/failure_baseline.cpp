#include "actors/resilience/failure_baseline.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

void failure_baseline::record(bool wrong) {
  ++calls_;
  wrong_ += wrong ? 1U : 0U;
  if (calls_ < settings_.batch_calls) return;
  const auto share = static_cast<double>(wrong_) / static_cast<double>(calls_);
  drop_batch();
  const auto difference = share - mean_;
  const auto weight = batches_ == 0 ? 1 : settings_.weight;
  mean_ += weight * difference;
  variance_ = (1 - weight) * (variance_ + weight * difference * difference);
  batches_ = std::min(batches_ + 1, std::max(settings_.batches, 1U));
}

void failure_baseline::drop_batch() noexcept { calls_ = wrong_ = 0; }

std::optional<double> failure_baseline::threshold() const {
  if (batches_ < std::max(settings_.batches, 1U)) return std::nullopt;
  return std::clamp(mean_ + settings_.sigmas * std::sqrt(variance_), settings_.floor,
                    settings_.ceiling);
}

}  // namespace troupe
