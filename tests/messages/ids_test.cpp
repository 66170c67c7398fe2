#include "messages/ids.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace troupe {
namespace {

TEST(ids, zero_means_none) {
  EXPECT_FALSE(request_id{});
  EXPECT_TRUE(request_id{1});
  EXPECT_LT(incarnation{1}, incarnation{2});
}

TEST(ids, ids_of_two_kinds_do_not_mix) {
  EXPECT_FALSE((std::is_convertible_v<request_id, incarnation>));
  EXPECT_FALSE((std::is_convertible_v<std::uint64_t, request_id>));
}

TEST(ids, they_can_be_keys) {
  const std::unordered_set<request_id> requests{{1}, {2}, {1}};
  EXPECT_EQ(requests.size(), 2u);
  const std::unordered_set<content_hash> contents{{1, 2}, {1, 2}, {2, 1}};
  EXPECT_EQ(contents.size(), 2u);
}

TEST(ids, long_ids_are_printed_as_32_hexadecimal_digits) {
  EXPECT_EQ(to_string(trace_id{0x0af7651916cd43dd, 0x8448eb211c80319c}),
            "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(to_string(trace_id{}), std::string(32, '0'));
  EXPECT_EQ(to_string(content_hash{1, 0xff}), "000000000000000100000000000000ff");
}

}  // namespace
}  // namespace troupe
