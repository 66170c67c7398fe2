#include "runtime/config/objectives.hpp"

#include <gtest/gtest.h>

#include "runtime/config/load.hpp"
#include "runtime/config/reader.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using fields = std::vector<std::pair<std::string, std::string>>;

/// Loads the built-in values with these fields of the objective "x" on top.
std::variant<loaded_options, failure> load(const fields& values, const std::string& name = "x") {
  config_request request;
  for (const auto& [field, text] : values) {
    request.overrides.emplace_back("objectives." + name + "." + field, text);
  }
  return load_options(request);
}

std::string refusal(const fields& values, const std::string& name = "x") {
  const auto result = load(values, name);
  const auto* why = std::get_if<failure>(&result);
  return why == nullptr ? "" : why->what;
}

const fields memory{{"metric", "m"},    {"kind", "gauge"},  {"aggregation", "value"},
                    {"operator", "<="}, {"threshold", "5"}, {"target", "0.99"}};

fields with(fields values, const std::string& field, const std::string& text) {
  std::erase_if(values, [&](const auto& one) { return one.first == field; });
  values.emplace_back(field, text);
  return values;
}

fields without(fields values, const std::string& field) {
  std::erase_if(values, [&](const auto& one) { return one.first == field; });
  return values;
}

TEST(objectives, the_built_in_ones_hold_and_those_switched_off_are_left_out) {
  const auto& all = built_in_objectives();
  EXPECT_EQ(all.size(), 7U);
  EXPECT_EQ(all.front().name, "answered_in_time");
  EXPECT_EQ(all.front().target, 0.999);
  EXPECT_EQ(all.front().op, comparison::at_least);
  EXPECT_EQ(all.front().threshold, 0.999);
  const auto loaded = load({{"enabled", "true"}}, "cache_hits");
  EXPECT_EQ(std::get<loaded_options>(loaded).values.objectives.size(), 8U);
}

TEST(objectives, one_of_ones_own_is_read_whole) {
  const auto loaded = load({{"metric", "hits_total{kind=\"a\"}"},
                            {"of", "all_total"},
                            {"kind", "counter"},
                            {"aggregation", "ratio"},
                            {"operator", ">"},
                            {"threshold", "0.5"},
                            {"window", "90m"},
                            {"target", "0.95"},
                            {"page_factor", "10"},
                            {"ticket_factor", "3"}});
  ASSERT_TRUE(std::holds_alternative<loaded_options>(loaded)) << std::get<failure>(loaded).what;
  const auto& got = std::get<loaded_options>(loaded).values.objectives.back();
  EXPECT_EQ(got.name, "x");
  EXPECT_EQ(to_string(got.metric), "hits_total{kind=\"a\"}");
  EXPECT_EQ(got.of->name, "all_total");
  EXPECT_EQ(got.by, aggregation::ratio);
  EXPECT_EQ(got.op, comparison::above);
  EXPECT_EQ(got.window, 90min);
  EXPECT_EQ(got.page_factor, 10);
}

TEST(objectives, a_layer_may_change_one_field_of_an_objective) {
  const auto loaded = load({{"target", "0.99"}}, "answered_in_time");
  const auto& got = std::get<loaded_options>(loaded).values.objectives.front();
  EXPECT_EQ(got.target, 0.99);
  EXPECT_EQ(to_string(*got.of), "troupe_sla_answers_total");
}

TEST(objectives, a_bad_value_names_place_key_and_what_is_allowed) {
  EXPECT_EQ(refusal(with(memory, "operator", "=>")),
            "command line: objectives.x.operator: '=>' is not allowed: expected one of >=, <=, ==, "
            ">, <\ncommand line: objectives.x.operator: is missing: say how the value compares to "
            "the threshold when it is good");
  for (const auto& [field, text] : fields{{"window", "59s"},
                                          {"window", "24h1s"},
                                          {"window", "86401s"},
                                          {"target", "1"},
                                          {"target", "0"},
                                          {"target", "nan"},
                                          {"threshold", "inf"},
                                          {"threshold", "5s"},
                                          {"quantile", "1"},
                                          {"page_factor", "0"},
                                          {"page_factor", "-1"},
                                          {"metric", "9"},
                                          {"metric", ""},
                                          {"kind", "guage"},
                                          {"enabled", "yes"}}) {
    EXPECT_NE(refusal(with(memory, field, text))
                  .find("command line: objectives.x." + field + ": '" + text +
                        "' is not allowed: expected "),
              std::string::npos)
        << field << ' ' << text << ": " << refusal(with(memory, field, text));
  }
}

TEST(objectives, the_edges_of_a_window_belong_to_it) {
  EXPECT_EQ(refusal(with(memory, "window", "24h")), "");
  EXPECT_EQ(
      refusal(with(with(with(memory, "window", "1m"), "page_factor", "1"), "ticket_factor", "1")),
      "");
}

TEST(objectives, an_unknown_field_names_the_nearest) {
  EXPECT_EQ(refusal(with(memory, "treshold", "5")),
            "command line: objectives.x.treshold: an objective has no field 'treshold'; did you "
            "mean threshold?");
  EXPECT_NE(refusal(memory, "Bad Name").find("is no name of an objective"), std::string::npos);
  EXPECT_NE(refusal({{"", "5"}}).find("an objective has no field ''"), std::string::npos);
}

TEST(objectives, what_is_missing_is_asked_for) {
  for (const auto* field : {"metric", "kind", "aggregation", "operator", "threshold", "target"}) {
    EXPECT_NE(
        refusal(without(memory, field)).find("objectives.x." + std::string(field) + ": is missing"),
        std::string::npos)
        << field << ": " << refusal(without(memory, field));
  }
}

