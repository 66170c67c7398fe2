#include "actors/pipeline/classifier/judging.hpp"

#include <algorithm>

namespace troupe {

void flow_judge::begin(const flow_opening& opening) {
  opening_ = opening;
  segments_ = used_segments(opening.segments);
  read_ = 0;
  scores_ = nullptr;
  features_.restart(opening.l4);
  scorer_.restart();
}

bool flow_judge::next_stage() {
  if (read_ == segments_.size()) return false;
  do {
    const segment& next = segments_[read_++];
    features_.add_message(opening_.payload(next), next.wire_size);
  } while (!is_stage(read_, segments_.size()));
  scorer_.take(features_);
  scores_ = &scorer_.scores();
  return true;
}

bool flow_judge::anything_known() const noexcept {
  return scores_ != nullptr && std::ranges::any_of(scores_->known, [](float n) { return n > 0; });
}

double flow_judge::known_share() const noexcept {
  if (scores_ == nullptr) return 0;
  return double{scores_->known[0]} / std::max(double{scores_->seen[0]}, 1.0);
}

std::size_t flow_judge::telling_bytes() const noexcept {
  std::size_t telling = 0;
  for (const segment& each : read()) {
    const auto bytes = opening_.payload(each);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i == 0 || bytes[i] != bytes[i - 1]) ++telling;
    }
  }
  return telling;
}

}  // namespace troupe
