#include "runtime/telemetry/memory_log.hpp"

#include <array>

#include "runtime/telemetry/log_line.hpp"

namespace troupe {

void memory_log::write(log_level level, std::string_view event, std::span<const log_field> fields,
                       const log_context& context) noexcept {
  constexpr std::array<std::string_view, 5> names{"trace", "debug", "info", "warn", "error"};
  auto line = std::string(names[static_cast<std::size_t>(level)]) + " " +
              render_text(event, fields, context);
  const std::lock_guard lock(mutex_);
  if (lines_.size() >= most_lines_) lines_.pop_front();
  lines_.push_back(std::move(line));
}

std::vector<std::string> memory_log::lines() const {
  const std::lock_guard lock(mutex_);
  return {lines_.begin(), lines_.end()};
}

}  // namespace troupe
