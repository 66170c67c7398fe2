#include "runtime/wire/stored_format.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/wire/answer.hpp"
#include "tests/actors/pipeline/parser/random_formats.hpp"

namespace troupe::wire {
namespace {

using nlohmann::json;

std::string stored(const format& what, const std::string& group = "UDP/53") {
  auto input = std::make_shared<traffic_group>();
  input->name = group;
  auto result = std::make_shared<discovery_result>();
  result->found.grammar = std::make_shared<const format>(what);
  answer given;
  auto& only = given.groups.emplace_back();
  only.input = std::move(input);
  only.outcome = discovery_result_ptr(std::move(result));
  return to_json(given, true);
}

std::string why(const std::string& text) {
  const auto read = read_formats(text);
  const auto* refused = std::get_if<failure>(&read);
  return refused == nullptr ? "" : refused->what;
}

/// Evidence may hold bytes of the traffic, which are escaped when it is written; a size that is not
/// counted refers to nothing. Random formats know no chances.
void keep_what_is_written(body& elements) {
  for (auto& one : elements) {
    std::visit(
        [](auto& node) {
          if constexpr (requires { node.evidence; }) node.evidence.clear();
          if constexpr (requires { node.unlisted; }) node.unlisted = 0.25;
          if constexpr (requires { node.tags; }) node.tags = {{"0", 3}};
          if constexpr (requires { node.size; }) {
            if (node.size.kind != size_rule::how::counted) node.size.length_field = 0;
          }
        },
        one.node);
    if (auto* l = std::get_if<list>(&one.node)) keep_what_is_written(l->item);
    if (auto* c = std::get_if<choice>(&one.node)) {
      for (auto& [key, picked] : c->cases) keep_what_is_written(picked);
      keep_what_is_written(c->otherwise);
    }
  }
}

TEST(stored_format, what_was_written_is_read_again) {
  constexpr std::uint64_t seed = 93'000;
  SCOPED_TRACE(seed);
  for (std::uint64_t i = 0; i < 100; ++i) {
    auto what = make_random_case(seed + i, 0).what;
    for (auto& type : what.types) keep_what_is_written(type.elements);
    what.types[0].ends = {2, {{"a", 2}}, {{"ba", 2}}, {{4, 1}, {6, 1}}, {4, 1}, {6, 1}, 2, 0, 1};
    what.transitions = {{0, 0, 3}};
    what.version = 5;
    const auto text = stored(what);
    const auto read = read_formats(text);
    ASSERT_TRUE(std::holds_alternative<std::vector<stored_format>>(read)) << why(text);
    const auto& formats = std::get<std::vector<stored_format>>(read);
    ASSERT_EQ(formats.size(), 1U);
    EXPECT_EQ(formats[0].group, "UDP/53");
    EXPECT_EQ(formats[0].what, what) << "seed " << seed + i;
  }
}

TEST(stored_format, a_refusal_says_what_is_wrong_and_where) {
  auto given = json::parse(stored(make_random_case(1, 0).what));
  const auto with = [&](const std::string& path, const json& value) {
    auto changed = given;
    changed[json::json_pointer("/results/0/result/format" + path)] = value;
    return why(changed.dump());
  };
  EXPECT_NE(why("{").find("no format"), std::string::npos);
  EXPECT_EQ(why("{}"), "there is no format in it");
  EXPECT_NE(with("/order", "unspecified").find("results[0].result.format.order is missing"),
            std::string::npos);
  EXPECT_NE(with("/identity", std::string(32, '0')).find(".identity does not fit"),
            std::string::npos);
  EXPECT_NE(with("/selector/fallback", 4'000).find("the fallback does not exist"),
            std::string::npos);
  EXPECT_NE(with("/transitions", json::array({{{"from", 99'999}}})).find("a type does not exist"),
            std::string::npos);
  EXPECT_NE(
      with("/types/0/elements/0", json::object()).find(".types[0].elements[0].node is missing"),
      std::string::npos);
  for (const double chance : {-0.1, 1.1}) {
    const json tree = {{"berTree", {{"name", "tree"}, {"unlisted", chance}}}};
    EXPECT_NE(with("/types/0/elements/0", tree).find("unlisted is no chance"), std::string::npos)
        << with("/types/0/elements/0", tree);
  }
  EXPECT_NE(with("/unknown_name", 1).find("unknown_name"), std::string::npos);
}

}  // namespace
}  // namespace troupe::wire
