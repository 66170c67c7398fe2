#include "messages/stage_list.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace troupe {
namespace {

TEST(stage_list, keeps_the_order_in_which_stages_were_added) {
  stage_list some{stage::grammar};
  some.push_back(stage::statistics);
  EXPECT_EQ(std::vector(some.begin(), some.end()),
            (std::vector{stage::grammar, stage::statistics}));
  EXPECT_EQ(some.front(), stage::grammar);
  EXPECT_EQ(some, (stage_list{stage::grammar, stage::statistics}));
  EXPECT_NE(some, (stage_list{stage::statistics, stage::grammar}));
}

TEST(stage_list, is_empty_at_first) {
  EXPECT_TRUE(stage_list{}.empty());
  EXPECT_NE(stage_list{}, stage_list{stage::statistics}) << "whatever its places hold";
}

TEST(stage_list, holds_every_stage_and_refuses_one_more) {
  stage_list all;
  for (const auto which : all_stages) all.push_back(which);
  EXPECT_EQ(all.size(), all_stages.size());
  EXPECT_THROW(all.push_back(stage::parser), std::length_error);
}

}  // namespace
}  // namespace troupe
