#include "chaos/faults/fault.hpp"

#include <algorithm>

#include "chaos/faults/families.hpp"
#include "chaos/world/world.hpp"

namespace troupe::chaos {

void fault::fire(world& in, const place& where) {
  ++fired_;
  in.note_fault(*this, where);
}

std::span<const fault_family> fault_families() {
  static const std::vector<fault_family> all{
      byzantine_family(),   cascade_family(),    clock_jump_family(),    clock_skew_family(),
      corruption_family(),  cpu_spike_family(),  crash_family(),         disk_full_family(),
      duplication_family(), hang_family(),       latency_family(),       loss_family(),
      memory_leak_family(), node_crash_family(), partition_family(),     pause_family(),
      reordering_family(),  slow_disk_family(),  store_garbage_family(), store_stall_family()};
  return all;
}

const fault_family* find_family(std::string_view name) {
  const auto all = fault_families();
  const auto found = std::ranges::find(all, name, &fault_family::name);
  return found == all.end() ? nullptr : &*found;
}

bool reaches(scope of, const place& where) noexcept {
  switch (of) {
    case scope::links: return where.kind == actor_kind::link;
    case scope::workers: return where.kind == actor_kind::worker;
    case scope::messages: return where.kind != actor_kind::supervisor;
    case scope::actors: return where.kind != actor_kind::link;
    case scope::nodes: return where.kind == actor_kind::supervisor && where.path.empty();
  }
  return false;
}

}  // namespace troupe::chaos
