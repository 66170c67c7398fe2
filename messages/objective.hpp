#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/ids.hpp"

namespace troupe {

/// Which series of a metric: its name and the labels that they must carry. Text form as in PromQL,
/// with `=` alone: `troupe_cache_lookups_total{outcome="hit"}`. Several series are added up.
struct metric_selector {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;

  friend bool operator==(const metric_selector&, const metric_selector&) = default;
};

enum class metric_kind : std::uint8_t { gauge, counter, histogram, summary };

/// How samples become the indicator's value (SLI) for one slice of time.
enum class aggregation : std::uint8_t {
  value,     // gauge: its worst sample in the slice
  rate,      // counter: increase per second
  ratio,     // counters: increase of `metric` per increase of `of`
  quantile,  // histogram: of the slice's observations; summary: as it says itself
  share,     // counters: the events of `metric` are the good ones among those of `of`;
             // histogram: observations that hold against the threshold are the good ones
};

enum class comparison : std::uint8_t { at_least, at_most, equal, above, below };

/// A service level objective: `target` of the events (aggregation share) or of the slices of time
/// (all others) of the last `window` are good. What it leaves, 1 - target, is the error budget.
struct objective {
  std::string name;
  metric_selector metric;
  std::optional<metric_selector> of;  // the denominator of ratio and share
  metric_kind kind = metric_kind::gauge;
  aggregation by = aggregation::value;
  double quantile = 0.99;  // of aggregation quantile, 0 < quantile < 1
  comparison op = comparison::at_most;
  double threshold = 0;  // in the metric's unit
  duration window = std::chrono::hours(24);
  double target = 0.99;        // 0 < target < 1
  double page_factor = 14.4;   // burn rates that fire, over the fast and the slow pair of windows
  double ticket_factor = 6.0;  // (Google SRE Workbook, chapter 5)

  friend bool operator==(const objective&, const objective&) = default;
};

[[nodiscard]] std::string_view to_string(metric_kind kind) noexcept;
[[nodiscard]] std::string_view to_string(aggregation by) noexcept;
[[nodiscard]] std::string_view to_string(comparison op) noexcept;  // ">="
[[nodiscard]] std::string to_string(const metric_selector& which);

/// The reverse of `to_string`; nothing for any other text.
[[nodiscard]] std::optional<metric_kind> metric_kind_named(std::string_view text) noexcept;
[[nodiscard]] std::optional<aggregation> aggregation_named(std::string_view text) noexcept;
[[nodiscard]] std::optional<comparison> comparison_named(std::string_view text) noexcept;
[[nodiscard]] std::optional<metric_selector> parse_selector(std::string_view text);

/// Whether `value` satisfies the operator. NaN never does.
[[nodiscard]] bool holds(double value, comparison op, double threshold) noexcept;

/// Whether `a` is further from satisfying the operator than `b`.
[[nodiscard]] bool is_worse(double a, double b, comparison op, double threshold) noexcept;

/// What it says, on one line: `quantile 0.99 of request_seconds <= 0.1, 99 % of 24 h`.
[[nodiscard]] std::string describe(const objective& what);

}  // namespace troupe
