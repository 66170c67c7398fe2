#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/cli/report/hex_view.hpp"
#include "runtime/cli/report/table.hpp"
#include "runtime/cli/report/words.hpp"
#include "tests/runtime/cli/example_group.hpp"

namespace troupe::cli {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

style plain(std::size_t width) { return {false, true, width, false}; }

TEST(report, fits_the_width_of_the_terminal) {
  for (const std::size_t width : {60UL, 80UL, 100UL, 140UL, 200UL}) {
    for (const bool colour : {false, true}) {
      auto look = plain(width);
      look.colour = colour;
      for (const auto& line : lines_of(group_report(example_group(), look))) {
        EXPECT_LE(columns_of(line), width) << line;
      }
    }
  }
}

TEST(report, has_every_section) {
  const auto text = group_report(example_group(), plain(80));
  for (const auto* part : {"UDP/4711",
                           "9 messages",
                           "one datagram, one message",
                           "Example",
                           "97 %",
                           "2 message types",
                           "Message types",
                           "byte 2 = 01",
                           "Sample messages",
                           "Fields of request",
                           "the answer carries the same bytes",
                           "Violations",
                           "length says 64 bytes",
                           "Not used",
                           "packet cut by the capture",
                           "packet 17",
                           "Time",
                           "partial",
                           "cut short",
                           "would take 4.0 ms"}) {
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  }
}

TEST(report, without_colours_has_no_escape_sequence_even_where_the_traffic_has_some) {
  EXPECT_FALSE(has(group_report(example_group(), plain(80)), "\x1b"));
}

TEST(report, with_colours_is_the_same_text_but_for_marks) {
  auto look = plain(80);
  look.colour = true;
  const auto text = group_report(example_group(), look);
  EXPECT_TRUE(has(text, "\x1b["));
  EXPECT_FALSE(has(text, "\x1b[2J"));  // the traffic's own sequence
}

TEST(report, is_ascii_where_the_terminal_is) {
  auto look = plain(80);
  look.unicode = false;
  const auto text = group_report(example_group(), look);
  EXPECT_TRUE(std::all_of(text.begin(), text.end(),
                          [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST(report, of_a_result_without_any_finding_still_says_what_is_known) {
  auto view = example_group();
  auto empty = std::make_shared<discovery_result>(*view.result);
  empty->found = {};
  view.result = empty;
  view.samples.clear();
  const auto text = group_report(view, plain(80));
  EXPECT_TRUE(has(text, "none found"));
  EXPECT_TRUE(has(text, "12 00 01 05")) << text;
}

TEST(report, of_a_group_without_messages_does_not_fail) {
  group_view view;
  view.input = std::make_shared<traffic_group>();
  view.result = std::make_shared<discovery_result>();
  EXPECT_FALSE(group_report(view, plain(80)).empty());
}

TEST(samples, show_each_type_and_two_lengths_where_there_is_room) {
  const auto view = example_group();
  ASSERT_EQ(view.samples.size(), 3U);  // all answers have one length
  EXPECT_EQ(view.samples[0].parsed.type, 0U);
  EXPECT_EQ(view.samples[1].parsed.type, 0U);
  EXPECT_EQ(view.samples[2].parsed.type, 1U);
}

TEST(hex_view, marks_the_ends_of_fields_without_colours) {
  const std::vector<std::uint8_t> bytes{1, 2, 3, 4};
  std::vector<parsed_field> leaves(2);
  leaves[0] = {0, 1, field_kind::number, byte_order::big, "a"};
  leaves[1] = {1, 3, field_kind::opaque, byte_order::big, "b"};
  const auto lines = lines_of(hex_view(bytes, leaves, 4, plain(80)));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].substr(0, 22), "    0000  01|02 03 04 ") << lines[0];
  EXPECT_EQ(lines[0].substr(lines[0].size() - 4), "....");
  EXPECT_EQ(lines[1], "          0:a=1  1:b=02 03 04");
}

TEST(hex_view, leaves_beyond_the_message_or_the_shown_rows_do_no_harm) {
  const std::vector<std::uint8_t> bytes(100, 0x41);
  std::vector<parsed_field> leaves(2);
  leaves[0] = {90, 4000, field_kind::text, byte_order::big, "far"};
  leaves[1] = {4000, 8, field_kind::number, byte_order::big, "outside"};
  const auto text = hex_view(bytes, leaves, 1, plain(80));
  EXPECT_TRUE(has(text, "84 bytes more"));
  EXPECT_TRUE(has(text, "2 fields beyond"));
  EXPECT_TRUE(hex_view({}, {}, 4, plain(80)).empty());
}

TEST(table, narrows_the_columns_that_give_way) {
  table rows({{"name", false, true}, {"count", true, false}});
  rows.add({{std::string(100, 'x')}, {"12345"}});
  rows.add({{"y"}, {"1"}});
  const auto lines = lines_of(rows.text(plain(60), 2));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(columns_of(lines[1]), 60U);
  EXPECT_EQ(columns_of(lines[2]), 60U);
  EXPECT_TRUE(has(lines[1], "..."));
  EXPECT_TRUE(has(lines[1], "12345"));
}

TEST(table, continues_a_long_last_cell_on_more_lines) {
  table rows({{"n", true, false}, {"reason", false, true}});
  rows.add({{"1"}, {"one two three four five six seven eight nine ten eleven twelve"}});
  const auto lines = lines_of(rows.text(plain(60), 2));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[2], "     twelve");
}

TEST(words, quantities_read_well_at_their_edges) {
  EXPECT_EQ(percent(0), "0 %");
  EXPECT_EQ(percent(0.00001), "< 0.1 %");
  EXPECT_EQ(percent(0.5), "50 %");
  EXPECT_EQ(percent(0.9999), "99.9 %");
  EXPECT_EQ(percent(1), "100 %");
  EXPECT_EQ(byte_count(1023), "1023 B");
  EXPECT_EQ(byte_count(1024), "1.0 KiB");
  EXPECT_EQ(byte_count(1ULL << 30U), "1.0 GiB");
  EXPECT_EQ(time_span(std::chrono::nanoseconds(900)), "900 ns");
  EXPECT_EQ(time_span(std::chrono::microseconds(3100)), "3.1 ms");
  EXPECT_EQ(time_span(std::chrono::seconds(60)), "60 s");
  EXPECT_EQ(time_span(std::chrono::seconds(200)), "3 min 20 s");
  EXPECT_EQ(counted(1, "flow"), "1 flow");
  EXPECT_EQ(counted(0, "flow"), "0 flows");
}

TEST(words, values_are_shown_as_their_kind_is_read) {
  const std::vector<std::uint8_t> bytes{192, 0, 2, 1};
  EXPECT_EQ(value_text(bytes, field_kind::ipv4, byte_order::big), "192.0.2.1");
  EXPECT_EQ(value_text(bytes, field_kind::number, byte_order::big), "3221225985");
  EXPECT_EQ(value_text(bytes, field_kind::number, byte_order::little), "16908480");
  EXPECT_EQ(value_text(bytes, field_kind::id, byte_order::big), "0xc0000201");
  EXPECT_EQ(value_text(bytes, field_kind::opaque, byte_order::big), "c0 00 02 01");
  EXPECT_EQ(value_text({}, field_kind::number, byte_order::big), "empty");
}

TEST(words, wrapped_text_keeps_every_word) {
  EXPECT_EQ(wrapped("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("abcdefgh", 3), (std::vector<std::string>{"abc", "def", "gh"}));
  EXPECT_EQ(wrapped("", 3), std::vector<std::string>{""});
}

}  // namespace
}  // namespace troupe::cli
