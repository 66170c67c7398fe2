#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "actors/pipeline/classifier/vocabulary.hpp"

namespace troupe {

/// Counts in how many captures of each label a feature was seen, and lets it vote for the labels
/// that it is typical of. Captures are counted, not flows: a hundred flows of one capture are one
/// witness.
class vote_model {
 public:
  /// One label that showed a pattern.
  struct sighting {
    std::uint8_t label = 0;
    std::uint8_t captures = 0;  // 255 stands for 255 and more

    friend bool operator==(const sighting&, const sighting&) = default;
  };

  vote_model() = default;
  /// `first[p] .. first[p + 1]` are the sightings of pattern p.
  vote_model(std::vector<std::uint32_t> captures_of_label, std::vector<std::uint32_t> first,
             std::vector<sighting> sightings);

  /// Adds what `times` features of pattern `which` say; `votes` has one place for each label.
  void add(pattern_id which, std::uint32_t times, std::span<float> votes) const noexcept {
    for (std::uint32_t i = first_[which]; i < first_[which + 1]; ++i) {
      votes[sightings_[i].label] += static_cast<float>(times) * weights_[i];
    }
  }

  /// One feature's vote for one label, 0..1.
  [[nodiscard]] float vote(pattern_id which, std::size_t label) const noexcept;
  /// Captures of `label` that showed the pattern.
  [[nodiscard]] std::uint32_t captures(pattern_id which, std::size_t label) const noexcept;

  [[nodiscard]] std::span<const std::uint32_t> captures_of_label() const noexcept {
    return captures_of_label_;
  }
  [[nodiscard]] std::span<const std::uint32_t> first() const noexcept { return first_; }
  [[nodiscard]] std::span<const sighting> sightings() const noexcept { return sightings_; }

 private:
  std::vector<std::uint32_t> captures_of_label_;
  std::vector<std::uint32_t> first_;
  std::vector<sighting> sightings_;
  std::vector<float> weights_;  // by sighting
};

/// Where and as what each training flow was seen.
struct flow_origin {
  std::uint8_t label = 0;
  std::uint32_t capture = 0;
};

[[nodiscard]] vote_model learn_votes(std::span<const learnt_pattern> patterns,
                                     std::span<const flow_origin> flows, std::size_t labels);

}  // namespace troupe
