#include "actors/pipeline/grammar_training/labelled_protocol.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

namespace troupe {
namespace {

const std::string good = R"({"hex":"0a0bff","direction":"s2c","t":-0.5,"flow":1,"other":{},)"
                         R"("fields":[{"offset":0,"length":2,"name":"id","type":"uint"},)"
                         R"({"offset":2,"length":1,"name":"","type":"gap"}]})";

std::string refusal(const std::string& text) {
  const auto read = read_labelled_protocol(text, "x");
  const auto* why = std::get_if<failure>(&read);
  return why != nullptr ? why->what : "accepted";
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(labelled_protocol, a_message_is_read_with_its_fields) {
  const auto read = read_labelled_protocol("\n" + good + "\r\n" + good, "x");
  ASSERT_TRUE(std::holds_alternative<labelled_protocol>(read)) << refusal(good);
  const auto& got = std::get<labelled_protocol>(read);
  EXPECT_EQ(got.traffic.name, "x");
  ASSERT_EQ(got.traffic.messages.size(), 2U);
  const auto& one = got.traffic.messages[1];
  EXPECT_EQ(one.dir, direction::server_to_client);
  EXPECT_EQ(one.flow, 1U);
  EXPECT_EQ(one.since_start, -std::chrono::milliseconds(500));
  const auto bytes = got.traffic.payload(one);
  EXPECT_EQ(std::vector<std::uint8_t>(bytes.begin(), bytes.end()),
            (std::vector<std::uint8_t>{0x0a, 0x0b, 0xff}));
  ASSERT_EQ(got.fields[1].size(), 2U);
  EXPECT_EQ(got.fields[1][0].name, "id");
  EXPECT_EQ(got.fields[1][1].offset, 2U);
  EXPECT_EQ(got.fields[1][1].type, "gap");
}

TEST(labelled_protocol, a_bad_line_is_refused_with_its_number_and_what_is_wrong) {
  const auto of = [](const std::string& from, const std::string& to) {
    return refusal(good + "\n\n" + replaced(good, from, to) + "\n");
  };
  EXPECT_TRUE(has(of("\"hex\"", "\"hix\""), "line 3: ")) << of("\"hex\"", "\"hix\"");
  EXPECT_TRUE(has(of("0a0bff", "0a0bf"), "line 3: \"hex\" is not whole bytes"));
  EXPECT_TRUE(has(of("0a0bff", ""), "line 3: \"hex\" is not whole bytes"));
  EXPECT_TRUE(has(of("0a0bff", "0a0bfg"), "line 3: \"hex\" has a character"));
  EXPECT_TRUE(has(of("s2c", "c2c"), "line 3: \"direction\" is not c2s or s2c"));
  EXPECT_TRUE(has(of("-0.5", "1e30"), "line 3: \"t\" is no time"));
  EXPECT_TRUE(has(of("\"flow\":1", "\"flow\":-1"), "line 3: \"flow\" is no whole number"));
  EXPECT_TRUE(has(of("\"flow\":1", "\"flow\":1000001"), "line 3: \"flow\" is no whole number"));
  EXPECT_TRUE(has(of("\"offset\":2", "\"offset\":1"), "line 3: a field at offset 1 of 1 bytes"));
  EXPECT_TRUE(has(of("\"length\":1", "\"length\":0"), "line 3: a field at offset 2 of 0 bytes"));
  EXPECT_TRUE(has(of("\"length\":1", "\"length\":4"), "line 3: \"length\" is no whole number"));
  EXPECT_TRUE(
      has(of("0a0bff", "0a0bff00"), "line 3: the fields end at offset 3, the message at 4"));
  EXPECT_TRUE(has(of("]}", "]"), "line 3: "));
  EXPECT_EQ(refusal(" \n"), "there is no message");
}

class labelled_folders : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

  [[nodiscard]] std::string refusal_of_folder() const {
    const auto read = load_labelled_protocols(folder_.string());
    const auto* why = std::get_if<failure>(&read);
    return why != nullptr ? why->what : "accepted";
  }

  void zip(const std::string& name, const std::string& text) const {
    gzFile out = gzopen(path(name).c_str(), "wb");
    gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    gzclose(out);
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("labelled_folders." + std::to_string(getpid()));
};

TEST_F(labelled_folders, plain_and_compressed_files_are_read_by_name_and_others_left_alone) {
  std::ofstream(path("b.jsonl")) << good << '\n';
  zip("a.jsonl.gz", good + "\n" + good + "\n");
  std::ofstream(path("README.md")) << "text\n";
  const auto read = load_labelled_protocols(folder_.string());
  ASSERT_TRUE(std::holds_alternative<std::vector<labelled_protocol>>(read)) << refusal_of_folder();
  const auto& got = std::get<std::vector<labelled_protocol>>(read);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].traffic.name, "a");
  EXPECT_EQ(got[0].traffic.messages.size(), 2U);
  EXPECT_EQ(got[1].traffic.name, "b");
}

TEST_F(labelled_folders, refusals_name_the_file) {
  EXPECT_TRUE(has(refusal_of_folder(), "has no .jsonl"));
  std::ofstream(path("a.jsonl")) << good << "\nnonsense\n";
  EXPECT_TRUE(has(refusal_of_folder(), path("a.jsonl") + ": line 2: ")) << refusal_of_folder();
  std::filesystem::remove(path("a.jsonl"));
  std::ofstream(path("a.1.jsonl")) << good << '\n';
  std::ofstream(path("a.2.jsonl")) << good << '\n';
  EXPECT_TRUE(has(refusal_of_folder(), path("a.2.jsonl") + ": there is another file of the"))
      << refusal_of_folder();
  std::filesystem::remove(path("a.1.jsonl"));
  std::filesystem::remove(path("a.2.jsonl"));
  std::string noise;
  for (int i = 0; i < 3000; ++i) noise += std::to_string(i * 7919 % 10007);
  zip("b.jsonl.gz", noise);
  std::filesystem::resize_file(path("b.jsonl.gz"), 2000);
  EXPECT_TRUE(has(refusal_of_folder(), path("b.jsonl.gz") + ": cannot be read: "))
      << refusal_of_folder();
  std::filesystem::remove_all(folder_);
  EXPECT_TRUE(has(refusal_of_folder(), folder_.string() + ": "));
}

}  // namespace
}  // namespace troupe
