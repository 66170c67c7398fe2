#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "messages/objective_status.hpp"
#include "runtime/telemetry/metrics.hpp"

namespace troupe {

/// Reads what an objective's metric shows, by name, without a look at the others. For one thread.
///
/// Several series of a selector are added up; of summaries the greatest counts. A counter without
/// a series that fits is 0 when its family is there: nothing of the kind has happened yet. A series
/// that comes later than its family counts within eight reads.
class metric_reader {
 public:
  explicit metric_reader(std::shared_ptr<metrics> from) : from_(std::move(from)) {}

  /// Nothing: there is no such metric of that kind.
  [[nodiscard]] std::optional<metric_sample> read(const objective& what);

 private:
  using family = prometheus::MetricFamily;
  using collect = std::function<const family*()>;  // null: there are no series

  [[nodiscard]] const family* find(const std::string& name, metric_kind kind);
  [[nodiscard]] collect look_up(const std::string& name, metric_kind kind);

  std::shared_ptr<metrics> from_;
  std::map<std::string, collect> known_;
  struct pause {
    std::uint32_t length = 0;  // looks from one search to the next
    std::uint32_t left = 0;    // looks before the next
    std::uint64_t search = 0;  // that last saw it missing
  };
  std::map<std::string, pause> missing_;
  std::vector<family> seen_;  // what the last search found, without its values
  std::uint64_t searches_ = 0;
};

}  // namespace troupe
