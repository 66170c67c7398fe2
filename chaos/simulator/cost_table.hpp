#pragma once

#include <array>
#include <string>
#include <variant>
#include <vector>

#include "chaos/world/dice.hpp"
#include "messages/errc.hpp"
#include "messages/findings.hpp"
#include "messages/work.hpp"

namespace troupe::chaos {

/// What each stage costs, as measured by `bench_stage_costs` on this project's own stages:
/// quantiles by stage, mode and number of messages.
class cost_table {
 public:
  static constexpr std::array quantiles{0.0, 0.1, 0.5, 0.9, 0.99, 1.0};

  struct row {
    stage which = stage::statistics;
    quality_mode mode = quality_mode::balanced;
    std::size_t messages = 0;
    std::array<duration, quantiles.size()> costs{};
  };

  /// The table that is built in: measured on the machine that this project was made on.
  [[nodiscard]] static const cost_table& built_in();

  /// One line a row: stage, mode, messages and the quantiles in nanoseconds; `#` begins a comment.
  /// The failure names file and line.
  [[nodiscard]] static std::variant<cost_table, failure> read(const std::string& text,
                                                              const std::string& name);

  explicit cost_table(std::vector<row> rows) : rows_(std::move(rows)) {}

  /// Drawn from the distribution; between measured sizes and beyond them in proportion.
  [[nodiscard]] duration draw(stage which, quality_mode mode, std::size_t messages,
                              dice& luck) const;

 private:
  std::vector<row> rows_;  // by stage, mode, messages
};

}  // namespace troupe::chaos
