#pragma once

#include <prometheus/registry.h>

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace troupe {

/// The metrics of the program that embeds a node: checked and counted, since they come from
/// outside. Thread-safe. Throws std::invalid_argument; what it returns is valid as long as the
/// registry.
class custom_metrics {
 public:
  static constexpr std::size_t most = 256;  // series

  using labels = std::map<std::string, std::string>;
  using write = std::function<void(double)>;

  explicit custom_metrics(prometheus::Registry& in) : in_(in) {}

  /// Negative and other numbers that a counter does not take are ignored.
  [[nodiscard]] write counter(const std::string& name, const std::string& help, const labels& with);
  [[nodiscard]] write gauge(const std::string& name, const std::string& help, const labels& with);
  [[nodiscard]] write histogram(const std::string& name, const std::string& help,
                                const std::vector<double>& bounds, const labels& with);
  [[nodiscard]] write summary(const std::string& name, const std::string& help,
                              const std::vector<double>& quantiles, const labels& with);

 private:
  void check(const std::string& name, const labels& with);

  prometheus::Registry& in_;
  std::mutex lock_;
  std::set<std::pair<std::string, labels>> known_;
};

}  // namespace troupe
