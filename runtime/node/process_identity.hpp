#pragma once

#include <sys/types.h>

#include <string>

namespace troupe {

/// Names a process beyond its number, which other machines and containers give out too, and later
/// ones again: boot, process namespace and start time (proc(5)). Empty: there is no such process.
[[nodiscard]] std::string process_identity(pid_t process);

}  // namespace troupe
