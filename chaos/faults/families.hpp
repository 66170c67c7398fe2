#pragma once

#include "chaos/faults/fault.hpp"

namespace troupe::chaos {

// One a file of the same name.
[[nodiscard]] fault_family byzantine_family();
[[nodiscard]] fault_family cascade_family();
[[nodiscard]] fault_family clock_jump_family();
[[nodiscard]] fault_family clock_skew_family();
[[nodiscard]] fault_family corruption_family();
[[nodiscard]] fault_family cpu_spike_family();
[[nodiscard]] fault_family crash_family();
[[nodiscard]] fault_family disk_full_family();
[[nodiscard]] fault_family duplication_family();
[[nodiscard]] fault_family hang_family();
[[nodiscard]] fault_family latency_family();
[[nodiscard]] fault_family loss_family();
[[nodiscard]] fault_family memory_leak_family();
[[nodiscard]] fault_family node_crash_family();
[[nodiscard]] fault_family partition_family();
[[nodiscard]] fault_family pause_family();
[[nodiscard]] fault_family reordering_family();
[[nodiscard]] fault_family slow_disk_family();
[[nodiscard]] fault_family store_garbage_family();
[[nodiscard]] fault_family store_stall_family();

}  // namespace troupe::chaos
