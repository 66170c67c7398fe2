#pragma once

#include <string>

namespace troupe {

/// Sets how the calling thread is scheduled: "normal" leaves it alone, "nice" gives it nice level
/// 19, "idle" makes it SCHED_IDLE, which disturbs the latency of requests least (no privilege
/// needed for either). A kernel that refuses leaves the thread as it was; that costs latency,
/// nothing else.
void set_thread_priority(const std::string& priority) noexcept;

}  // namespace troupe
