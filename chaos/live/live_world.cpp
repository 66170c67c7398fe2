#include "chaos/live/live_world.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace troupe::chaos {

namespace {

// Both are what a forked process may do: no allocation, no lock.
[[noreturn]] void burn_processor() {
  close_range(3, ~0U, 0);  // a connection that the harness closes is to be closed
  volatile std::uint64_t turns = 0;
  while (true) turns = turns + 1;
}

[[noreturn]] void hold_memory(std::uint64_t bytes) {
  close_range(3, ~0U, 0);
  constexpr std::uint64_t page = 4096;
  void* const held =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (held != MAP_FAILED) {
    auto* const at = static_cast<volatile char*>(held);
    for (std::uint64_t offset = 0; offset < bytes; offset += page) at[offset] = 1;
  }
  while (true) pause();
}

}  // namespace

live_world::~live_world() {
  while (!helpers_.empty()) end_helpers_of(*helpers_.begin()->first);
}

void live_world::judge(passing& message) {
  const std::lock_guard hold(lock_);
  world::judge(message);
}

void live_world::alone(const std::function<void()>& what) {
  const std::lock_guard hold(lock_);
  what();
}

void live_world::hold(const fault& by, std::function<void()> deliver) {
  const std::lock_guard hold(lock_);
  world::hold(by, std::move(deliver));
}

void live_world::record(event_record what) {
  const std::lock_guard hold(lock_);
  world::record(std::move(what));
}

void live_world::end_helpers_of(const fault& by) {
  const auto found = helpers_.extract(&by);
  if (found.empty()) return;
  for (const auto& one : found.mapped()) end_watched(watchdog_, one);
}

bool live_world::burn(const fault& by, std::uint32_t processes) {
  end_helpers_of(by);
  for (std::uint32_t n = 0; n < processes; ++n) {
    helpers_[&by].push_back(fork_watched(watchdog_, [] { burn_processor(); }));
  }
  return processes > 0;
}

bool live_world::press_memory(const fault& by, std::uint64_t bytes) {
  end_helpers_of(by);
  // Pressure, not the end of the machine.
  const auto available = static_cast<std::uint64_t>(sysconf(_SC_AVPHYS_PAGES)) *
                         static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  bytes = std::min(bytes, available / 2);
  if (bytes > 0) {
    helpers_[&by].push_back(fork_watched(watchdog_, [bytes] { hold_memory(bytes); }));
  }
  return bytes > 0;
}

}  // namespace troupe::chaos
