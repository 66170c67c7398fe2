#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "messages/log.hpp"

namespace troupe {

/// Keeps the newest lines as text, without times: for tests and simulation, where the same run must
/// give the same log.
class memory_log final : public log_sink {
 public:
  explicit memory_log(std::size_t most_lines = 10'000, log_level least = log_level::debug)
      : most_lines_(most_lines), least_(least) {}

  [[nodiscard]] bool wants(log_level level) const noexcept override { return level >= least_; }
  void write(log_level level, std::string_view event, std::span<const log_field> fields,
             const log_context& context) noexcept override;

  /// "warn breaker_opened stage=grammar", oldest first.
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  const std::size_t most_lines_;
  const log_level least_;
  mutable std::mutex mutex_;
  std::deque<std::string> lines_;
};

}  // namespace troupe
