#include "runtime/supervision/child_spec.hpp"

#include <set>

#include "actors/resilience/retry_backoff.hpp"

namespace troupe::supervision {

namespace {

failure refuse(const child_spec& child, const std::string& why) {
  return {errc::bad_config, "child '" + child.id + "': " + why};
}

failure check_child(const supervisor_spec& rules, const child_spec& child) {
  if (child.id.empty() || child.id.find('/') != std::string::npos) {
    return refuse(child, "an id must not be empty and must not contain '/'");
  }
  if (child.significant && child.restarts == child_class::permanent) {
    return refuse(child, "a significant child must be transient or temporary");
  }
  if (child.significant && rules.ends_with == auto_shutdown::never) {
    return refuse(child, "a significant child needs a supervisor with auto shutdown any or all");
  }
  if (child.pause.base < duration{0} || child.pause.max < child.pause.base) {
    return refuse(child, "backoff needs 0 <= base <= max");
  }
  if (child.shutdown_time && *child.shutdown_time < duration{0}) {
    return refuse(child, "the shutdown time must not be negative");
  }
  return {};
}

}  // namespace

duration backoff::pause(std::uint32_t in_a_row, double drawn) const noexcept {
  const auto grown = static_cast<double>(doubled(base, max, in_a_row).count());
  return duration{static_cast<duration::rep>(grown * (0.8 + 0.4 * drawn))};
}

failure check(const supervisor_spec& rules, const std::vector<child_spec>& children) {
  if (rules.period <= duration{0}) {
    return {errc::bad_config, "the period of the restart intensity must be greater than 0"};
  }
  std::set<std::string> ids;
  for (const auto& child : children) {
    if (auto wrong = check_child(rules, child)) return wrong;
    if (!ids.insert(child.id).second) return refuse(child, "the id is used twice");
  }
  return {};
}

std::uint64_t seed_for(std::uint64_t root, std::string_view path) noexcept {
  auto hash = root ^ 0xcbf29ce484222325ULL;  // FNV-1a, then the finalizer of splitmix64
  for (const char letter : path) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
  }
  hash = (hash ^ (hash >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  hash = (hash ^ (hash >> 27U)) * 0x94d049bb133111ebULL;
  return hash ^ (hash >> 31U);
}

}  // namespace troupe::supervision
