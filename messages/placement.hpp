#pragma once

#include <cstdint>

namespace troupe {

/// Where a worker runs. `none`: no worker, routers ignore it.
enum class placement : std::uint8_t { none, pool, detached };

}  // namespace troupe
