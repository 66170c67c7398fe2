#pragma once

#include <functional>

#include "chaos/simulator/simulation.hpp"
#include "messages/log.hpp"

namespace troupe::chaos {

/// Where a simulated node's log goes: counts lines, and does what a full or slow disk does to them.
/// Loses the newest lines once `waiting_limit` wait, and counts them.
class modelled_disk final : public log_sink {
 public:
  modelled_disk(const simulation& in, std::uint32_t waiting_limit)
      : in_(in), waiting_limit_(waiting_limit) {}

  [[nodiscard]] bool wants(log_level level) const noexcept override {
    return level >= log_level::info;
  }
  void write(log_level, std::string_view, std::span<const log_field>,
             const log_context&) noexcept override {
    if (full) {
      full();
      ++failed;
      return;
    }
    const auto each = slow ? slow() : duration{0};
    const auto backlog = std::max(busy_until_ - in_.now(), duration{0});
    if (each > duration{0} && backlog / each >= waiting_limit_) {
      ++lost;
      return;
    }
    busy_until_ = in_.now() + backlog + each;
    ++written;
  }

  std::function<void()> full;      // set: the disk is; called at each try
  std::function<duration()> slow;  // set: what a write takes
  std::uint64_t written = 0;
  std::uint64_t failed = 0;
  std::uint64_t lost = 0;

 private:
  const simulation& in_;
  std::int64_t waiting_limit_;
  time_point busy_until_;
};

}  // namespace troupe::chaos
