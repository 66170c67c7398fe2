#include "chaos/verdict/history.hpp"

namespace troupe::chaos {

std::string_view to_string(event_record::kind what) noexcept {
  using enum event_record::kind;
  switch (what) {
    case fault: return "fault";
    case fault_on: return "fault on";
    case fault_off: return "fault off";
    case started: return "started";
    case start_failed: return "start failed";
    case ended: return "ended";
    case gave_up: return "gave up";
    case node_up: return "node up";
    case node_down: return "node down";
    case poisoned: return "poisoned";
    case breaker: return "breaker";
    case load: return "load";
    case warmed: return "warmed";
  }
  return "unknown";
}

namespace {

// Short strings lie inside their object.
std::uint64_t heap_of(const std::string& text) {
  constexpr std::size_t short_text = 15;
  constexpr std::size_t block = 16;  // malloc gives whole blocks, with 8 bytes of its own
  if (text.capacity() <= short_text) return 0;
  return (text.capacity() + 1 + 8 + block - 1) / block * block;
}

}  // namespace

std::uint64_t history::bytes() const {
  std::uint64_t out =
      requests.capacity() * sizeof(request_record) + events.capacity() * sizeof(event_record);
  for (const auto& one : requests) out += heap_of(one.wrong);
  for (const auto& one : events) out += heap_of(one.path) + heap_of(one.text);
  return out;
}

}  // namespace troupe::chaos
