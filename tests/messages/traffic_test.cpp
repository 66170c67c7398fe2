#include "messages/traffic.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace troupe {
namespace {

traffic_group sample() {
  traffic_group group;
  group.name = "UDP/53";
  group.l4 = transport::udp;
  group.server_port = 53;
  group.bytes = {1, 2, 3, 4, 5, 6};
  flow one;
  one.l4 = transport::udp;
  one.client = "192.0.2.1:1024";
  one.server = "192.0.2.2:53";
  one.packets = 2;
  one.opening = {{direction::client_to_server, 0, 2, 2, 1}};
  group.flows = {one};
  group.opening_bytes = {1, 2};
  group.messages = {{0, direction::client_to_server, 0, 2, duration{0}, 1},
                    {0, direction::server_to_client, 2, 4, duration{5}, 2}};
  return group;
}

TEST(hash_of_traffic, equal_content_has_equal_hashes) {
  EXPECT_EQ(hash_of(sample()), hash_of(sample()));
  EXPECT_NE(hash_of(sample()), content_hash{});
}

TEST(hash_of_traffic, names_and_addresses_do_not_matter) {
  auto other = sample();
  other.name = "elsewhere";
  other.server_port = 5353;
  other.flows[0].client = "198.51.100.7:9";
  other.flows[0].server = "[2001:db8::1]:53";
  EXPECT_EQ(hash_of(other), hash_of(sample()));
}

TEST(hash_of_traffic, everything_that_can_change_an_answer_matters) {
  const std::vector<std::function<void(traffic_group&)>> changes{
      [](auto& group) { group.bytes[5] = 7; },
      [](auto& group) { group.opening_bytes[0] = 9; },
      [](auto& group) { group.messages[0].dir = direction::server_to_client; },
      [](auto& group) { group.messages[1].since_start = duration{6}; },
      [](auto& group) { group.messages.pop_back(); },
      [](auto& group) {
        group.messages[0].size = 3;
        group.messages[1].offset = 3;
        group.messages[1].size = 3;
      },
      [](auto& group) { group.flows[0].opening[0].wire_size = 1'400; },
      [](auto& group) { group.flows[0].opening[0].dir = direction::server_to_client; },
  };
  for (std::size_t number = 0; number < changes.size(); ++number) {
    auto other = sample();
    changes[number](other);
    EXPECT_NE(hash_of(other), hash_of(sample())) << "change " << number;
  }
}

TEST(hash_of_traffic, an_empty_group_has_a_hash) {
  EXPECT_EQ(hash_of(traffic_group{}), hash_of(traffic_group{}));
  EXPECT_NE(hash_of(traffic_group{}), hash_of(sample()));
}

TEST(traffic, payloads_are_views_into_the_bytes_of_the_group) {
  const auto group = sample();
  const auto payload = group.payload(group.messages[1]);
  EXPECT_EQ(std::vector<std::uint8_t>(payload.begin(), payload.end()),
            (std::vector<std::uint8_t>{3, 4, 5, 6}));
  EXPECT_EQ(group.payload(group.flows[0].opening[0]).size(), 2u);
}

}  // namespace
}  // namespace troupe
