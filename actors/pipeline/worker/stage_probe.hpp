#pragma once

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <string>
#include <vector>

#include "messages/errc.hpp"
#include "messages/findings.hpp"

namespace troupe {

/// The stages' metrics. One instance a worker slot: prometheus-cpp's histogram holds a lock, and a
/// worker's own is never contended. The families are shared through the registry.
class stage_probe {
 public:
  stage_probe(prometheus::Registry& registry, const std::string& worker)
      : expired_(prometheus::BuildCounter()
                     .Name("troupe_stage_expired_total")
                     .Help("Jobs whose deadline had passed before a worker took them")
                     .Register(registry)
                     .Add({{"worker", worker}})) {
    auto& seconds = prometheus::BuildHistogram()
                        .Name("troupe_stage_seconds")
                        .Help("Time a stage took on its worker")
                        .Register(registry);
    auto& failures = prometheus::BuildCounter()
                         .Name("troupe_stage_failures_total")
                         .Help("Stages that ended with an expected failure")
                         .Register(registry);
    for (const auto which : all_stages) {
      const std::string stage_name(to_string(which));
      at(seconds_, which) = &seconds.Add({{"stage", stage_name}, {"worker", worker}}, buckets());
      at(failures_, which) = &failures.Add({{"stage", stage_name}, {"worker", worker}});
    }
  }

  void ran(stage which, duration took, errc why) {
    at(seconds_, which)->Observe(std::chrono::duration<double>(took).count());
    if (why != errc::none) at(failures_, which)->Increment();
  }

  void expired() { expired_.Increment(); }

 private:
  // 20 us to 10 s, three a decade: from a fused job on the pool to inference on a large capture.
  static std::vector<double> buckets() {
    return {20e-6, 50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3,
            20e-3, 50e-3, 100e-3, 200e-3, 500e-3, 1,    2,    5,    10};
  }

  template <class Values>
  static typename Values::value_type& at(Values& values, stage which) {
    return values[static_cast<std::size_t>(which)];
  }

  prometheus::Counter& expired_;
  std::array<prometheus::Histogram*, all_stages.size()> seconds_{};
  std::array<prometheus::Counter*, all_stages.size()> failures_{};
};

}  // namespace troupe
