#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace troupe {

/// The one clock of the runtime: monotonic. Only shells and `main` ask for it; everybody else is
/// handed a `time_point`.
using time_point = std::chrono::steady_clock::time_point;
using duration = std::chrono::nanoseconds;

/// As people read them.
[[nodiscard]] constexpr double in_milliseconds(duration time) noexcept {
  return std::chrono::duration<double, std::milli>(time).count();
}

/// A number that cannot be mistaken for another number. 0 means "none".
template <class Tag>
struct strong_id {
  std::uint64_t value = 0;

  [[nodiscard]] explicit operator bool() const noexcept { return value != 0; }
  friend auto operator<=>(const strong_id&, const strong_id&) = default;
};

/// Names one client request for its whole life, over retries and hops.
using request_id = strong_id<struct request_id_tag>;

/// Who asks, as far as limits are concerned: a hash of a name or an address. 0: the process itself.
using client_id = strong_id<struct client_id_tag>;

/// Counts the lives of one supervised child: 1 for the first start. 0 means "not running".
using incarnation = strong_id<struct incarnation_tag>;

/// 128-bit trace id of W3C Trace Context, section 3.2.2.3. All zero means "none".
struct trace_id {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend auto operator<=>(const trace_id&, const trace_id&) = default;
};

/// 32 lower-case hexadecimal digits, as in a `traceparent` header.
[[nodiscard]] std::string to_string(const trace_id& id);

/// 128-bit identity of a piece of content (XXH3-128 of its bytes). Equal content, equal hash, on
/// every machine.
struct content_hash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend auto operator<=>(const content_hash&, const content_hash&) = default;
};

/// 32 lower-case hexadecimal digits.
[[nodiscard]] std::string to_string(const content_hash& hash);

}  // namespace troupe

template <class Tag>
struct std::hash<troupe::strong_id<Tag>> {
  std::size_t operator()(const troupe::strong_id<Tag>& id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};

template <>
struct std::hash<troupe::content_hash> {
  std::size_t operator()(const troupe::content_hash& content) const noexcept {
    return static_cast<std::size_t>(content.low);
  }
};
