#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "actors/pipeline/classifier/labelled_flow.hpp"
#include "messages/errc.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// Reads one capture into its traffic groups; given by the caller, for the rooms of the house do
/// not include each other.
using capture_reader =
    std::function<std::variant<std::vector<traffic_group_ptr>, failure>(const std::string& path)>;

/// Flows to learn from, and what of the folder's table could not be had.
struct labelled_folder {
  std::vector<labelled_flow> flows;   // by capture, then in the order of the table
  std::vector<std::string> problems;  // "BGP-2f18b9e5.pcap: no flow TCP 192.0.2.1:179 ..."
};

/// Reads a folder of labelled captures:
///
///   pcap/          the captures
///   captures.tsv   columns file, source_repo
///   flows.tsv      columns file, l4, endpoint_a, endpoint_b, label, tier; only tier A is used
///
/// Columns are found by the names in the first line. A flow that cannot be found is a problem, not
/// a failure; a folder without any flow is a failure.
[[nodiscard]] std::variant<labelled_folder, failure> read_labelled_folder(
    const std::string& folder, const capture_reader& read);

}  // namespace troupe
