#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/config/options.hpp"
#include "runtime/sla_report/prometheus_rules.hpp"

namespace troupe {
namespace {

namespace fs = std::filesystem;

struct outcome {
  int exit_code = -1;
  std::string output;
};

outcome run(const std::string& command) {
  outcome result;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  std::array<char, 4096> buffer{};
  while (const auto size = fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), size);
  }
  result.exit_code = WEXITSTATUS(pclose(pipe));
  return result;
}

/// One objective for each aggregation, kind and operator, over an hour.
std::vector<objective> all_sorts() {
  std::vector<objective> all = built_in_objectives();
  objective what;
  what.metric = metric_selector{"memory_bytes", {}};
  what.target = 0.95;
  what.window = std::chrono::hours(1);
  what.threshold = 5;
  using enum comparison;
  int number = 0;
  const auto add = [&] {
    what.name = "sort_" + std::to_string(++number);
    all.push_back(what);
  };
  for (const auto op : {at_least, at_most, equal, above, below}) {
    what.op = op;
    add();
  }
  what.kind = metric_kind::summary;
  what.by = aggregation::quantile;
  add();
  what.kind = metric_kind::histogram;
  what.op = at_most;
  what.by = aggregation::share;
  add();
  return all;
}

class sla_rules : public testing::Test {
 protected:
  void SetUp() override {
    if (run("command -v promtool").exit_code != 0) {
      GTEST_SKIP() << "promtool is absent; it is in Debian's package prometheus";
    }
    folder_ = fs::path(testing::TempDir()) / ("troupe_rules_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  fs::path folder_;
};

TEST_F(sla_rules, of_every_sort_of_objective_are_what_promtool_accepts) {
  const auto checked =
      run("promtool check rules " + write("rules.yaml", prometheus_rules(all_sorts())));
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  EXPECT_NE(checked.output.find("SUCCESS"), std::string::npos) << checked.output;
}

TEST_F(sla_rules, that_are_shipped_are_those_of_the_shipped_objectives) {
  std::ifstream stream(fs::path(TROUPE_SOURCE_DIR) / "config/alerts/objectives.yaml");
  std::ostringstream shipped;
  shipped << stream.rdbuf();
  EXPECT_EQ(shipped.str(), prometheus_rules(built_in_objectives()))
      << "write it anew: troupe sla rules --output config/alerts/objectives.yaml";
}

// Five calm minutes, then a fifth of the answers is late for ten, then calm again. A burn rate of
// 200 is over 14.4 and over 6: both fire while it lasts, and page stops a minute after it.
constexpr const char* burning = R"(rule_files: [rules.yaml]
evaluation_interval: 10s
tests:
  - interval: 10s
    input_series:
      - series: troupe_sla_answers_total{in_time="yes",instance="a"}
        values: 0+1000x30 30800+800x60 79800+1000x60
      - series: troupe_sla_answers_total{in_time="no",instance="a"}
        values: 0+0x30 200+200x60 12200+0x60
    alert_rule_test:
      - eval_time: 5m
        alertname: TroupeObjectiveBurns
        exp_alerts: []
      - eval_time: 14m
        alertname: TroupeObjectiveBurns
        exp_alerts:
          - exp_labels: {severity: page, objective: answered_in_time, instance: a}
            exp_annotations: {summary: "SUMMARY 14.4 times as fast as it may"}
          - exp_labels: {severity: ticket, objective: answered_in_time, instance: a}
            exp_annotations: {summary: "SUMMARY 6 times as fast as it may"}
      - eval_time: 18m
        alertname: TroupeObjectiveBurns
        exp_alerts: []
)";

TEST_F(sla_rules, fire_while_the_budget_burns_and_not_before_or_after) {
  write("rules.yaml", prometheus_rules({built_in_objectives().front()}));
  std::string test = burning;
  const std::string summary = "answered_in_time: the error budget of " +
                              describe(built_in_objectives().front()) + " burns more than";
  // Inside double quotes of YAML.
  std::string quoted;
  for (const char c : summary) quoted += c == '"' ? std::string("\\\"") : std::string(1, c);
  for (auto at = test.find("SUMMARY"); at != std::string::npos; at = test.find("SUMMARY")) {
    test.replace(at, 7, quoted);
  }
  const auto tested = run("promtool test rules " + write("test.yaml", test));
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
}

// A gauge over its threshold for five of thirty minutes: the share of bad evaluations.
constexpr const char* over = R"(rule_files: [rules.yaml]
evaluation_interval: 10s
tests:
  - interval: 10s
    input_series:
      - series: process_resident_memory_bytes{instance="a"}
        values: 1000000000+0x120 3000000000+0x60
    promql_expr_test:
      - expr: troupe:objective_bad{objective="memory"}
        eval_time: 10m
        exp_samples: [{labels: 'troupe:objective_bad{objective="memory",instance="a"}', value: 0}]
      - expr: troupe:objective_bad{objective="memory"}
        eval_time: 25m
        exp_samples: [{labels: 'troupe:objective_bad{objective="memory",instance="a"}', value: 1}]
    alert_rule_test:
      - eval_time: 19m
        alertname: TroupeObjectiveBurns
        exp_alerts: []
)";

TEST_F(sla_rules, of_a_gauge_record_whether_it_holds) {
  const auto& all = built_in_objectives();
  write("rules.yaml", prometheus_rules({all.back()}));
  const auto tested = run("promtool test rules " + write("test.yaml", over));
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
}

}  // namespace
}  // namespace troupe
