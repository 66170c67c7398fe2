#include "runtime/telemetry/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
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

void metrics::read_counter(const std::string& name, const std::string& help, reading read,
                           const prometheus::Labels& labels) {
  add_asked({name, help, prometheus::MetricType::Counter, {}}, std::move(read), labels);
}

void metrics::read_gauge(const std::string& name, const std::string& help, reading read,
                         const prometheus::Labels& labels) {
  add_asked({name, help, prometheus::MetricType::Gauge, {}}, std::move(read), labels);
}

void metrics::add_asked(prometheus::MetricFamily family, reading read,
                        const prometheus::Labels& labels) {
  prometheus::ClientMetric sample;
  for (const auto& [name, value] : labels) sample.label.push_back({name, value});
  const std::lock_guard lock(mutex_);
  auto found = std::find_if(asked_.begin(), asked_.end(),
                            [&](const asked& one) { return one.family.name == family.name; });
  if (found == asked_.end()) found = asked_.insert(asked_.end(), asked{std::move(family), {}});
  found->family.metric.push_back(std::move(sample));
  found->reads.push_back(std::move(read));
}

void metrics::forget_readings() {
  const std::lock_guard lock(mutex_);
  asked_.clear();
}

bool metrics::is_asked(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(asked_.begin(), asked_.end(),
                     [&](const asked& one) { return one.family.name == name; });
}

void metrics::read(std::string_view name, const visit& each) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [family, reads] : asked_) {
    if (family.name != name) continue;
    for (std::size_t i = 0; i < reads.size(); ++i) each(family.metric[i].label, reads[i]());
  }
}

std::vector<prometheus::MetricFamily> metrics::collect() const {
  auto families = registry_.Collect();
  const std::lock_guard lock(mutex_);
  for (const auto& [family, reads] : asked_) {
    auto sampled = family;
    for (std::size_t i = 0; i < reads.size(); ++i) {
      // Each type has a place of its own; the serialiser looks at the family's type only.
      sampled.metric[i].counter.value = sampled.metric[i].gauge.value = reads[i]();
    }
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
