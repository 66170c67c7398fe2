#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "messages/discovery.hpp"
#include "runtime/cli/report/style.hpp"

namespace troupe::cli {

/// One message of a group with its leaves.
struct sample {
  std::uint32_t message = 0;  // index into traffic_group::messages
  parsed_message parsed;
};

/// What a report on one group is made of.
struct group_view {
  traffic_group_ptr input;
  discovery_result_ptr result;
  std::vector<sample> samples;
};

/// Picks messages that show the format: for the most frequent types the first message and, where
/// there is room, one of another length; at most `limit`. `parse` is asked for few messages beyond
/// those that it returns.
[[nodiscard]] std::vector<sample> choose_samples(
    const traffic_group& input, const format& grammar, std::size_t limit,
    const std::function<parsed_message(std::uint32_t message)>& parse);

/// The whole report on one group, for eyes: header, verdicts, message types, their order, sample
/// messages, fields, violations, unused input, time line and what is missing.
[[nodiscard]] std::string group_report(const group_view& view, const style& look);

/// One line for a group that has no payload, or no result (then `why` says it).
[[nodiscard]] std::string group_line(const traffic_group& input, std::string_view why,
                                     const style& look);

// The sections of the report, each with its heading; empty where there is nothing to say.

[[nodiscard]] std::string header_section(const group_view& view, const style& look);
[[nodiscard]] std::string verdict_section(const group_view& view, const style& look);
[[nodiscard]] std::string types_section(const format& grammar, const style& look);
[[nodiscard]] std::string order_section(const group_view& view, const style& look);
[[nodiscard]] std::string samples_section(const group_view& view, const style& look);
[[nodiscard]] std::string fields_section(const format& grammar, const style& look);
[[nodiscard]] std::string violations_section(const group_view& view, const style& look);
[[nodiscard]] std::string unused_section(const std::vector<unused_input>& unused,
                                         const style& look);
[[nodiscard]] std::string time_section(const discovery_result& result, const style& look);

/// A heading line of a section.
[[nodiscard]] std::string heading(std::string_view title, std::string_view remark,
                                  const style& look);

}  // namespace troupe::cli
