#include "runtime/sla_report/sla_report.hpp"

#include <gtest/gtest.h>

#include "actors/sla/objective_monitor.hpp"
#include "runtime/config/options.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

/// A monitor that was well, was violated, and is well again.
objective_status eventful() {
  objective what;
  what.name = "memory";
  what.metric = metric_selector{"m", {{"a", "<b>"}}};
  what.threshold = 5;
  what.window = 10min;
  what.target = 0.9;
  what.page_factor = 9;
  what.ticket_factor = 5;
  objective_monitor monitor(what);
  time_point now{24h};
  const auto run = [&](duration lasts, double value) {
    for (const auto end = now + lasts; now < end; now += 1s) {
      monitor.sample(metric_sample{value, 0, {}, {}}, now);
    }
  };
  run(10min, 1);
  run(2min, 9);
  run(15min, 1);
  return monitor.status();
}

sla_document example() { return {"here & there", 1'700'000'000, {eventful(), {}}}; }

sla_document read_back(const sla_document& document) {
  auto read = read_sla_json(to_json(document), "test");
  EXPECT_TRUE(std::holds_alternative<sla_document>(read)) << std::get<failure>(read).what;
  return std::get<sla_document>(read);
}

TEST(sla_json, reads_back_what_it_wrote) {
  auto document = example();
  document.objectives.pop_back();  // without a metric: not of a configuration
  const auto again = read_back(document);
  EXPECT_EQ(to_json(again), to_json(document));
  ASSERT_EQ(again.objectives.size(), 1U);
  EXPECT_EQ(again.objectives[0].what, document.objectives[0].what);
  EXPECT_EQ(again.objectives[0].violations.size(), 1U);
}

TEST(sla_json, every_built_in_objective_survives_the_way) {
  sla_document document{"n", 0, {}};
  for (const auto& one : built_in_objectives()) {
    document.objectives.push_back(objective_monitor(one).status());
  }
  const auto again = read_back(document);
  ASSERT_EQ(again.objectives.size(), built_in_objectives().size());
  for (std::size_t i = 0; i < again.objectives.size(); ++i) {
    EXPECT_EQ(again.objectives[i].what, built_in_objectives()[i]);
  }
}

TEST(sla_json, what_is_no_report_is_refused_by_name) {
  for (const auto* text : {"", "{", "[]", "{\"node\":\"n\"}", "{\"error\":{}}",
                           "{\"node\":\"n\",\"taken_at\":0,\"objectives\":[{}]}",
                           "{\"node\":1,\"taken_at\":0,\"objectives\":[]}"}) {
    const auto read = read_sla_json(text, "a.json");
    ASSERT_TRUE(std::holds_alternative<failure>(read)) << text;
    EXPECT_TRUE(std::get<failure>(read).what.starts_with("a.json: is no report of objectives"));
  }
}

TEST(sla_text, tells_state_budget_burn_and_violations) {
  const auto text = sla_text(example());
  EXPECT_NE(text.find("here & there, 2023-11-14 22:13:20 UTC\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nmemory: ok\n"), std::string::npos) << text;
  EXPECT_NE(text.find("compliance    100 % of 90 %\n"), std::string::npos) << text;
  EXPECT_NE(text.find("violated      2023-11-14 21:"), std::string::npos) << text;
  EXPECT_NE(text.find(", worst 9\n"), std::string::npos) << text;
}

TEST(sla_html, has_plots_and_no_markup_of_others) {
  const auto page = sla_html(example());
  EXPECT_NE(page.find("<svg"), std::string::npos);
  EXPECT_NE(page.find("here &amp; there"), std::string::npos);
  EXPECT_NE(page.find("&lt;b&gt;"), std::string::npos);
  EXPECT_EQ(page.find("<b>"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos) << "needs no network";
}

TEST(span_text, is_in_the_unit_a_person_would_take) {
  EXPECT_EQ(span_text(20s), "20 s");
  EXPECT_EQ(span_text(90s), "1.5 min");
  EXPECT_EQ(span_text(3h), "3 h");
}

}  // namespace
}  // namespace troupe
