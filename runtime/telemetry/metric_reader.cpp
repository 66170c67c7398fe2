#include "runtime/telemetry/metric_reader.hpp"

#include <prometheus/summary.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

namespace troupe {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// A search looks at every metric there is (some 100 us): soon at first, then each 64 looks.
constexpr std::uint32_t longest_pause = 64;

// Series that come later than their family are seen within so many looks.
constexpr std::uint32_t listed_each = 8;

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

void renew(ClientMetric& shown, const prometheus::Counter& kept) {
  shown.counter.value = kept.Value();
}

void renew(ClientMetric& shown, const prometheus::Gauge& kept) { shown.gauge.value = kept.Value(); }

void renew(ClientMetric& shown, const prometheus::Histogram& kept) {
  shown.histogram = kept.Collect().histogram;
}

void renew(ClientMetric& shown, const prometheus::Summary& kept) {
  shown.summary = kept.Collect().summary;
}

/// A family with its series at hand: telling their labels again costs more than their values.
template <class T>
class watched_family {
 public:
  explicit watched_family(prometheus::Family<T>& kept) : kept_(&kept) {}

  const MetricFamily* operator()() {
    if (left_ == 0) {
      list_series();
    } else {
      --left_;
      for (std::size_t i = 0; i < series_.size(); ++i) renew(shown_.metric[i], *series_[i]);
    }
    return shown_.metric.empty() ? nullptr : &shown_;
  }

 private:
  void list_series() {
    left_ = listed_each - 1;
    series_.clear();
    shown_.metric.clear();
    auto all = kept_->Collect();
    if (all.empty()) return;
    shown_ = std::move(all.front());
    for (const auto& one : shown_.metric) {
      prometheus::Labels labels;
      for (const auto& label : one.label) labels.emplace(label.name, label.value);
      series_.push_back(&known(labels));
    }
  }

  // Adding what is there returns it.
  T& known(const prometheus::Labels& labels) {
    if constexpr (std::is_same_v<T, prometheus::Histogram>) {
      return kept_->Add(labels, prometheus::Histogram::BucketBoundaries{});
    } else if constexpr (std::is_same_v<T, prometheus::Summary>) {
      return kept_->Add(labels, prometheus::Summary::Quantiles{});
    } else {
      return kept_->Add(labels);
    }
  }

  prometheus::Family<T>* kept_;
  MetricFamily shown_;
  std::vector<const T*> series_;  // as `shown_.metric`
  std::uint32_t left_ = 0;        // looks before the series are listed again
};

/// The family as the registry keeps it. Registering what is there returns it.
template <class T, class Builder>
watched_family<T> registered(Builder builder, const MetricFamily& found, prometheus::Registry& in) {
  return watched_family<T>(builder.Name(found.name).Help(found.help).Register(in));
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
    return [from = from_, shown = family{name, "", MetricType::Untyped, {}}]() mutable {
      shown.metric.clear();
      from->read(shown.name, [&](const std::vector<ClientMetric::Label>& labels, double value) {
        ClientMetric series;
        series.label = labels;
        series.counter.value = series.gauge.value = value;
        shown.metric.push_back(std::move(series));
      });
      return &shown;
    };
  }
  auto& registry = from_->registry();
  const auto found = std::ranges::find(seen_, name, &family::name);
  if (found == seen_.end() || found->type != type_of(kind)) return {};
  switch (kind) {
    case metric_kind::gauge:
      return registered<prometheus::Gauge>(prometheus::BuildGauge(), *found, registry);
    case metric_kind::counter:
      return registered<prometheus::Counter>(prometheus::BuildCounter(), *found, registry);
    case metric_kind::histogram:
      return registered<prometheus::Histogram>(prometheus::BuildHistogram(), *found, registry);
    case metric_kind::summary:
      return registered<prometheus::Summary>(prometheus::BuildSummary(), *found, registry);
  }
  return {};
}

const metric_reader::family* metric_reader::find(const std::string& name, metric_kind kind) {
  const auto key = name + '/' + std::string(to_string(kind));
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second();
  auto& wait = missing_[key];
  if (wait.left > 0) {
    --wait.left;
    return nullptr;
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
    return nullptr;
  }
  missing_.erase(key);
  return known_.emplace(key, std::move(found)).first->second();
}

std::optional<metric_sample> metric_reader::read(const objective& what) {
  const auto seen = find(what.metric.name, what.kind);
  if (seen == nullptr) return std::nullopt;
  metric_sample out;
  if (what.kind == metric_kind::counter) {
    out.value = total(*seen, what.metric);
    if (!what.of) return out;
    // One look at both, where they are of one family.
    const auto other = what.of->name == what.metric.name ? seen : find(what.of->name, what.kind);
    if (other == nullptr) return std::nullopt;
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