TEST(objectives, an_aggregation_that_its_kind_does_not_have_is_refused) {
  const std::vector<std::pair<std::string, std::string>> none{
      {"gauge", "rate"},      {"gauge", "ratio"},    {"gauge", "quantile"},
      {"gauge", "share"},     {"counter", "value"},  {"counter", "quantile"},
      {"histogram", "value"}, {"histogram", "rate"}, {"histogram", "ratio"},
      {"summary", "value"},   {"summary", "rate"},   {"summary", "share"}};
  for (const auto& [kind, by] : none) {
    const auto values = with(with(memory, "kind", kind), "aggregation", by);
    EXPECT_NE(refusal(values).find("a " + kind + " has no " + by), std::string::npos)
        << kind << ' ' << by << ": " << refusal(values);
  }
}

TEST(objectives, a_denominator_belongs_to_ratios_and_shares_of_counters_alone) {
  EXPECT_NE(refusal(with(memory, "of", "n")).find("objectives.x.of: only a ratio or share"),
            std::string::npos);
  const auto ratio = with(with(memory, "kind", "counter"), "aggregation", "ratio");
  EXPECT_NE(refusal(ratio).find("objectives.x.of: is missing"), std::string::npos);
}

TEST(objectives, a_share_of_counters_is_judged_by_its_target_alone) {
  auto share = with(with(memory, "kind", "counter"), "aggregation", "share");
  share = with(share, "of", "n");
  EXPECT_NE(refusal(share).find("objectives.x.threshold: a share of counters"), std::string::npos);
  EXPECT_EQ(refusal(without(without(share, "threshold"), "operator")), "");
}

TEST(objectives, a_share_of_a_histogram_counts_upwards_only) {
  const auto share = with(with(memory, "kind", "histogram"), "aggregation", "share");
  EXPECT_EQ(refusal(share), "");
  EXPECT_NE(refusal(with(share, "operator", ">=")).find("objectives.x.operator: a histogram"),
            std::string::npos);
}

TEST(objectives, a_factor_that_can_never_fire_is_refused_with_the_reason) {
  EXPECT_EQ(refusal(with(memory, "page_factor", "100")),
            "command line: objectives.x.page_factor: a burn rate above 100 never comes: with "
            "target 0.99 it is at most 100, when every event is bad; set a smaller factor");
  EXPECT_EQ(refusal(with(memory, "target", "0.9")),
            "command line: objectives.x.page_factor: has its default, and a burn rate above 14.4 "
            "never comes: with target 0.9 it is at most 10, when every event is bad; set a smaller "
            "factor");
}

TEST(objectives, more_than_a_node_watches_are_refused) {
  config_request request;
  for (int i = 0; i < 26; ++i) {
    for (const auto& [field, text] : memory) {
      request.overrides.emplace_back("objectives.o" + std::to_string(i) + "." + field, text);
    }
  }
  const auto result = load_options(request);
  ASSERT_TRUE(std::holds_alternative<failure>(result));
  EXPECT_EQ(std::get<failure>(result).what,
            "command line: objectives.o25: is one objective too many: at most 32 can be enabled");
  request.overrides.emplace_back("objectives.o0.enabled", "false");
  EXPECT_TRUE(std::holds_alternative<loaded_options>(load_options(request)));
}

TEST(objectives, a_variable_names_an_objectives_field_too) {
  config_request request;
  request.variables["TROUPE__OBJECTIVES__MEMORY__THRESHOLD"] = "1e9";
  const auto loaded = load_options(request);
  ASSERT_TRUE(std::holds_alternative<loaded_options>(loaded)) << std::get<failure>(loaded).what;
  const auto& all = std::get<loaded_options>(loaded).values.objectives;
  EXPECT_EQ(all.back().threshold, 1e9);
}

TEST(objectives, the_reader_takes_one_mapping_more_below_objectives_and_nowhere_else) {
  const auto read = [](std::string_view text) { return read_settings(text, "a.yaml"); };
  const auto good = read(
      "objectives:\n  x:\n    metric: m{a=\"b\"}\n    target: 0.9\n  y: {of: n}\n"
      "http:\n  port: 1\n");
  ASSERT_TRUE(std::holds_alternative<std::vector<written_setting>>(good))
      << std::get<failure>(good).what;
  const auto& settings = std::get<std::vector<written_setting>>(good);
  ASSERT_EQ(settings.size(), 4U);
  EXPECT_EQ(settings[0].key, "objectives.x.metric");
  EXPECT_EQ(settings[0].value, "m{a=\"b\"}");
  EXPECT_EQ(settings[0].line, 3U);
  EXPECT_EQ(settings[2].key, "objectives.y.of");
  EXPECT_EQ(settings[3].key, "http.port");
  const auto why = [&](std::string_view text) { return std::get<failure>(read(text)).what; };
  EXPECT_EQ(why("objectives:\n  x: 5\n"),
            "a.yaml:2: 'objectives.x' needs fields below it, found the text '5'");
  EXPECT_EQ(why("objectives:\n  x:\n    metric:\n"), "a.yaml:3: objectives.x.metric has no value");
  EXPECT_EQ(why("objectives:\n  x:\n    metric: {a: b}\n"),
            "a.yaml:3: 'objectives.x.metric': a mapping stands where a value belongs");
  EXPECT_EQ(why("objectives:\n  x:\n    of: a\n    of: b\n"),
            "a.yaml:4: key 'objectives.x.of' stands twice, first in line 3");
  EXPECT_EQ(why("objectives:\n  x:\n    of: [a]\n"),
            "a.yaml:3: 'objectives.x.of': a list stands where a value belongs");
}

}  // namespace
}  // namespace troupe
