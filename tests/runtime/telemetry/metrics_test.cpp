#include "runtime/telemetry/metrics.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST(metrics, text_names_help_type_and_value_of_each) {
  metrics all;
  all.counter("troupe_tests_total", "Tests.", {{"kind", "unit"}}).Increment(3);
  all.gauge("troupe_depth", "Depth.").Set(2);
  const auto text = all.text();
  EXPECT_TRUE(has_line(text, "# HELP troupe_tests_total Tests.")) << text;
  EXPECT_TRUE(has_line(text, "# TYPE troupe_tests_total counter")) << text;
  EXPECT_TRUE(has_line(text, "troupe_tests_total{kind=\"unit\"} 3")) << text;
  EXPECT_TRUE(has_line(text, "# TYPE troupe_depth gauge")) << text;
  EXPECT_TRUE(has_line(text, "troupe_depth 2")) << text;
}

TEST(metrics, a_read_metric_is_asked_at_each_scrape) {
  metrics all;
  double value = 1;
  all.read_gauge("troupe_now", "Now.", [&] { return value; });
  EXPECT_TRUE(has_line(all.text(), "troupe_now 1"));
  value = 2;
  EXPECT_TRUE(has_line(all.text(), "troupe_now 2"));
}

TEST(metrics, one_family_can_be_read_alone) {
  metrics all;
  all.read_gauge("troupe_depth", "Depth.", [] { return 2.0; }, {{"queue", "a"}});
  all.read_gauge("troupe_depth", "Depth.", [] { return 3.0; }, {{"queue", "b"}});
  all.read_gauge("troupe_width", "Width.", [] { return 5.0; });
  std::map<std::string, double> seen;
  all.read("troupe_depth",
           [&](const auto& labels, double value) { seen[labels.at(0).value] = value; });
  EXPECT_EQ(seen, (std::map<std::string, double>{{"a", 2}, {"b", 3}}));
}

TEST(metrics, flushed_counts_arrive_once_and_in_their_buckets) {
  metrics all;
  auto& histogram = all.latency("troupe_wait_seconds", "Waiting.");
  latency_counts counts;
  counts.observe(1us);  // at most 2^10 ns
  counts.observe(3ms);  // at most 2^22 ns = 4.19 ms
  counts.observe(24h);  // more than all bounds
  flush(counts, histogram);
  flush(counts, histogram);
  const auto text = all.text();
  EXPECT_TRUE(has_line(text, "troupe_wait_seconds_count 3")) << text;
  EXPECT_TRUE(has_line(text, "troupe_wait_seconds_bucket{le=\"1.024e-06\"} 1")) << text;
  EXPECT_TRUE(has_line(text, "troupe_wait_seconds_bucket{le=\"0.002097152\"} 1")) << text;
  EXPECT_TRUE(has_line(text, "troupe_wait_seconds_bucket{le=\"0.004194304\"} 2")) << text;
  EXPECT_TRUE(has_line(text, "troupe_wait_seconds_bucket{le=\"+Inf\"} 3")) << text;
  EXPECT_EQ(counts, latency_counts{});
}

TEST(metrics, the_process_is_measured) {
  metrics all;
  define_process_metrics(all, "1.2.3");
  EXPECT_TRUE(has_line(all.text(), "troupe_build_info{version=\"1.2.3\"} 1"));
  std::map<std::string, double> values;
  for (const auto& family : all.collect()) values[family.name] = family.metric.at(0).gauge.value;
  EXPECT_GT(values["process_resident_memory_bytes"], 1e6);
  EXPECT_GE(values["process_open_fds"], 3);
  EXPECT_GT(values["process_max_fds"], values["process_open_fds"]);
  EXPECT_GT(values["process_start_time_seconds"], 1.6e9) << "after September 2020";
}

}  // namespace troupe
