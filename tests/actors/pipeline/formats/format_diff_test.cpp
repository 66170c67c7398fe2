#include "actors/pipeline/formats/format_diff.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/actors/pipeline/parser/builders.hpp"
#include "tests/actors/pipeline/parser/random_formats.hpp"

namespace troupe {
namespace {

using namespace build;  // NOLINT(google-build-using-namespace): the words of these tests
using what = format_change::what;

format base() {
  return of({{leaf("a", fixed(1), field_kind::id)},
             {leaf("b", fixed(2))},
             {leaf("c", fixed(4), field_kind::text)},
             {leaf("d", rest(), field_kind::opaque)}});
}

std::vector<what> kinds(const std::vector<format_change>& changes) {
  std::vector<what> out;
  for (const auto& change : changes) out.push_back(change.kind);
  return out;
}

TEST(format_diff, names_counts_ranges_confidence_and_evidence_are_no_change) {
  auto other = base();
  other.version = 7;
  other.confidence = 1;
  other.types[0].seen = 9;
  auto& b = std::get<field>(other.types[0].elements[1].node);
  b.name = "renamed";
  b.minimum = 4;
  b.evidence = {"because"};
  EXPECT_EQ(identity_of(other), identity_of(base()));
  EXPECT_TRUE(changes_between(base(), other).empty());
}

TEST(format_diff, a_field_in_between_is_added_and_the_others_stay) {
  auto other = base();
  auto& elements = other.types[0].elements;
  elements.insert(elements.begin() + 1, {leaf("new", fixed(3), field_kind::flags)});
  const auto changes = changes_between(base(), other);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0],
            (format_change{what::added, "message", "new", {}, "flags, bytes: 3, big endian"}));
  EXPECT_EQ(to_text(changes[0]), "added    message.new: flags, bytes: 3, big endian");
  EXPECT_EQ(kinds(changes_between(other, base())), std::vector{what::removed});
}

TEST(format_diff, another_kind_is_retyped_and_another_width_resized) {
  auto other = base();
  std::get<field>(other.types[0].elements[0].node).kind = field_kind::sequence;
  std::get<field>(other.types[0].elements[2].node).size.bytes = 8;
  EXPECT_EQ(kinds(changes_between(base(), other)), (std::vector{what::retyped, what::resized}));
}

TEST(format_diff, a_field_elsewhere_is_moved) {
  auto other = base();
  auto& elements = other.types[0].elements;
  std::rotate(elements.begin(), elements.begin() + 1, elements.begin() + 3);
  EXPECT_EQ(kinds(changes_between(base(), other)), std::vector{what::moved});
}

TEST(format_diff, known_values_and_what_picks_a_type_are_told) {
  auto before = base();
  before.pick.keywords = {{keyword::source::bytes, 0, 1}};
  before.pick.types = {{{"a"}, 0}};
  auto after = before;
  after.pick.types[{"b"}] = 0;
  std::get<field>(after.types[0].elements[0].node).values = {{"a", 3}};
  const auto changes = changes_between(before, after);
  EXPECT_EQ(kinds(changes), (std::vector{what::values, what::values}));
  EXPECT_EQ(changes[0].before, "61; others");
  EXPECT_EQ(changes[0].after, "61; 62; others");
}

TEST(format_diff, types_are_known_again_by_their_keywords_whatever_their_order) {
  auto before = base();
  before.types.push_back(before.types[0]);
  before.types[1].name = "second";
  before.types[1].elements.pop_back();
  before.pick.keywords = {{keyword::source::bytes, 0, 1}};
  before.pick.types = {{{"a"}, 0}, {{"b"}, 1}};
  auto after = before;
  std::swap(after.types[0], after.types[1]);
  after.pick.types = {{{"a"}, 1}, {{"b"}, 0}};
  after.pick.fallback = 1;
  EXPECT_EQ(identity_of(before), identity_of(after));
  EXPECT_TRUE(changes_between(before, after).empty());
  after.types.push_back(after.types[0]);
  after.types[2].name = "third";
  after.pick.types[{"c"}] = 2;
  EXPECT_EQ(kinds(changes_between(before, after)), std::vector{what::added});
  EXPECT_EQ(kinds(changes_between(after, before)), std::vector{what::removed});
}

TEST(format_diff, is_empty_exactly_where_identities_are_equal) {
  constexpr std::uint64_t seed = 91'000;
  SCOPED_TRACE(seed);
  std::vector<format> formats;
  for (std::uint64_t i = 0; i < 40; ++i) {
    formats.push_back(make_random_case(seed + i, 0).what);
    auto changed = formats.back();
    for (auto& type : changed.types)
      if (!type.elements.empty()) type.elements.pop_back();
    formats.push_back(std::move(changed));
  }
  std::vector<content_hash> identities;
  for (const auto& one : formats) identities.push_back(identity_of(one));
  for (std::size_t a = 0; a < formats.size(); ++a) {
    for (std::size_t b = 0; b < formats.size(); ++b) {
      EXPECT_EQ(changes_between(formats[a], formats[b]).empty(), identities[a] == identities[b]);
    }
  }
}

}  // namespace
}  // namespace troupe
