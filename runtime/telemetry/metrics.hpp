#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/labels.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "messages/measures.hpp"

namespace troupe {

/// Owns all metrics of a node and writes them in Prometheus text format 0.0.4.
///
/// Metrics are defined once, at the start: looking labels up costs 67 ns and a shared histogram
/// holds a mutex, so nobody does either on the way of a request. Shells count in plain numbers
/// (`latency_counts`) and hand them over every 100 ms and when they end. Each metric is listed in
/// docs/metrics.md with the question it answers.
///
/// Thread-safe. Names and labels that Prometheus does not take throw: they are a defect of ours.
class metrics {
 public:
  using reading = std::function<double()>;

  /// The metric is valid as long as this object.
  prometheus::Counter& counter(const std::string& name, const std::string& help,
                               const prometheus::Labels& labels = {});
  prometheus::Gauge& gauge(const std::string& name, const std::string& help,
                           const prometheus::Labels& labels = {});
  /// In seconds, with the buckets of `latency_counts`.
  prometheus::Histogram& latency(const std::string& name, const std::string& help,
                                 const prometheus::Labels& labels = {});

  /// Metrics whose value is asked for at each scrape. `read` must be thread-safe and quick.
  void read_counter(const std::string& name, const std::string& help, reading read,
                    const prometheus::Labels& labels = {});
  void read_gauge(const std::string& name, const std::string& help, reading read,
                  const prometheus::Labels& labels = {});

  /// Forgets those two, so that nothing more is asked: whoever answers them goes. Waits for those
  /// that are being asked.
  void forget_readings();
  [[nodiscard]] bool is_asked(std::string_view name) const;

  /// Tells the labels and values of one family of those two, without a look at anything else.
  using visit = std::function<void(const std::vector<prometheus::ClientMetric::Label>&, double)>;
  void read(std::string_view name, const visit& each) const;

  /// All families and samples as they are now.
  [[nodiscard]] std::vector<prometheus::MetricFamily> collect() const;
  [[nodiscard]] std::string text() const;

  /// For probes of actors/, which do not know this class.
  [[nodiscard]] prometheus::Registry& registry() noexcept { return registry_; }

 private:
  struct asked {
    prometheus::MetricFamily family;  // labels alone in its samples
    std::vector<reading> reads;       // one for each sample
  };

  void add_asked(prometheus::MetricFamily family, reading read, const prometheus::Labels& labels);

  prometheus::Registry registry_;
  mutable std::mutex mutex_;
  std::vector<asked> asked_;
};

/// The upper bounds of the buckets of `latency_counts`, in seconds.
[[nodiscard]] std::vector<double> latency_bounds();

/// Hands the counts over and sets them back to zero.
void flush(latency_counts& counts, prometheus::Histogram& to);

/// Resident memory, processor time, open files, start time, and what was built: the usual names.
void define_process_metrics(metrics& in, std::string_view version);

}  // namespace troupe
