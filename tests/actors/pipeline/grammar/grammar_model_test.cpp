#include "actors/pipeline/grammar/grammar_model.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/shipped_grammar.hpp"

namespace troupe {
namespace {

grammar_model some_model() {
  grammar_model out{"some name 7", {}};
  for (std::size_t i = 0; i < out.weights.size(); ++i) {
    out.weights[i] = 0.1 * static_cast<double>(i) - 1.0 / 3;
  }
  return out;
}

std::string refusal(const std::string& text) {
  const auto read = decode_grammar_model(text);
  const auto* why = std::get_if<failure>(&read);
  return why != nullptr ? why->what : "accepted";
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(grammar_model, what_is_written_is_read_to_the_last_bit) {
  const auto read = decode_grammar_model(encode_grammar_model(some_model()));
  ASSERT_TRUE(std::holds_alternative<grammar_model>(read));
  EXPECT_EQ(std::get<grammar_model>(read), some_model());
}

TEST(grammar_model, every_cut_off_file_and_every_changed_byte_is_refused_with_its_line) {
  const auto text = encode_grammar_model(some_model());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_TRUE(has(refusal(text.substr(0, size)), "line ")) << size;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_TRUE(has(refusal(damaged), "line ")) << at << ": " << refusal(damaged);
  }
}

TEST(grammar_model, a_refusal_says_what_is_wrong_where) {
  const auto text = encode_grammar_model(some_model());
  EXPECT_TRUE(has(refusal(""), "line 1: expected \"troupe grammar model ...\""));
  EXPECT_TRUE(has(refusal(replaced(text, "model 1", "model 2")),
                  "line 1: layout 2, this program reads 1: train the model again"));
  EXPECT_TRUE(has(refusal(replaced(text, "some name 7", "")), "line 2: a name has 1 to 100 bytes"));
  EXPECT_TRUE(has(refusal(replaced(text, "left_small", "left_tiny")),
                  "line 4: expected \"weight left_small ...\""));
  for (const auto* const bad : {"nan", "inf", "100.5", "-1e300", "1,5", "", " 1", "1 "}) {
    const auto why = refusal(replaced(text, "left_zero -0.1333", std::string("left_zero ") + bad));
    EXPECT_TRUE(has(why, "line 5: ")) << bad << ": " << why;
  }
  EXPECT_TRUE(has(refusal(replaced(text, "some name 7", "some name 8")), "damaged"));
  EXPECT_TRUE(has(refusal(text + "\n"), "behind this last line"));
}

TEST(grammar_model, a_name_is_one_line_of_1_to_100_bytes) {
  EXPECT_TRUE(is_model_name(std::string(100, 'x')));
  EXPECT_FALSE(is_model_name(std::string(101, 'x')));
  EXPECT_FALSE(is_model_name(""));
  EXPECT_FALSE(is_model_name("a\nb"));
}

class grammar_model_files : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path() const { return (folder_ / "a.model").string(); }

  static std::string refusal_of_file(const std::string& path) {
    const auto read = load_grammar_model(path);
    const auto* why = std::get_if<failure>(&read);
    return why != nullptr ? why->what : "accepted";
  }

 private:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("grammar_model." + std::to_string(getpid()));
};

TEST_F(grammar_model_files, a_saved_model_is_loaded) {
  std::ofstream(path()) << encode_grammar_model(some_model());
  const auto read = load_grammar_model(path());
  ASSERT_TRUE(std::holds_alternative<grammar_model>(read));
  EXPECT_EQ(std::get<grammar_model>(read), some_model());
}

TEST_F(grammar_model_files, refusals_name_the_path) {
  EXPECT_EQ(refusal_of_file("no/such.model"), "no/such.model: cannot open the grammar model");
  std::ofstream(path()) << "something else\n";
  EXPECT_TRUE(has(refusal_of_file(path()), path() + ": grammar model, line 1: "));
  std::ofstream(path()) << std::string(grammar_model_limit_bytes, 'x');
  EXPECT_TRUE(has(refusal_of_file(path()), "line 1: "));
  std::ofstream(path()) << std::string(grammar_model_limit_bytes + 1, 'x');
  EXPECT_TRUE(has(refusal_of_file(path()), "more than 65536 bytes"));
}

TEST_F(grammar_model_files, the_shipped_model_has_evidence_of_every_kind) {
  for (const auto weight : test::shipped_grammar()->weights) EXPECT_NE(weight, 0);
}

}  // namespace
}  // namespace troupe
