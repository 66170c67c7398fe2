#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/errc.hpp"
#include "messages/ids.hpp"

namespace troupe {

struct routing_options {
  duration pool_cost = std::chrono::microseconds(200);  // cheaper jobs go to pool workers
  std::uint32_t waiting_limit = 4096;                   // jobs queued or parked
  std::uint32_t pool_depth = 8;                         // jobs in flight per pool worker
  std::uint32_t detached_depth = 2;                     // one at work, one to go on with
  std::uint32_t kills_limit = 2;    // deaths caused by one job that make it poisonous
  std::uint32_t issues_limit = 16;  // times that one job is sent at all
  std::uint32_t dead_letters = 64;  // kept, the latest
};

}  // namespace troupe
