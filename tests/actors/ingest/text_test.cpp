// JSONL and hex lines.
#include "tests/actors/ingest/ingest_reading.hpp"

namespace troupe::test {
namespace {

std::string line(const std::string& hex_digits, const std::string& more = "") {
  return R"({"protocol":"x","hex":")" + hex_digits +
         R"(","direction":"c2s","t":1.5,"fields":[{"hex":"ff","flow":9}],"flow":3)" + more + "}\n";
}

TEST(jsonl, lines_are_messages_of_one_group_named_by_the_file) {
  const auto result = must_read(
      text(line("0102") + R"({"flow":4,"t":0.25,"direction":"s2c","hex":"AABBCC"})" + "\r\n"), {},
      "folder/dns.small.jsonl");
  EXPECT_EQ(result.report.format, "JSONL");
  ASSERT_EQ(result.groups.size(), 1U);
  const auto& group = *result.groups[0];
  EXPECT_EQ(group.name, "dns");
  EXPECT_EQ(group.frames.kind, framing::how::given);
  ASSERT_EQ(group.messages.size(), 2U);
  EXPECT_EQ(payload_of(group, 0), hex("0102"));
  EXPECT_EQ(payload_of(group, 1), hex("aabbcc"));
  EXPECT_EQ(group.messages[1].source, 2U);
  EXPECT_EQ(group.messages[1].dir, direction::server_to_client);
  EXPECT_EQ(group.messages[1].flow, 1U);
  EXPECT_EQ(group.messages[1].since_start, std::chrono::milliseconds(-1250));
  EXPECT_EQ(group.flows[0].opening.size(), 1U);
}

TEST(jsonl, a_bad_line_is_refused_with_its_number_and_the_rest_goes_on) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"{\"hex\":\"01\"\n", "not JSON"},
      {"[1]\n", "not a JSON object"},
      {line("0g"), "\"hex\": not a hexadecimal digit"},
      {line("012"), "\"hex\": an odd number of digits"},
      {line(""), "\"hex\": no bytes"},
      {R"({"direction":"c2s","t":0,"flow":1})"
       "\n",
       "no key \"hex\" with a text"},
      {R"({"hex":"01","t":0,"flow":1})"
       "\n",
       "no key \"direction\" with a text"},
      {R"({"hex":"01","direction":"c2s","flow":1})"
       "\n",
       "no key \"t\" with a number"},
      {R"({"hex":"01","direction":"c2s","t":0})"
       "\n",
       "no key \"flow\" with a number or a text"},
      {R"({"hex":"01","direction":"up","t":0,"flow":1})"
       "\n",
       "\"direction\" is neither \"c2s\" nor \"s2c\""},
      {R"({"hex":"01","direction":"c2s","t":1e300,"flow":1})"
       "\n",
       "\"t\" is out of range"},
      {std::string(100'000, '[') + "\n", "not JSON"},
  };
  for (const auto& [wrong, reason] : bad) {
    const auto result = must_read(text(line("01") + wrong + line("03")));
    ASSERT_EQ(result.report.refused.size(), 1U) << wrong;
    EXPECT_EQ(result.report.refused[0].reason, reason);
    EXPECT_EQ(result.report.refused[0].first_place, "line 2");
    ASSERT_EQ(result.groups[0]->messages.size(), 2U);
    EXPECT_EQ(result.groups[0]->messages[1].source, 3U);
  }
}

TEST(jsonl, nothing_but_bad_lines_is_refused) {
  const auto why = must_refuse(text("{\"hex\":1}\n"));
  EXPECT_NE(why.find("no key \"hex\""), std::string::npos) << why;
  EXPECT_NE(why.find("line 1"), std::string::npos) << why;
}

TEST(jsonl, an_endless_line_is_passed_over) {
  const auto result =
      must_read(text(line("01") + "{" + std::string(5'000'000, ' ') + "\n" + line("03")));
  ASSERT_EQ(result.report.refused.size(), 1U);
  EXPECT_EQ(result.report.refused[0].first_place, "line 2");
  EXPECT_EQ(result.groups[0]->messages.size(), 2U);
}

TEST(jsonl, gzip_and_a_last_line_without_its_end_are_read) {
  auto content = line("01") + line("02");
  content.pop_back();
  const auto result = must_read(gzip(text(content)));
  EXPECT_EQ(result.report.format, "gzip, JSONL");
  EXPECT_EQ(result.groups[0]->messages.size(), 2U);
}

TEST(hex_lines, one_message_a_line_with_blank_lines_and_comments) {
  const auto result = must_read(text("# two messages\n\n0a0B 0c\r\n\nxyz\nff"), {}, "two.txt");
  EXPECT_EQ(result.report.format, "hex lines");
  const auto& group = *result.groups[0];
  EXPECT_EQ(group.name, "two");
  ASSERT_EQ(group.messages.size(), 2U);
  EXPECT_EQ(payload_of(group, 0), hex("0a0b0c"));
  EXPECT_EQ(group.messages[0].source, 3U);
  EXPECT_EQ(group.messages[1].source, 6U);
  ASSERT_EQ(result.report.refused.size(), 1U);
  EXPECT_EQ(result.report.refused[0].first_place, "line 5");
}

TEST(hex_lines, prose_is_not_an_input) {
  EXPECT_NE(must_refuse(text("Dear reader,\nthis is no capture.\n")).find("not a capture"),
            std::string::npos);
}

TEST(texts, a_message_over_the_limit_is_cut_and_counted) {
  ingest_options options;
  options.message_limit_bytes = 100;
  const auto result = must_read(text(line(std::string(300, 'a'))), options);
  EXPECT_EQ(result.groups[0]->messages[0].size, 100U);
  ASSERT_EQ(result.groups[0]->unused.size(), 1U);
  EXPECT_EQ(result.groups[0]->unused[0].bytes, 50U);
}

TEST(texts, a_text_over_its_budget_is_sampled) {
  std::string content;
  for (int i = 0; i < 1000; ++i) content += line("0102");
  ingest_options options;
  options.group_budget_messages = 10;
  const auto result = must_read(text(content), options);
  EXPECT_EQ(result.groups[0]->messages.size(), 10U);
  EXPECT_EQ(result.groups[0]->messages_seen, 1000U);
  EXPECT_EQ(result.groups[0]->unused[0].messages, 990U);
  EXPECT_EQ(result.groups[0]->unused[0].first_place.rfind("line ", 0), 0U);
}

}  // namespace
}  // namespace troupe::test
