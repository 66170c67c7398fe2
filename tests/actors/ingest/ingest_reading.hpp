#pragma once

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "actors/ingest/input.hpp"
#include "tests/support/packet_builder.hpp"

namespace troupe::test {

/// Reads bytes that must give a result.
inline ingest_result must_read(const bytes& file, const ingest_options& options = {},
                               const std::string& name = "test.pcap") {
  auto answer = read_bytes(file, name, options);
  if (const auto* failed = std::get_if<failure>(&answer)) {
    ADD_FAILURE() << failed->what;
    return {};
  }
  return std::get<ingest_result>(std::move(answer));
}

/// Reads bytes that must be refused, and says why.
inline std::string must_refuse(const bytes& file, const ingest_options& options = {},
                               const std::string& name = "test.pcap") {
  const auto answer = read_bytes(file, name, options);
  const auto* failed = std::get_if<failure>(&answer);
  EXPECT_NE(failed, nullptr);
  if (failed == nullptr) return {};
  EXPECT_EQ(failed->code, errc::bad_input);
  EXPECT_EQ(failed->what.rfind(name, 0), 0U) << failed->what;
  return failed->what;
}

inline bytes payload_of(const traffic_group& group, std::size_t message) {
  const auto view = group.payload(group.messages.at(message));
  return {view.begin(), view.end()};
}

/// The group of that name; an empty one, and a failed test, where there is none.
inline const traffic_group& group_named(const ingest_result& result, const std::string& name) {
  static const traffic_group none;
  for (const auto& group : result.groups) {
    if (group->name == name) return *group;
  }
  ADD_FAILURE() << "no group " << name;
  return none;
}

/// A question and an answer over UDP, as IP packets.
inline bytes question() {
  return ipv4("192.0.2.1", "192.0.2.53", 17, udp(40'000, 53, text("question")));
}
inline bytes reply() { return ipv4("192.0.2.53", "192.0.2.1", 17, udp(53, 40'000, text("reply"))); }

}  // namespace troupe::test
