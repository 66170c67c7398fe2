#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "messages/ids.hpp"

namespace troupe {

/// Why a request was not answered as asked. A code exists only where some caller reacts to it
/// differently.
enum class errc : std::uint8_t {
  none = 0,  // reserved: "no error"
  crashed,   // the actor handling this very request died: its router tries once more, then
             // quarantines
  poisoned,  // this request killed its handler twice: never send it again, look at the dead letter
  deadline_exceeded,  // no answer in time: the caller decides whether an answer is still worth
                      // anything
  overloaded,         // refused before any work: try again after a pause, or ask another node
  rate_limited,       // this client asks more often than it may: it has to slow down
  unavailable,        // nobody serves this now (supervisor gave up, parking full): use a fallback
  stopping,           // the node is going down: ask another node
  cancelled,          // the caller withdrew the request: nobody waits for it
  bad_input,          // the input cannot be understood: fix the input, the context says where
  too_large,          // the input is over a configured limit: send less, or raise the limit
  bad_config,         // the configuration does not hold: fix file and key that the context names
  statistics_failed,  // the statistics stage has no result: the plan goes on without it
  grammar_failed,     // no format was found: report the input as opaque
  parser_failed,      // the format cannot be executed: report the format without parse results
  classifier_failed,  // no verdict could be made: report "unknown"
  validator_failed,   // nothing could be checked: report the parse without verdict
  internal,           // a defect of ours: restart clean and report it
};

/// Who can do something about an error.
enum class responsibility : std::uint8_t { caller, operator_, developer };

/// The code as people read it, for example "deadline_exceeded".
[[nodiscard]] std::string_view to_string(errc code) noexcept;

/// Whether the same request may succeed later, unchanged.
[[nodiscard]] bool is_retryable(errc code) noexcept;

/// Whether it is a property of the input: the same request would fail the same way, until another
/// model or version looks at it.
[[nodiscard]] bool is_of_the_input(errc code) noexcept;

/// Who is to act on it.
[[nodiscard]] responsibility responsible_for(errc code) noexcept;

/// An operating error as a value: the code to react to and the text for a person (what, where, what
/// to do).
struct failure {
  errc code = errc::none;
  std::string what;
  duration retry_after{0};  // the same request may succeed then; 0: not known

  [[nodiscard]] explicit operator bool() const noexcept { return code != errc::none; }
  friend bool operator==(const failure&, const failure&) = default;
};

}  // namespace troupe
