#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "messages/ids.hpp"

namespace troupe {

/// Of a circuit breaker; see actors/resilience/circuit_breaker.hpp for what leads from one to
/// another.
enum class breaker_state : std::uint8_t { closed, open, half_open, forced_open, forced_closed };

[[nodiscard]] std::string_view to_string(breaker_state state) noexcept;

/// How a call went, as far as it tells about the dependency.
enum class call_outcome : std::uint8_t {
  succeeded,
  failed,
  ignored,  // says nothing about the dependency: cancelled, caller died, bad input
  silent    // neither this call nor any other was answered for far longer than it should take
};

[[nodiscard]] std::string_view to_string(call_outcome how) noexcept;

/// A breaker's state as its callers keep it, so that a closed one costs them no round trip.
struct breaker_view {
  enum class leave : std::uint8_t {
    go,
    ask,  // it tries the dependency: only who has a permit may call
    refused
  };

  breaker_state state = breaker_state::closed;
  std::uint64_t generation = 0;  // of this state; results of calls name it
  time_point retry_at;           // open: when it lets calls try

  [[nodiscard]] leave leave_at(time_point now) const noexcept {
    switch (state) {
      case breaker_state::closed:
      case breaker_state::forced_closed: return leave::go;
      case breaker_state::half_open: return leave::ask;
      case breaker_state::open: return now < retry_at ? leave::refused : leave::ask;
      case breaker_state::forced_open: break;
    }
    return leave::refused;
  }

  friend bool operator==(const breaker_view&, const breaker_view&) = default;
};

/// Leave for one call while a breaker is half open.
struct breaker_permit {
  std::uint64_t generation = 0;
  std::uint64_t probe = 0;  // 0: none was needed

  friend bool operator==(const breaker_permit&, const breaker_permit&) = default;
};

/// One call that ended.
struct call_sample {
  call_outcome how = call_outcome::succeeded;
  duration took{0};
  duration expected{0};  // how long it should have taken; 0: not known

  friend bool operator==(const call_sample&, const call_sample&) = default;
};

/// Calls that were made without asking, in one state of the breaker.
struct call_samples {
  std::uint64_t generation = 0;
  std::vector<call_sample> calls;
};

/// How a breaker stands.
struct breaker_status {
  breaker_view now;
  std::uint64_t calls = 0;  // in the window
  double failure_rate = 0;
  double slow_rate = 0;
  double failure_threshold = 0;
  double slow_threshold = 0;
  bool connected = true;  // false: the dependency cannot be called at all
};

/// What an operator wants.
enum class breaker_order : std::uint8_t { force_open, force_closed, reset };

}  // namespace troupe
