#include "messages/breaker_state.hpp"

namespace troupe {

std::string_view to_string(breaker_state state) noexcept {
  switch (state) {
    case breaker_state::closed: return "closed";
    case breaker_state::open: return "open";
    case breaker_state::half_open: return "half_open";
    case breaker_state::forced_open: return "forced_open";
    case breaker_state::forced_closed: return "forced_closed";
  }
  return "unknown";
}

std::string_view to_string(call_outcome how) noexcept {
  switch (how) {
    case call_outcome::succeeded: return "succeeded";
    case call_outcome::failed: return "failed";
    case call_outcome::ignored: return "ignored";
    case call_outcome::silent: return "silent";
  }
  return "unknown";
}

}  // namespace troupe
