#include "actors/pipeline/grammar/meanings.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <set>
#include <unordered_map>
#include <vector>

#include "actors/pipeline/parser/numbers.hpp"

namespace troupe::grammar {

namespace {

constexpr std::size_t fewest_steps = 6;
constexpr double least_rest = 2;  // seconds between messages, for a step to show

struct unit {
  const char* name;
  double in_second;
};

constexpr std::array<unit, 3> units{
    {{"seconds", 1}, {"hundredths of a second", 100}, {"thousandths of a second", 1000}}};

/// A stream's first value, and when it was seen.
struct start {
  double value = 0;
  double seconds = 0;
  double last = 0;  // when the stream was last looked at
};

struct step {
  double value = 0;
  double seconds = 0;
};

double seconds_of(const sample& one) {
  return std::chrono::duration<double>(one.since_start).count();
}

/// How far each stream has come since its start, once every two seconds.
template <class Read>
std::vector<step> steps_of(std::span<const scope> within, const samples& from, Read read) {
  std::unordered_map<std::uint64_t, start> streams;
  std::vector<step> out;
  for (const auto& one : within) {
    const auto& origin = from[one.of];
    const auto stream = std::uint64_t{origin.flow} * 2 + static_cast<std::uint64_t>(origin.dir);
    const double value = read(one);
    const double now = seconds_of(origin);
    const auto [at, fresh] = streams.try_emplace(stream, start{value, now, now});
    if (fresh || now - at->second.last < least_rest) continue;
    out.push_back({value - at->second.value, now - at->second.seconds});
    at->second.last = now;
  }
  return out;
}

/// A clock may be read a second before its message is sent, and be a thousandth too fast.
std::size_t in_time(const std::vector<step>& steps, double in_second) {
  std::size_t fits = 0;
  for (const auto& each : steps) {
    const double expected = each.seconds * in_second;
    if (std::abs(each.value - expected) <= 1.1 * in_second + expected / 1000) ++fits;
  }
  return fits;
}

/// Periodic messages with a counter keep time as well: only steps of various lengths tell.
bool various(const std::vector<step>& steps) {
  std::set<std::int64_t> lengths;
  double before = 0;
  for (const auto& each : steps) {
    lengths.insert(std::llround(each.seconds - before));
    before = each.seconds;
  }
  return lengths.size() >= 3;
}

std::string share_of(std::size_t part, std::size_t all, const char* what) {
  auto text = std::to_string(part);
  text.append(" of ").append(std::to_string(all));
  return text.append(what);
}

bool is_private(std::uint32_t address) {
  return address >> 16U == 0xc0a8U || address >> 20U == 0xac1U;
}

}  // namespace

std::optional<std::string> follows_the_clock(std::span<const scope> within, const samples& from,
                                             std::uint32_t offset, std::uint32_t width,
                                             byte_order order) {
  if (width != 4 && width != 8) return std::nullopt;
  const auto read_from = [&](std::uint32_t size) {
    return steps_of(within, from, [&, size](const scope& one) {
      return static_cast<double>(read_number(one.bytes.subspan(offset, size), order));
    });
  };
  const auto judge = [&](const std::vector<step>& steps,
                         const unit& in) -> std::optional<std::string> {
    const auto fits = in_time(steps, in.in_second);
    if (steps.size() < fewest_steps || fits * 10 < steps.size() * 9 || !various(steps)) return {};
    return share_of(fits, steps.size(), " steps grow as the capture time does, in ") + in.name;
  };
  const auto steps = read_from(width);
  for (const auto& each : units) {
    if (auto why = judge(steps, each)) return why;
  }
  // NTP (RFC 5905): seconds above, their fraction below.
  if (width == 8 && order == byte_order::big) return judge(read_from(4), units[0]);
  return std::nullopt;
}

std::optional<std::string> looks_like_ipv4(std::span<const scope> within, const samples& from,
                                           std::uint32_t offset) {
  std::size_t there = 0;
  std::size_t ends = 0;
  std::size_t near = 0;
  std::set<std::uint32_t> values;
  for (const auto& one : within) {
    const auto value =
        static_cast<std::uint32_t>(read_number(one.bytes.subspan(offset, 4), byte_order::big));
    if (value == 0) continue;
    ++there;
    const auto& origin = from[one.of];
    ends += value == origin.client || value == origin.server ? 1U : 0U;
    near += is_private(value) ? 1U : 0U;
    values.insert(value);
  }
  if (there < 4 || values.size() < 2) return std::nullopt;
  if (ends * 2 >= there) return share_of(ends, there, " are an address of the flow's own ends");
  if (near * 10 >= there * 9) return share_of(near, there, " are addresses of private networks");
  return std::nullopt;
}

std::uint32_t ipv4_of(const std::string& endpoint) {
  std::uint32_t address = 0;
  std::uint32_t part = 0;
  int dots = 0;
  int digits = 0;
  for (const char at : endpoint) {
    if (at == ':') break;
    if (at == '.') {
      if (digits == 0) return 0;
      address = address << 8U | part;
      part = 0;
      digits = 0;
      ++dots;
    } else if (at >= '0' && at <= '9' && digits < 3) {
      part = part * 10 + static_cast<std::uint32_t>(at - '0');
      ++digits;
      if (part > 255) return 0;
    } else {
      return 0;
    }
  }
  return dots == 3 && digits > 0 ? address << 8U | part : 0;
}

}  // namespace troupe::grammar
