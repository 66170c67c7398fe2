#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>

#include "messages/findings.hpp"

namespace troupe {

/// The stages of one job, in the order in which they run: each once at most, so they fit into the
/// object. Jobs are copied with every hop, and a vector would cost an allocation each time.
class stage_list {
 public:
  stage_list() = default;
  stage_list(std::initializer_list<stage> of) {
    for (const auto one : of) push_back(one);
  }

  /// Throws std::length_error when there are more than there are stages.
  void push_back(stage which) {
    if (size_ == all_stages.size()) throw std::length_error("a job of more stages than there are");
    at_[size_++] = which;
  }

  [[nodiscard]] const stage* begin() const noexcept { return at_.data(); }
  [[nodiscard]] const stage* end() const noexcept { return at_.data() + size_; }
  [[nodiscard]] const stage* data() const noexcept { return at_.data(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] stage front() const noexcept { return at_[0]; }  // of a list that is not empty

  friend bool operator==(const stage_list& left, const stage_list& right) noexcept {
    return std::ranges::equal(left, right);
  }

 private:
  std::array<stage, all_stages.size()> at_{};
  std::uint8_t size_ = 0;
};

}  // namespace troupe
