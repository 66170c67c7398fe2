#include "actors/pipeline/parser/format_check.hpp"

#include <gtest/gtest.h>

#include "actors/pipeline/parser/parser.hpp"
#include "tests/actors/pipeline/parser/builders.hpp"

namespace troupe {
namespace {

using namespace build;  // NOLINT(google-build-using-namespace): the words of these tests

/// The part of the refusal that is about the defect.
std::string defect(const format& what) {
  const auto refused = check(what);
  if (!refused) return "";
  EXPECT_EQ(refused.code, errc::parser_failed);
  return refused.what.substr(refused.what.find(": ") + 2);
}

TEST(format_check, a_format_without_a_type_is_refused) {
  EXPECT_EQ(defect({}), "selector: there is no message type");
}

TEST(format_check, a_selector_names_only_types_that_exist) {
  auto what = of({});
  what.pick.fallback = 1;
  EXPECT_EQ(defect(what), "selector: the fallback does not exist");
  what.pick = {{}, {{{}, 1}}, 0};
  EXPECT_EQ(defect(what), "selector: a type does not exist");
  what.pick = {{}, {{{"a"}, 0}}, 0};
  EXPECT_EQ(defect(what), "selector: a tuple has more values than there are keywords");
}

TEST(format_check, a_size_is_a_number_in_an_earlier_element) {
  EXPECT_EQ(defect(of({{leaf("a", fixed(1))}, {leaf("b", counted(0))}})), "");
  EXPECT_EQ(defect(of({{leaf("a", counted(0))}})),
            "type 0, element 0: a size or count is not in an earlier element");
  EXPECT_EQ(defect(of({{leaf("a", fixed(8))}, {leaf("b", counted(0))}})), "");
  EXPECT_EQ(defect(of({{leaf("a", fixed(9))}, {leaf("b", counted(0))}})),
            "type 0, element 1: a size or count is not a number of 1 to 8 bytes");
  EXPECT_EQ(defect(of({{leaf("a", fixed(1))}, {leaf("b", counted(0, 0))}})),
            "type 0, element 1: the unit of a size is zero");
  EXPECT_EQ(defect(of({{leaf("a", fixed(1))}, {leaf("b", counted(0, 1, (1LL << 32) + 1))}})),
            "type 0, element 1: a bias is beyond 4 GiB");
}

TEST(format_check, senseless_rules_are_refused) {
  EXPECT_EQ(defect(of({{leaf("a", align(0))}})), "type 0, element 0: a boundary of zero bytes");
  EXPECT_EQ(defect(of({{leaf("a", until(""))}})), "type 0, element 0: an empty delimiter");
  EXPECT_EQ(defect(of({{leaf("a", inlined())}})), "type 0, element 0: a field cannot be inlined");
  EXPECT_EQ(defect(of({{repeated("l", {}, align(4))}})),
            "type 0, element 0: a list or choice ends neither at a delimiter nor at a boundary");
  auto both = repeated("l", {});
  both.count_field = 0;
  both.end_mark = 0;
  EXPECT_EQ(defect(of({{leaf("n", fixed(1))}, {both}})),
            "type 0, element 1: a list has both a count and an end mark");
  EXPECT_EQ(defect(of({{leaf("n", fixed(1))}, {one_of("c", 1, {})}})),
            "type 0, element 1: the choice is not on an earlier field");
}

TEST(format_check, a_defect_inside_a_case_is_found) {
  EXPECT_EQ(defect(of({{leaf("n", fixed(1))}, {one_of("c", 0, {{"a", {{leaf("x", align(0))}}}})}})),
            "type 0, element 1 (case), element 0: a boundary of zero bytes");
}

TEST(format_check, thirty_two_bodies_in_bodies_pass_and_one_more_is_refused) {
  body nested{{leaf("v", fixed(1))}};
  for (int level = 1; level < 32; ++level) nested = {{repeated("l", std::move(nested))}};
  EXPECT_EQ(defect(of(nested)), "");
  EXPECT_NE(defect(of({{repeated("l", nested)}})).find("bodies are nested too deep"),
            std::string::npos);
}

TEST(format_check, a_refused_format_makes_every_message_one_leaf) {
  const parser machine(of({{leaf("a", align(0))}}));
  ASSERT_TRUE(machine.refused());
  const auto parsed = machine.parse(hex("0102"), direction::client_to_server);
  EXPECT_EQ(shape(parsed), "unparsed:2");
  EXPECT_FALSE(parsed.known_type);
  EXPECT_EQ(parsed.error->reason, machine.refused().what);
  EXPECT_EQ(parser(format{}).parse({}, direction::client_to_server).fields.size(), 0U);
}

}  // namespace
}  // namespace troupe
