#include "runtime/telemetry/custom_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/summary.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace troupe {
namespace {

[[noreturn]] void refuse(std::string name, const char* why) {
  throw std::invalid_argument(name.append(": ").append(why));
}

constexpr double rank_error = 0.01;

}  // namespace

void custom_metrics::check(const std::string& name, const labels& with) {
  if (name.starts_with("troupe_") || name.starts_with("process_")) {
    refuse(name, "names with this beginning are the node's; choose another");
  }
  const std::lock_guard hold(lock_);
  if (known_.contains({name, with})) return;
  if (known_.size() >= most) refuse(name, "256 metrics of one's own are the most");
  known_.emplace(name, with);
}

custom_metrics::write custom_metrics::counter(const std::string& name, const std::string& help,
                                              const labels& with) {
  check(name, with);
  auto& to = prometheus::BuildCounter().Name(name).Help(help).Register(in_).Add(with);
  return [&to](double add) {
    if (std::isfinite(add) && add > 0) to.Increment(add);
  };
}

custom_metrics::write custom_metrics::gauge(const std::string& name, const std::string& help,
                                            const labels& with) {
  check(name, with);
  auto& to = prometheus::BuildGauge().Name(name).Help(help).Register(in_).Add(with);
  return [&to](double set) { to.Set(set); };
}

custom_metrics::write custom_metrics::histogram(const std::string& name, const std::string& help,
                                                const std::vector<double>& bounds,
                                                const labels& with) {
  const bool ordered = std::ranges::adjacent_find(bounds, std::greater_equal()) == bounds.end();
  if (bounds.empty() || !ordered ||
      !std::ranges::all_of(bounds, [](double b) { return std::isfinite(b); })) {
    refuse(name, "a histogram's bounds are finite numbers in ascending order, at least one");
  }
  check(name, with);
  auto& to = prometheus::BuildHistogram().Name(name).Help(help).Register(in_).Add(with, bounds);
  return [&to](double seen) {
    if (!std::isnan(seen)) to.Observe(seen);
  };
}

custom_metrics::write custom_metrics::summary(const std::string& name, const std::string& help,
                                              const std::vector<double>& quantiles,
                                              const labels& with) {
  prometheus::Summary::Quantiles wanted;
  for (const auto q : quantiles) {
    if (!(q > 0 && q < 1)) refuse(name, "a summary's quantiles lie between 0 and 1");
    wanted.emplace_back(q, rank_error);
  }
  if (wanted.empty()) refuse(name, "a summary has at least one quantile");
  check(name, with);
  auto& to = prometheus::BuildSummary().Name(name).Help(help).Register(in_).Add(
      with, wanted, std::chrono::seconds(60), 6);
  return [&to](double seen) {
    if (!std::isnan(seen)) to.Observe(seen);
  };
}

}  // namespace troupe
