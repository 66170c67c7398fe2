#include "actors/pipeline/grammar_training/boundary_scores.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace troupe {
namespace {

/// One message of fields of these sizes; those in `gaps` are gaps.
labelled_protocol truth_of(const std::vector<std::uint32_t>& sizes,
                           const std::vector<std::size_t>& gaps = {}) {
  labelled_protocol out;
  out.traffic.flows.resize(1);
  auto& fields = out.fields.emplace_back();
  std::uint32_t end = 0;
  for (const auto size : sizes) {
    const bool gap = std::ranges::find(gaps, fields.size()) != gaps.end();
    fields.push_back({end, size, "", gap ? "gap" : "uint"});
    end += size;
  }
  out.traffic.bytes.resize(end, 1);
  message one;
  one.size = end;
  out.traffic.messages.push_back(one);
  return out;
}

/// A format of one type with fields of these sizes.
format found_of(const std::vector<std::uint32_t>& sizes) {
  format out;
  message_type type;
  type.name = "type";
  for (const auto size : sizes) {
    field one;
    one.size.bytes = size;
    one.kind = field_kind::opaque;
    type.elements.push_back({one});
  }
  out.types.push_back(type);
  return out;
}

TEST(boundary_scores, the_truth_scores_one_and_invents_nothing) {
  const auto got = score_boundaries(found_of({2, 1, 4}), truth_of({2, 1, 4}));
  EXPECT_DOUBLE_EQ(got.f1, 1);
  EXPECT_DOUBLE_EQ(got.false_rate, 0);
  EXPECT_DOUBLE_EQ(got.fms, 1);
  EXPECT_DOUBLE_EQ(got.perfection, 1);
}

TEST(boundary_scores, one_boundary_exact_one_a_byte_off_and_one_missing) {
  // True boundaries 2, 4, 8 of 10 bytes; found 2, 7: seven lies in the scope of eight, 6..8.
  const auto got = score_boundaries(found_of({2, 5, 3}), truth_of({2, 2, 4, 2}));
  EXPECT_DOUBLE_EQ(got.f1, 2.0 / 5);
  EXPECT_DOUBLE_EQ(got.false_rate, 1.0 / 6);
  EXPECT_DOUBLE_EQ(got.fms, std::exp(-1.0 / 9) * (1 + std::exp(-0.25)) / 3);
  EXPECT_DOUBLE_EQ(got.perfection, 1.0 / 4);
}

TEST(boundary_scores, a_field_that_is_cut_inside_is_not_perfect_and_a_gap_is_no_field) {
  EXPECT_DOUBLE_EQ(score_boundaries(found_of({1, 1, 2}), truth_of({2, 2})).perfection, 0.5);
  EXPECT_DOUBLE_EQ(score_boundaries(found_of({1, 1, 2}), truth_of({2, 2}, {0})).perfection, 1);
}

TEST(boundary_scores, a_message_of_one_field_is_perfect_when_it_is_left_whole) {
  const auto got = score_boundaries(found_of({3}), truth_of({3}));
  EXPECT_DOUBLE_EQ(got.f1, 0);  // nothing to be found
  EXPECT_DOUBLE_EQ(got.perfection, 1);
}

}  // namespace
}  // namespace troupe
