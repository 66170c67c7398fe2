#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/grammar/scopes.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "messages/traffic.hpp"
#include "tests/support/shipped_grammar.hpp"

namespace troupe::test {

using payload = std::vector<std::uint8_t>;

inline payload text(const std::string& words) { return {words.begin(), words.end()}; }

inline payload operator+(payload left, const payload& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline payload big(std::uint64_t value, std::size_t width) {
  payload out;
  for (auto byte = width; byte-- > 0;)
    out.push_back(static_cast<std::uint8_t>(byte < sizeof value ? value >> (8 * byte) : 0));
  return out;
}

inline payload noise(std::mt19937_64& random, std::size_t size) {
  payload out(size);
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random());
  return out;
}

/// One flow; messages of even index go to the server, those of odd index come back.
inline traffic_group group_of(const std::vector<payload>& payloads, bool both_ways = false) {
  traffic_group out;
  out.flows.resize(1);
  for (const auto& bytes : payloads) {
    message one;
    if (both_ways && out.messages.size() % 2 == 1) one.dir = direction::server_to_client;
    one.offset = static_cast<std::uint32_t>(out.bytes.size());
    one.size = static_cast<std::uint32_t>(bytes.size());
    one.since_start = std::chrono::milliseconds(10 * out.messages.size());
    out.bytes.insert(out.bytes.end(), bytes.begin(), bytes.end());
    out.messages.push_back(one);
  }
  return out;
}

/// The samples and whole scopes of constructed messages.
struct made {
  explicit made(const std::vector<payload>& payloads, bool both_ways = false)
      : group(group_of(payloads, both_ways)) {
    for (const auto& one : group.messages) {
      from.push_back({group.payload(one), one.dir, one.flow, one.since_start});
      scopes.push_back(grammar::whole(from, static_cast<std::uint32_t>(from.size() - 1)));
    }
    grammar::find_asked(from);
  }

  traffic_group group;
  grammar::samples from;
  grammar::scopes scopes;
};

inline format infer(const traffic_group& group, work_context work = {}) {
  return infer_format(group, compute_statistics(group, work), work, shipped_cuts());
}

/// Offsets at which the leaves of a message begin, 0 left out.
inline std::vector<std::uint32_t> boundaries(const format& how, const traffic_group& group,
                                             std::size_t which) {
  const auto& one = group.messages[which];
  std::vector<std::uint32_t> out;
  for (const auto& leaf : parser(how).parse(group.payload(one), one.dir).fields) {
    if (leaf.offset > 0) out.push_back(leaf.offset);
  }
  return out;
}

}  // namespace troupe::test
