#pragma once

#include <string>
#include <vector>

#include "actors/ingest/input.hpp"
#include "runtime/cli/report/style.hpp"
#include "runtime/wire/answer.hpp"

namespace troupe::cli {

/// One row of the table of an input's groups.
struct group_summary_row {
  traffic_group_ptr input;
  std::string protocol;  // empty: none named
  double protocol_confidence = 0;
  std::size_t types = 0;
  double format_confidence = 0;
  std::string state;  // "12 ms", "no payload", "no result"
  bool has_result = false;
};

[[nodiscard]] group_summary_row summary_of(const wire::group_answer& group);

/// What kind of input it is, and how much of it there is.
[[nodiscard]] std::string input_header(const std::string& path, const ingest_report& input,
                                       const std::vector<traffic_group_ptr>& groups,
                                       const style& look);

/// The table of groups; empty for one group that has a report of its own.
[[nodiscard]] std::string group_summary(const std::vector<group_summary_row>& rows,
                                        const style& look);

/// Why an input was not read to its end.
[[nodiscard]] std::string problem_line(const failure& problem, const style& look);

}  // namespace troupe::cli
