// The recipe on real captures, by the protocol of the model card (config/models/classifier.md).

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "actors/pipeline/classifier/evaluation.hpp"
#include "actors/pipeline/classifier/model_file.hpp"
#include "tests/actors/pipeline/classifier/real_flows.hpp"

namespace troupe {
namespace {

constexpr double never_early = 2;

class labelled_traffic : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!has_labelled_captures()) return;
    auto read = read_labelled_captures();
    if (auto* data = std::get_if<labelled_folder>(&read)) {
      data_ = std::make_unique<labelled_folder>(std::move(*data));
    }
  }
  static void TearDownTestSuite() { data_.reset(); }

  void SetUp() override {
    if (!has_labelled_captures()) GTEST_SKIP() << "no captures in " << labelled_captures();
    ASSERT_NE(data_, nullptr) << "the captures in " << labelled_captures() << " cannot be read";
  }

  static std::unique_ptr<labelled_folder> data_;  // read once, for all tests
};

std::unique_ptr<labelled_folder> labelled_traffic::data_;

TEST_F(labelled_traffic, all_flows_but_those_of_unsupported_link_types_are_found) {
  for (const std::string& problem : data_->problems) {
    EXPECT_NE(problem.find("is not supported"), std::string::npos) << problem;
  }
  EXPECT_GE(data_->flows.size(), 1480U);
}

TEST_F(labelled_traffic, captures_and_sources_that_training_has_not_seen_are_named) {
  const training_options options;
  const std::vector<std::string> kept{"ntop/nDPI"};
  const evaluation judged(data_->flows, options, kept);
  const auto folds = judged.cross_validation({0, never_early});
  EXPECT_GE(folds.flows, 1150U);
  EXPECT_GE(folds.right, 0.88);
  const auto sources = judged.other_sources({0, never_early});
  EXPECT_GE(sources.flows, 550U);
  EXPECT_GE(sources.right, 0.92);

  const double threshold = judged.threshold_answering(0.85, never_early);
  const auto careful = judged.cross_validation({threshold, never_early});
  EXPECT_LE(careful.abstained, 0.15);
  EXPECT_LE(careful.wrong, 0.05);

  const auto shipped = judged.cross_validation({options.threshold, options.early_threshold});
  EXPECT_LE(shipped.wrong, 0.02);
  EXPECT_LE(shipped.calibration_error, 0.1);
  EXPECT_GE(shipped.by_first_message, 0.6);
  EXPECT_GE(judged.foreign_labels({options.threshold, options.early_threshold}).abstained, 0.65);
}

TEST_F(labelled_traffic, the_shipped_model_knows_what_it_was_trained_on) {
  const auto loaded = load_model(TROUPE_SOURCE_DIR "/config/models/classifier.model");
  ASSERT_TRUE(std::holds_alternative<classifier_model>(loaded)) << std::get<failure>(loaded).what;
  flow_classifier classifier(std::get<classifier_model>(loaded));
  std::size_t right = 0;
  std::size_t wrong = 0;
  for (const labelled_flow& flow : data_->flows) {
    const verdict answer = classifier.classify(flow.view());
    right += answer.label == flow.label ? 1U : 0U;
    wrong += answer.label && answer.label != flow.label ? 1U : 0U;
  }
  const auto all = static_cast<double>(data_->flows.size());
  EXPECT_GE(static_cast<double>(right) / all, 0.95);
  EXPECT_LE(static_cast<double>(wrong) / all, 0.01);
}

}  // namespace
}  // namespace troupe
