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

}  // namespace troupe
