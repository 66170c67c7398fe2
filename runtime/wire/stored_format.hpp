#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/errc.hpp"
#include "messages/format.hpp"

namespace troupe::wire {

/// A format as `to_json` wrote it, and the traffic group that it was found in.
struct stored_format {
  std::string group;
  format what;

  friend bool operator==(const stored_format&, const stored_format&) = default;
};

/// The formats in the JSON of one DiscoverResponse (`troupe discover --format json`), at least one.
/// Each passes `check`. The failure says what is wrong and where
/// ("results[0].result.format.types[2]
/// ..."), also of a format that was changed by hand so that its `identity` no longer holds.
[[nodiscard]] std::variant<std::vector<stored_format>, failure> read_formats(std::string_view json);

}  // namespace troupe::wire
