#include "chaos/verdict/history.hpp"

namespace troupe::chaos {

std::string_view to_string(event_record::kind what) noexcept {
  using enum event_record::kind;
  switch (what) {
    case fault: return "fault";
    case fault_on: return "fault on";
    case fault_off: return "fault off";
    case started: return "started";
    case start_failed: return "start failed";
    case ended: return "ended";
    case gave_up: return "gave up";
    case node_up: return "node up";
    case node_down: return "node down";
    case poisoned: return "poisoned";
  }
  return "unknown";
}

}  // namespace troupe::chaos
