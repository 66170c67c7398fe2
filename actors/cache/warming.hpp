#pragma once

#include <cstdint>
#include <vector>

#include "messages/warming.hpp"

namespace troupe {

/// Decides what a cache is warmed with, and when that is enough. Pure: the caller passes the time.
/// Whether there is room the shards know.
class warming {
 public:
  struct options {
    std::uint64_t model_version = 0;
    duration time_to_live = std::chrono::minutes(5);
    std::uint64_t most_bytes = 64ULL << 20U;  // read; more than a cache holds is of no use
    duration most_time = std::chrono::seconds(2);
  };

  explicit warming(options limits) : limits_(limits) {}

  void begin(time_point now) { ends_ = now + limits_.most_time; }

  /// Sorts a batch: what may go to the shards, one list each. Counts the rest.
  [[nodiscard]] std::vector<std::vector<cached_entry>> sort(warm_batch batch, std::size_t shards);

  /// What the shards made of it.
  void count(const warm_counts& told);

  /// Nothing more is to be read: all was, or enough, or it took too long.
  [[nodiscard]] bool over(time_point now) const noexcept {
    return last_ || bytes_ >= limits_.most_bytes || now >= ends_;
  }
  [[nodiscard]] bool read_all() const noexcept { return last_; }
  [[nodiscard]] time_point ends() const noexcept { return ends_; }
  [[nodiscard]] const warm_counts& counts() const noexcept { return counts_; }
  [[nodiscard]] const failure& problem() const noexcept { return problem_; }  // the first

 private:
  options limits_;
  time_point ends_;
  std::uint64_t bytes_ = 0;
  bool last_ = false;
  warm_counts counts_;
  failure problem_;
};

}  // namespace troupe
