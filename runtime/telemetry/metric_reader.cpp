#include "runtime/telemetry/metric_reader.hpp"

#include <prometheus/summary.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace troupe {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// A search looks at every metric there is (some 100 us): soon at first, then each 64 looks.
constexpr std::uint32_t longest_pause = 64;

MetricType type_of(metric_kind kind) {
  switch (kind) {
    case metric_kind::gauge: return MetricType::Gauge;
    case metric_kind::counter: return MetricType::Counter;
    case metric_kind::histogram: return MetricType::Histogram;
    case metric_kind::summary: return MetricType::Summary;
  }
  return MetricType::Untyped;
}

bool fits(const ClientMetric& series, const metric_selector& which) {
  return std::ranges::all_of(which.labels, [&](const auto& wanted) {
    return std::ranges::any_of(series.label, [&](const auto& label) {
      return label.name == wanted.first && label.value == wanted.second;
    });
  });
}

/// The family as the registry keeps it. Registering what is there returns it.
template <class Builder>
std::function<std::optional<MetricFamily>()> registered(Builder builder, const std::string& name,
                                                        const std::string& help,
                                                        prometheus::Registry& in) {
  const auto& kept = builder.Name(name).Help(help).Register(in);
  return [&kept]() -> std::optional<MetricFamily> {
    auto all = kept.Collect();
    if (all.empty()) return std::nullopt;
    return std::move(all.front());
  };
}

void add_histogram(const ClientMetric& series, metric_sample& into) {
  const auto& buckets = series.histogram.bucket;
  std::vector<double> bounds;
  for (const auto& one : buckets) {
    if (std::isfinite(one.upper_bound)) bounds.push_back(one.upper_bound);
  }
  if (into.cumulative.empty()) {
    into.bounds = bounds;
    into.cumulative.resize(bounds.size() + 1, 0);
  }
  if (bounds != into.bounds || buckets.size() != into.cumulative.size()) {
    into.value = std::numeric_limits<double>::quiet_NaN();  // buckets that do not add up
    return;
  }
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    into.cumulative[i] += static_cast<double>(buckets[i].cumulative_count);
  }
}

double quantile_of(const ClientMetric& series, double quantile) {
  for (const auto& one : series.summary.quantile) {
    if (std::abs(one.quantile - quantile) < 1e-9) return one.value;
  }
  return std::numeric_limits<double>::quiet_NaN();  // it does not publish that one
}

double total(const MetricFamily& of, const metric_selector& which) {
  double sum = 0;
  for (const auto& series : of.metric) {
    if (fits(series, which)) sum += series.counter.value;
  }
  return sum;
}

}  // namespace

metric_reader::collect metric_reader::look_up(const std::string& name, metric_kind kind) {
  if (from_->is_asked(name)) {
    return [from = from_, name]() -> std::optional<family> {
      family out{name, "", MetricType::Untyped, {}};
      from->read(name, [&](const std::vector<ClientMetric::Label>& labels, double value) {
        ClientMetric series;
        series.label = labels;
        series.counter.value = series.gauge.value = value;
        out.metric.push_back(std::move(series));
      });
      return out;
    };
  }
  auto& registry = from_->registry();
  const auto found = std::ranges::find(seen_, name, &family::name);
  if (found == seen_.end() || found->type != type_of(kind)) return {};
  switch (kind) {
    case metric_kind::gauge:
      return registered(prometheus::BuildGauge(), name, found->help, registry);
    case metric_kind::counter:
      return registered(prometheus::BuildCounter(), name, found->help, registry);
    case metric_kind::histogram:
      return registered(prometheus::BuildHistogram(), name, found->help, registry);
    case metric_kind::summary:
      return registered(prometheus::BuildSummary(), name, found->help, registry);
  }
  return {};
}

std::optional<metric_reader::family> metric_reader::find(const std::string& name,
                                                         metric_kind kind) {
  const auto key = name + '/' + std::string(to_string(kind));
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second();
  auto& wait = missing_[key];
  if (wait.left > 0) {
    --wait.left;
    return std::nullopt;
  }
  // Those that are missing for as long share a search.
  if (wait.search == searches_) {
    ++searches_;
    seen_ = from_->registry().Collect();
    for (auto& one : seen_) one.metric.clear();
  }
  wait.search = searches_;
  auto found = look_up(name, kind);
  if (!found) {
    wait.length = std::min(4 * std::max(wait.length, 1U), longest_pause);
    wait.left = wait.length - 1;
    return std::nullopt;
  }
  missing_.erase(key);
  return known_.emplace(key, std::move(found)).first->second();
}

std::optional<metric_sample> metric_reader::read(const objective& what) {
  const auto seen = find(what.metric.name, what.kind);
  if (!seen) return std::nullopt;
  metric_sample out;
  if (what.kind == metric_kind::counter) {
    out.value = total(*seen, what.metric);
    if (!what.of) return out;
    // One look at both, where they are of one family.
    const auto other = what.of->name == what.metric.name ? seen : find(what.of->name, what.kind);
    if (!other) return std::nullopt;
    out.of = total(*other, *what.of);
    return out;
  }
  bool any = false;
  for (const auto& series : seen->metric) {
    if (!fits(series, what.metric)) continue;
    if (what.kind == metric_kind::gauge) out.value += series.gauge.value;
    if (what.kind == metric_kind::histogram) add_histogram(series, out);
    if (what.kind == metric_kind::summary) {
      const auto value = quantile_of(series, what.quantile);
      out.value = any ? std::max(out.value, value) : value;
    }
    any = true;
  }
  return any ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace troupe
