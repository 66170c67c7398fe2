#include "runtime/config/reader.hpp"

#include <gtest/gtest.h>

namespace troupe {
namespace {

std::vector<written_setting> read(std::string_view text) {
  auto result = read_settings(text, "test.yaml");
  if (auto* why = std::get_if<failure>(&result)) {
    ADD_FAILURE() << why->what;
    return {};
  }
  return std::get<std::vector<written_setting>>(result);
}

std::string refusal(std::string_view text) {
  const auto result = read_settings(text, "test.yaml");
  const auto* why = std::get_if<failure>(&result);
  if (why == nullptr) return "";
  EXPECT_EQ(why->code, errc::bad_config);
  return why->what;
}

}  // namespace

TEST(config_reader, settings_come_with_their_lines) {
  const auto settings = read("# head\nhttp:\n  port: 80\n  address: '::1'\n\nlog: {level: warn}\n");
  ASSERT_EQ(settings.size(), 3U);
  EXPECT_EQ(settings[0].key, "http.port");
  EXPECT_EQ(settings[0].value, "80");
  EXPECT_EQ(settings[0].line, 3U);
  EXPECT_EQ(settings[1].value, "::1");
  EXPECT_EQ(settings[2].key, "log.level");
  EXPECT_EQ(settings[2].line, 6U);
}

TEST(config_reader, an_empty_file_a_file_of_comments_and_an_empty_section_set_nothing) {
  EXPECT_TRUE(read("").empty());
  EXPECT_TRUE(read("# nothing\n").empty());
  EXPECT_TRUE(read("http:\n").empty());
  EXPECT_EQ(read("http:\nlog:\n  level: off\n").size(), 1U);
}

TEST(config_reader, an_empty_text_is_a_value_and_no_value_is_not) {
  EXPECT_EQ(read("http:\n  token_file: \"\"\n").at(0).value, "");
  EXPECT_EQ(refusal("http:\n  port:\n"), "test.yaml:2: http.port has no value");
  EXPECT_EQ(refusal("http:\n  port: ~\n"), "test.yaml:2: http.port has no value");
}

TEST(config_reader, a_wrong_type_names_the_line_and_the_key) {
  EXPECT_EQ(refusal("http:\n  port: [1, 2]\n"),
            "test.yaml:2: 'http.port': a list stands where a value belongs");
  EXPECT_EQ(refusal("http:\n  port:\n    number: 1\n"),
            "test.yaml:3: 'http.port': a mapping stands where a value belongs");
  EXPECT_EQ(refusal("http: 8080\n"),
            "test.yaml:1: section 'http' needs keys below it, found the text '8080'");
  EXPECT_EQ(refusal("- http\n"), "test.yaml:1: a list stands where a value belongs");
  EXPECT_EQ(refusal("just words"), "test.yaml:1: expected sections, found the text 'just words'");
  EXPECT_NE(refusal("? {a: b}\n: c\n"), "");
  EXPECT_NE(refusal("http:\n  ? {a: b}\n  : c\n"), "");
}

TEST(config_reader, a_key_or_section_that_stands_twice_is_refused) {
  EXPECT_EQ(refusal("http:\n  port: 1\n  port: 2\n"),
            "test.yaml:3: key 'http.port' stands twice, first in line 2");
  EXPECT_EQ(refusal("http:\n  port: 1\nhttp:\n  threads: 2\n"),
            "test.yaml:3: section 'http' stands twice, first in line 1");
}

TEST(config_reader, broken_yaml_names_its_line) {
  EXPECT_EQ(refusal("log:\n  level: off\nhttp: {port: 1\n"),
            "test.yaml:4: not valid YAML: end of map flow not found");
  EXPECT_EQ(refusal("http:\n  port: a: b\n"), "test.yaml:2: not valid YAML: illegal map value");
}

TEST(config_reader, what_no_configuration_has_is_refused_before_it_costs_anything) {
  EXPECT_NE(refusal("a: &x {b: c}\nd: *x\n").find("aliases"), std::string::npos);
  EXPECT_NE(refusal("a: {b: c}\n---\nd: {e: f}\n").find("second document"), std::string::npos);
  EXPECT_NE(refusal(std::string(100'000, '[')), "");
  EXPECT_NE(refusal(std::string(100'000, '{')), "");
  std::string dashes;
  for (int i = 0; i < 50'000; ++i) dashes += "- ";
  EXPECT_NE(refusal(dashes), "");
  EXPECT_NE(refusal(std::string("a: {b: c\0d}", 11)).find("zero byte at offset 8"),
            std::string::npos)
      << refusal(std::string("a: {b: c\0d}", 11));
  EXPECT_NE(refusal(std::string(config_text_limit::bytes + 1, '#')).find("larger than 256KiB"),
            std::string::npos);
  std::string many = "a:\n";
  for (int i = 0; i < 5000; ++i) many += "  k" + std::to_string(i) + ": 1\n";
  EXPECT_NE(refusal(many).find("more than 4096 keys"), std::string::npos);
}

}  // namespace troupe
