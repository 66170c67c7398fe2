#include "messages/discovery.hpp"

namespace troupe {

std::string_view to_string(stage_report::outcome state) noexcept {
  using enum stage_report::outcome;
  switch (state) {
    case done: return "done";
    case cut_short: return "cut_short";
    case skipped: return "skipped";
    case failed: return "failed";
    case late: return "late";
  }
  return "unknown";
}

std::string_view to_string(request_priority priority) noexcept {
  switch (priority) {
    case request_priority::background: return "background";
    case request_priority::normal: return "normal";
    case request_priority::urgent: return "urgent";
  }
  return "unknown";
}

std::string_view to_string(fallback way) noexcept {
  switch (way) {
    case fallback::none: return "none";
    case fallback::cached: return "cached";
    case fallback::fast: return "fast";
    case fallback::partial: return "partial";
  }
  return "unknown";
}

content_hash work_name(const content_hash& input, quality_mode mode, validation_level level,
                       std::span<const stage> stages) noexcept {
  if (input == content_hash{}) return {};
  std::uint64_t plan = static_cast<std::uint64_t>(mode) << 8U | static_cast<std::uint64_t>(level);
  for (const auto which : stages) plan |= 1ULL << (16U + static_cast<unsigned>(which));
  return {input.high ^ plan, input.low};
}

}  // namespace troupe
