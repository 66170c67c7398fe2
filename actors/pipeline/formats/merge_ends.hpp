#pragma once

#include "messages/format.hpp"

namespace troupe {

/// How all messages end of which some ended as `a` says and the others as `b`.
[[nodiscard]] message_ends merged(const message_ends& a, const message_ends& b);

}  // namespace troupe
