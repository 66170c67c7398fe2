#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>
#include <utility>
#include <vector>

#include "messages/ids.hpp"

namespace troupe {

/// The metrics of one coordinator slot. Counts are plain numbers on the way and reach the registry
/// in `flush`.
class discovery_probe {
 public:
  enum class outcome : std::uint8_t { whole, partial, cached, failed };

  discovery_probe(prometheus::Registry& registry, const std::string& coordinator)
      : seconds_(registry, "troupe_request_seconds",
                 "From acceptance to answer of a discovery request", coordinator),
        waits_(
            registry, "troupe_queue_wait_seconds",
            "From acceptance of a request that the cache did not answer to the start of its work",
            coordinator),
        open_(prometheus::BuildGauge()
                  .Name("troupe_requests_open")
                  .Help("Requests accepted and not yet answered")
                  .Register(registry)
                  .Add({{"coordinator", coordinator}})) {
    auto& answers = prometheus::BuildCounter()
                        .Name("troupe_requests_total")
                        .Help("Answered discovery requests by outcome")
                        .Register(registry);
    for (const auto* name : {"whole", "partial", "cached", "failed"}) {
      answers_.push_back(&answers.Add({{"outcome", name}, {"coordinator", coordinator}}));
    }
    counts_.resize(answers_.size());
  }

  void answered(outcome how, duration took) {
    ++counts_[static_cast<std::size_t>(how)];
    seconds_.observe(took);
  }
  void waited(duration before_work) { waits_.observe(before_work); }

  void flush(std::size_t open) {
    open_.Set(static_cast<double>(open));
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] == 0) continue;
      answers_[i]->Increment(static_cast<double>(counts_[i]));
      counts_[i] = 0;
    }
    seconds_.flush();
    waits_.flush();
  }

 private:
  /// A histogram that is counted up aside until the next flush.
  class durations {
   public:
    durations(prometheus::Registry& registry, const std::string& name, const std::string& help,
              const std::string& coordinator)
        : shown_(prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add(
              {{"coordinator", coordinator}}, bounds())),
          pending_(bounds().size() + 1) {}

    void observe(duration took) {
      const auto seconds = std::chrono::duration<double>(took).count();
      const auto& limits = bounds();
      std::size_t bucket = 0;
      while (bucket < limits.size() && seconds > limits[bucket]) ++bucket;
      pending_[bucket] += 1;
      sum_ += seconds;
      any_ = true;
    }
    void flush() {
      if (!std::exchange(any_, false)) return;
      shown_.ObserveMultiple(pending_, sum_);
      pending_.assign(pending_.size(), 0);
      sum_ = 0;
    }

   private:
    prometheus::Histogram& shown_;
    std::vector<double> pending_;  // by bucket
    double sum_ = 0;
    bool any_ = false;
  };

  // 5 us (a cached answer) to 60 s (a large capture on the command line).
  static const std::vector<double>& bounds() {
    static const std::vector<double> limits{5e-6, 10e-6, 20e-6, 50e-6, 100e-6, 200e-6, 500e-6, 1e-3,
                                            2e-3, 5e-3,  10e-3, 15e-3, 20e-3,  25e-3,  50e-3,  0.1,
                                            0.2,  0.5,   1,     2,     5,      10,     20,     60};
    return limits;
  }

  durations seconds_;
  durations waits_;
  prometheus::Gauge& open_;
  std::vector<prometheus::Counter*> answers_;
  std::vector<std::uint64_t> counts_;
};

}  // namespace troupe
