#include "actors/pipeline/worker/stage_functions.hpp"

#include <gtest/gtest.h>

#include "actors/pipeline/classifier/classifier.hpp"
#include "bench/support/traffic.hpp"
#include "tests/support/shipped_grammar.hpp"

namespace troupe {
namespace {

failure run(const stage_table& table, stage which, const traffic_group& traffic, findings& found) {
  bool cut_short = false;
  return table[static_cast<std::size_t>(which)]({traffic, validation_level::strict, {}}, found,
                                                cut_short);
}

TEST(stage_functions, each_stage_adds_its_own_result_once_it_has_what_it_needs) {
  const auto table = make_stage_table(nullptr, test::shipped_grammar());
  const auto traffic = bench::dns_like(40, 3);
  findings found;
  EXPECT_FALSE(run(table, stage::statistics, *traffic, found));
  EXPECT_FALSE(run(table, stage::grammar, *traffic, found));
  EXPECT_FALSE(run(table, stage::parser, *traffic, found));
  EXPECT_FALSE(run(table, stage::validator, *traffic, found));
  ASSERT_NE(found.validity, nullptr);
  EXPECT_EQ(found.stats->messages, 40U);
  EXPECT_EQ(found.parse->messages, 40U);
  EXPECT_EQ(found.validity->level, validation_level::strict);
}

TEST(stage_functions, a_stage_without_what_it_needs_fails_with_its_own_code_and_adds_nothing) {
  const auto table = make_stage_table(nullptr, test::shipped_grammar());
  const auto traffic = bench::dns_like(4, 3);
  findings found;
  EXPECT_EQ(run(table, stage::grammar, *traffic, found).code, errc::grammar_failed);
  EXPECT_EQ(run(table, stage::parser, *traffic, found).code, errc::parser_failed);
  EXPECT_EQ(run(table, stage::validator, *traffic, found).code, errc::validator_failed);
  EXPECT_EQ(run(table, stage::classifier, *traffic, found).code, errc::classifier_failed);
  EXPECT_EQ(found, findings{});
}

TEST(stage_functions, without_a_model_there_is_no_format) {
  const auto table = make_stage_table(nullptr, nullptr);
  const auto traffic = bench::dns_like(40, 3);
  findings found;
  EXPECT_FALSE(run(table, stage::statistics, *traffic, found));
  EXPECT_EQ(run(table, stage::grammar, *traffic, found).code, errc::grammar_failed);
  EXPECT_EQ(found.grammar, nullptr);
}

TEST(stage_functions, a_group_without_payload_has_statistics_and_no_format) {
  const auto table = make_stage_table(nullptr, test::shipped_grammar());
  const traffic_group silent;
  findings found;
  EXPECT_FALSE(run(table, stage::statistics, silent, found));
  EXPECT_EQ(run(table, stage::grammar, silent, found).code, errc::grammar_failed);
}

TEST(stage_functions, a_stage_that_is_stopped_from_the_beginning_says_that_it_was_cut_short) {
  const auto table = make_stage_table(nullptr, test::shipped_grammar());
  const auto traffic = bench::records(3000, 120, 3);
  findings found;
  ASSERT_FALSE(run(table, stage::statistics, *traffic, found));
  std::stop_source stopped;
  stopped.request_stop();
  const work_context context{quality_mode::accurate, 1, stopped.get_token()};
  bool cut_short = false;
  const auto why = table[static_cast<std::size_t>(stage::grammar)](
      {*traffic, validation_level::basic, context}, found, cut_short);
  EXPECT_FALSE(why);
  EXPECT_TRUE(cut_short);
  EXPECT_NE(found.grammar, nullptr);
}

}  // namespace
}  // namespace troupe
