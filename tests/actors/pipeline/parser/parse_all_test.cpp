#include "actors/pipeline/parser/parse_all.hpp"

#include <gtest/gtest.h>

#include "tests/actors/pipeline/parser/builders.hpp"

namespace troupe {
namespace {

using namespace build;  // NOLINT(google-build-using-namespace): the words of these tests

traffic_group group_of(const std::vector<std::string>& messages) {
  traffic_group made;
  made.flows.resize(1);
  for (const auto& text : messages) {
    message one;
    one.offset = static_cast<std::uint32_t>(made.bytes.size());
    one.size = static_cast<std::uint32_t>(text.size());
    made.bytes.insert(made.bytes.end(), text.begin(), text.end());
    made.messages.push_back(one);
  }
  return made;
}

TEST(parse_all, counts_messages_leaves_types_and_explained_bytes) {
  const auto what = of({{leaf("kind", fixed(1), field_kind::enumeration)},
                        {leaf("rest", rest(), field_kind::opaque)}});
  const auto report = parse_all(what, group_of({"a123", "b", ""}), {});
  EXPECT_EQ(report.messages, 3U);
  EXPECT_EQ(report.parsed, 2U);
  EXPECT_EQ(report.fields, 3U);
  EXPECT_DOUBLE_EQ(report.explained_share, 2.0 / 5.0);
  EXPECT_EQ(report.per_type, std::vector<std::uint64_t>{3});
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures[0].message, 2U);
  EXPECT_EQ(report.failures[0].error.path, "kind");
  EXPECT_FALSE(report.cut_short);
}

TEST(parse_all, keeps_the_first_thirty_two_failures) {
  const auto report =
      parse_all(of({{leaf("a", fixed(2))}}), group_of(std::vector<std::string>(40, "x")), {});
  EXPECT_EQ(report.parsed, 0U);
  EXPECT_EQ(report.failures.size(), 32U);
}

TEST(parse_all, stops_when_asked_to) {
  std::stop_source stop;
  stop.request_stop();
  work_context work;
  work.stop = stop.get_token();
  const auto report = parse_all(of({}), group_of({"a"}), work);
  EXPECT_TRUE(report.cut_short);
  EXPECT_EQ(report.messages, 0U);
}

TEST(parse_all, a_format_without_types_fails_every_message) {
  const auto report = parse_all(format{}, group_of({"a", "b"}), {});
  EXPECT_EQ(report.messages, 2U);
  EXPECT_EQ(report.parsed, 0U);
  EXPECT_EQ(report.explained_share, 0.0);
}

}  // namespace
}  // namespace troupe
