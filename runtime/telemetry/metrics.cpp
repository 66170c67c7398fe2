#include "runtime/telemetry/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <sstream>

namespace troupe {
namespace {

double seconds(duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

prometheus::Counter& metrics::counter(const std::string& name, const std::string& help,
                                      const prometheus::Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add(labels);
}

prometheus::Gauge& metrics::gauge(const std::string& name, const std::string& help,
                                  const prometheus::Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add(labels);
}

prometheus::Histogram& metrics::latency(const std::string& name, const std::string& help,
                                        const prometheus::Labels& labels) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_).Add(
      labels, latency_bounds());
}

void metrics::read_counter(const std::string& name, const std::string& help, reading read) {
  add_asked({{name, help, prometheus::MetricType::Counter, {}}, std::move(read)});
}

void metrics::read_gauge(const std::string& name, const std::string& help, reading read) {
  add_asked({{name, help, prometheus::MetricType::Gauge, {}}, std::move(read)});
}

void metrics::add_asked(asked metric) {
  const std::lock_guard lock(mutex_);
  asked_.push_back(std::move(metric));
}

std::vector<prometheus::MetricFamily> metrics::collect() const {
  auto families = registry_.Collect();
  const std::lock_guard lock(mutex_);
  for (const auto& [family, read] : asked_) {
    auto sampled = family;
    auto& sample = sampled.metric.emplace_back();
    const auto value = read();
    // Each type has a place of its own; the serialiser looks at the family's type only.
    sample.counter.value = value;
    sample.gauge.value = value;
    families.push_back(std::move(sampled));
  }
  return families;
}

std::string metrics::text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, collect());
  return std::move(out).str();
}

std::vector<double> latency_bounds() {
  std::vector<double> bounds;
  for (std::size_t b = 0; b < latency_counts::bounded; ++b) {
    bounds.push_back(seconds(latency_counts::bound(b)));
  }
  return bounds;
}

void flush(latency_counts& counts, prometheus::Histogram& to) {
  if (counts == latency_counts{}) return;
  to.ObserveMultiple({counts.buckets.begin(), counts.buckets.end()}, seconds(counts.sum));
  counts = {};
}

}  // namespace troupe
