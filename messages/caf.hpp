#pragma once

// The single place that knows CAF's version (0.17): atoms, error category, what may be sent.
// Conversations include this file; cores never do.

#include <caf/all.hpp>
#include <cstdint>
#include <string>
#include <utility>

#include "messages/errc.hpp"

namespace troupe {

using tick_atom = caf::atom_constant<caf::atom("tick")>;

inline constexpr caf::atom_value errc_category = caf::atom("troupe");

/// An `errc` as CAF carries it. The first context value is the text for a person.
template <class... Context>
[[nodiscard]] caf::error make_error(errc code, Context&&... context) {
  return {static_cast<std::uint8_t>(code), errc_category,
          caf::make_message(std::forward<Context>(context)...)};
}

[[nodiscard]] inline caf::error make_error(const failure& why) {
  if (why.retry_after == duration{0}) return make_error(why.code, why.what);
  return make_error(why.code, why.what, why.retry_after);
}

/// The `errc` behind an error, also behind CAF's own: a receiver that is gone is `unavailable`, an
/// exception without handler is `crashed`, a timeout is `deadline_exceeded`; whatever else CAF
/// reports is `internal`.
[[nodiscard]] errc code_of(const caf::error& error) noexcept;

/// Code and text of an error, for callers outside the actor world.
[[nodiscard]] failure to_failure(const caf::error& error);

/// Registers the error category. Every actor system of Troupe starts from a configuration that was
/// passed through here.
void register_troupe(caf::actor_system_config& config);

}  // namespace troupe
