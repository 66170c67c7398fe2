#include "actors/pipeline/classifier/model_file.hpp"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "actors/pipeline/classifier/training.hpp"
#include "tests/actors/pipeline/classifier/toy_flows.hpp"

namespace troupe {
namespace {

constexpr std::size_t header_bytes = 36;

// Small, so that every one of its bytes can be damaged in turn.
const classifier_model& small_model() {
  static const classifier_model model = [] {
    std::mt19937_64 random(3);
    std::vector<labelled_flow> flows;
    for (int capture = 0; capture < 4; ++capture) {
      for (const std::string label : {"alpha", "beta"}) {
        labelled_flow flow;
        flow.label = label;
        flow.capture = label + std::to_string(capture);
        flow.l4 = transport::udp;
        const std::uint8_t mark = label == "alpha" ? 0xaa : 0xbb;
        toy::append_message(flow, std::vector<std::uint8_t>{mark, 1, 2});
        flows.push_back(flow);
      }
    }
    training_options options;
    options.folds = 2;
    options.left_out_groups = 2;
    return std::get<classifier_model>(train_classifier(flows, options));
  }();
  return model;
}

std::string refusal(const std::vector<std::uint8_t>& file) {
  const auto read = decode_model(file);
  const auto* wrong = std::get_if<failure>(&read);
  return wrong == nullptr ? "" : wrong->what;
}

// Makes header and hash fit the body, so that what is wrong inside is looked at.
void seal(std::vector<std::uint8_t>& file) {
  const auto hash = XXH3_128bits(file.data() + header_bytes, file.size() - header_bytes);
  const std::uint64_t size = file.size() - header_bytes;
  std::memcpy(file.data() + 12, &size, 8);
  std::memcpy(file.data() + 20, &hash.low64, 8);
  std::memcpy(file.data() + 28, &hash.high64, 8);
}

TEST(model_file, what_was_written_is_read_back) {
  const auto file = encode_model(small_model());
  const auto read = decode_model(file);
  ASSERT_TRUE(std::holds_alternative<classifier_model>(read)) << refusal(file);
  const auto& model = std::get<classifier_model>(read);
  EXPECT_EQ(model.name, small_model().name);
  EXPECT_EQ(model.members.labels, small_model().members.labels);
  EXPECT_EQ(model.confidence.values(), small_model().confidence.values());
  EXPECT_EQ(encode_model(model), file);
}

TEST(model_file, every_single_damaged_byte_is_refused) {
  auto file = encode_model(small_model());
  for (std::size_t i = 0; i < file.size(); ++i) {
    file[i] ^= 0x5a;
    EXPECT_NE(refusal(file), "") << "byte " << i;
    file[i] ^= 0x5a;
  }
  EXPECT_EQ(refusal(file), "");
}

TEST(model_file, every_shorter_file_is_refused) {
  const auto file = encode_model(small_model());
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_NE(refusal({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}), "")
        << size << " bytes";
  }
}

TEST(model_file, damage_under_a_right_hash_is_refused_or_harmless) {
  constexpr std::uint64_t seed = 77;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto whole = encode_model(small_model());
  const auto probe = toy::six_protocols(1);
  for (std::size_t i = header_bytes; i < whole.size(); ++i) {
    auto file = whole;
    file[i] = static_cast<std::uint8_t>(file[i] ^ (1 + random() % 255));
    seal(file);
    const auto read = decode_model(file);
    if (const auto* model = std::get_if<classifier_model>(&read)) {
      EXPECT_LE(classify_flow(*model, probe[i % probe.size()].view()).segments_used, 6U);
    }
  }
}

TEST(model_file, says_what_is_wrong) {
  const auto whole = encode_model(small_model());
  EXPECT_EQ(refusal({'P', 'K', 3, 4}), "not a classifier model");
  auto other_version = whole;
  other_version[8] = 9;
  EXPECT_NE(refusal(other_version).find("layout 9"), std::string::npos);
  auto longer = whole;
  longer.push_back(0);
  EXPECT_NE(refusal(longer).find("bytes announced"), std::string::npos);
  auto damaged = whole;
  damaged.back() ^= 1;
  EXPECT_NE(refusal(damaged).find("damaged"), std::string::npos);
  seal(longer);
  EXPECT_NE(refusal(longer).find("behind its end"), std::string::npos);
}

TEST(model_file, a_file_is_written_whole_and_read_back) {
  const auto path = (std::filesystem::path(testing::TempDir()) / "small.model").string();
  const failure written = save_model(small_model(), path);
  ASSERT_FALSE(written) << written.what;
  EXPECT_TRUE(std::holds_alternative<classifier_model>(load_model(path)));
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
  std::filesystem::remove(path);
}

TEST(model_file, a_missing_or_foreign_file_is_refused_by_its_path) {
  const auto missing = load_model("no/such/folder/a.model");
  ASSERT_TRUE(std::holds_alternative<failure>(missing));
  EXPECT_NE(std::get<failure>(missing).what.find("no/such/folder/a.model"), std::string::npos);
  const auto path = (std::filesystem::path(testing::TempDir()) / "foreign.model").string();
  std::ofstream(path) << "this is text";
  const auto foreign = load_model(path);
  ASSERT_TRUE(std::holds_alternative<failure>(foreign));
  EXPECT_EQ(std::get<failure>(foreign).what, path + ": not a classifier model");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace troupe
