#include "messages/errc.hpp"

#include <gtest/gtest.h>

#include <set>

#include "messages/caf.hpp"

namespace troupe {
namespace {

std::vector<errc> all_codes() {
  std::vector<errc> out;
  for (std::uint8_t code = 0; code <= static_cast<std::uint8_t>(errc::internal); ++code) {
    out.push_back(static_cast<errc>(code));
  }
  return out;
}

TEST(errc, every_code_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (const auto code : all_codes()) {
    EXPECT_NE(to_string(code), "unknown");
    EXPECT_TRUE(names.insert(to_string(code)).second) << to_string(code);
  }
}

TEST(errc, what_may_be_tried_again_is_no_property_of_the_input) {
  for (const auto code : all_codes()) {
    EXPECT_FALSE(is_retryable(code) && is_of_the_input(code)) << to_string(code);
  }
  EXPECT_TRUE(is_of_the_input(errc::bad_input));
  EXPECT_FALSE(is_of_the_input(errc::internal));
}

TEST(errc, what_was_not_refused_for_good_may_be_tried_again) {
  EXPECT_TRUE(is_retryable(errc::overloaded));
  EXPECT_TRUE(is_retryable(errc::unavailable));
  EXPECT_TRUE(is_retryable(errc::crashed));
  EXPECT_FALSE(is_retryable(errc::poisoned));
  EXPECT_FALSE(is_retryable(errc::bad_input));
  EXPECT_FALSE(is_retryable(errc::none));
}

TEST(errc, the_caller_is_responsible_for_its_input_and_we_for_our_defects) {
  EXPECT_EQ(responsible_for(errc::bad_input), responsibility::caller);
  EXPECT_EQ(responsible_for(errc::overloaded), responsibility::operator_);
  EXPECT_EQ(responsible_for(errc::internal), responsibility::developer);
}

TEST(errc, every_code_survives_the_way_through_caf) {
  for (const auto code : all_codes()) {
    if (code == errc::none) continue;
    const auto error = make_error(code, "why");
    EXPECT_EQ(code_of(error), code);
    EXPECT_EQ(to_failure(error), (failure{code, "why"}));
    EXPECT_EQ(make_error(failure{code, "why"}), error);
  }
  EXPECT_EQ(code_of({}), errc::none);
}

TEST(errc, errors_of_caf_become_codes) {
  EXPECT_EQ(code_of(caf::make_error(caf::sec::request_receiver_down)), errc::unavailable);
  EXPECT_EQ(code_of(caf::make_error(caf::sec::request_timeout)), errc::deadline_exceeded);
  EXPECT_EQ(code_of(caf::make_error(caf::sec::runtime_error)), errc::crashed);
  EXPECT_EQ(code_of(caf::make_error(caf::sec::unexpected_message)), errc::internal);
}

}  // namespace
}  // namespace troupe
