#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "tests/runtime/telemetry/all_metrics.hpp"

namespace troupe {
namespace {

using names_and_types = std::map<std::string, std::string>;

names_and_types defined() {
  metrics all;
  define_all(all);
  names_and_types found;
  for (const auto& family : all.collect()) {
    switch (family.type) {
      case prometheus::MetricType::Counter: found[family.name] = "counter"; break;
      case prometheus::MetricType::Gauge: found[family.name] = "gauge"; break;
      case prometheus::MetricType::Histogram: found[family.name] = "histogram"; break;
      default: found[family.name] = "a type that the house does not use";
    }
  }
  return found;
}

/// Rows of the form "| `name` | type | question |".
names_and_types documented() {
  std::ifstream page(TROUPE_SOURCE_DIR "/docs/metrics.md");
  names_and_types found;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    const auto name_end = line.find('`', 3);
    const auto type_at = line.find("| ", name_end) + 2;
    const auto type_end = line.find(" |", type_at);
    EXPECT_GT(line.size(), type_end + 8) << "no question: " << line;
    found[line.substr(3, name_end - 3)] = line.substr(type_at, type_end - type_at);
  }
  return found;
}

}  // namespace

TEST(metrics_page, lists_every_metric_with_its_type_and_no_other) {
  EXPECT_EQ(documented(), defined());
}

}  // namespace troupe
