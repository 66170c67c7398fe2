#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "actors/pipeline/parser/kaitai_export.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "tests/integration/exports/export_case.hpp"

namespace troupe {
namespace {

using nlohmann::json;

const std::string source_folder = TROUPE_SOURCE_DIR "/tests/integration/exports";

/// Installs the compiler and runtime that package-lock.json names, once for a build folder.
std::string module_folder() {
  const std::filesystem::path folder = std::filesystem::path(TROUPE_BINARY_DIR) / "exports_modules";
  std::filesystem::create_directories(folder);
  run_tool("flock '" + folder.string() + "/lock' sh '" + source_folder + "/install.sh' '" +
           source_folder + "' '" + folder.string() + "' 1>&2");
  return folder.string();
}

std::string hex_of(const std::vector<std::uint8_t>& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string input_of(const std::vector<export_case>& cases) {
  std::string lines;
  for (const auto& each : cases) {
    json one{{"ksy", to_kaitai(each.what, each.name)}, {"messages", json::array()}};
    for (const auto& sample : each.samples)
      one["messages"].push_back({{"hex", hex_of(sample.bytes)},
                                 {"server_to_client", sample.dir == direction::server_to_client}});
    lines += one.dump() + '\n';
  }
  return lines;
}

/// Compares what the compiled parsers read with ours, for each message that ours reads whole.
void compare(const std::vector<export_case>& cases, const std::string& folder_name) {
  const auto folder = fresh_folder(folder_name);
  write_file(folder + "/cases", input_of(cases));
  std::istringstream answers(run_tool("node '" + source_folder + "/kaitai_driver.js' '" +
                                      module_folder() + "' < '" + folder + "/cases'"));
  std::size_t compared = 0;
  std::string line;
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    ASSERT_TRUE(std::getline(answers, line));
    const auto answer = json::parse(line);
    ASSERT_FALSE(answer.contains("error")) << answer["error"] << to_kaitai(each.what, each.name);
    const parser machine(each.what);
    ASSERT_FALSE(machine.refused()) << machine.refused().what;
    for (std::size_t i = 0; i < each.samples.size(); ++i) {
      const auto& sample = each.samples[i];
      const auto ours = machine.parse(sample.bytes, sample.dir);
      if (ours.error) continue;
      auto expected = json::array();
      for (const auto& leaf : ours.fields) expected.push_back({leaf.offset, leaf.size});
      ASSERT_EQ(answer["messages"][i], expected)
          << "message " << i << ": " << hex_of(sample.bytes) << to_kaitai(each.what, each.name);
      ++compared;
    }
  }
  EXPECT_GT(compared, 0U);
  std::printf("kaitai: %zu formats, %zu messages with equal leaves\n", cases.size(), compared);
}

TEST(kaitai_export, hand_made_formats_compile_and_read_the_same_leaves) {
  compare(hand_made_cases(), "kaitai_hand_made");
}

TEST(kaitai_export, random_formats_compile_and_read_the_same_leaves) {
  constexpr std::uint64_t seed = 51'000;
  std::printf("first seed %llu\n", static_cast<unsigned long long>(seed));
  compare(random_cases(seed, 8, 60), "kaitai_random");
}

TEST(kaitai_export, formats_inferred_from_captures_compile_and_read_the_same_leaves) {
  compare(inferred_cases(TROUPE_SOURCE_DIR "/tests/captures", 60), "kaitai_inferred");
}

}  // namespace
}  // namespace troupe
