#pragma once

#include <memory>

#include "runtime/cli/output.hpp"
#include "runtime/cli/report/style.hpp"
#include "runtime/cli/session.hpp"

namespace troupe::cli {

// discover
/// The report for eyes; with several groups, a table of them at the end of each input.
[[nodiscard]] std::unique_ptr<result_sink> text_sink(output to, style look);
/// A DiscoverResponse as Protobuf JSON; a JSON list of them where there are several inputs and one
/// output.
[[nodiscard]] std::unique_ptr<result_sink> json_sink(output to, bool as_list);
/// What tools/score_discovery.py reads: one object a group; a list where there are several inputs.
[[nodiscard]] std::unique_ptr<result_sink> score_sink(output to, bool as_list);
enum class export_kind { kaitai, lua, scapy, grammar, dot };
/// One .ksy, .lua, .py, .grammar or .dot for each group that has a format.
[[nodiscard]] std::unique_ptr<result_sink> export_sink(output to, export_kind kind);

// classify
/// A table of flows for each input.
[[nodiscard]] std::unique_ptr<result_sink> flow_table_sink(output to, style look);
/// One JSON object a flow and line.
[[nodiscard]] std::unique_ptr<result_sink> flow_lines_sink(output to);

}  // namespace troupe::cli
