#include "actors/pipeline/classifier/labelled_folder.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>
#include <tuple>
#include <utility>

namespace troupe {
namespace {

using row = std::map<std::string, std::string>;

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, '\t');) cells.push_back(cell);
  if (!cells.empty() && cells.back().ends_with('\r')) cells.back().pop_back();
  return cells;
}

std::variant<std::vector<row>, failure> read_table(const std::string& path,
                                                   const std::vector<std::string>& needed) {
  std::ifstream in(path);
  if (!in) return failure{errc::bad_input, path + ": cannot open the table"};
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> names = cells_of(line);
  for (const std::string& name : needed) {
    if (std::ranges::find(names, name) != names.end()) continue;
    return failure{errc::bad_input, path + ": its first line names no column \"" + name + '"'};
  }
  std::vector<row> rows;
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = cells_of(line);
    row& made = rows.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) {
      made[names[i]] = i < cells.size() ? cells[i] : std::string();
    }
  }
  return rows;
}

/// Finds a flow whatever its direction. Protocols without ports have ":0" in the table.
using flow_key = std::tuple<std::string, std::string, std::string>;

std::string without_zero_port(std::string endpoint) {
  if (endpoint.ends_with(":0")) endpoint.resize(endpoint.size() - 2);
  return endpoint;
}

flow_key key_of(std::string_view l4, std::string a, std::string b) {
  const bool has_ports = l4 == to_string(transport::tcp) || l4 == to_string(transport::udp);
  if (!has_ports) {
    a = without_zero_port(std::move(a));
    b = without_zero_port(std::move(b));
  }
  if (b < a) std::swap(a, b);
  return {has_ports ? std::string(l4) : std::string(), std::move(a), std::move(b)};
}

struct found_flow {
  const traffic_group* group = nullptr;
  const flow* of = nullptr;
};

std::map<flow_key, found_flow> index_of(const std::vector<traffic_group_ptr>& groups) {
  std::map<flow_key, found_flow> index;
  for (const auto& group : groups) {
    for (const flow& each : group->flows) {
      const auto key = key_of(to_string(each.l4), each.client, each.server);
      const auto [place, is_new] = index.try_emplace(key, found_flow{group.get(), &each});
      // Reused ports make two flows of one pair of endpoints: the one with payload is meant.
      if (!is_new && place->second.of->opening.empty()) place->second = {group.get(), &each};
    }
  }
  return index;
}

labelled_flow labelled(const row& from, const std::string& source, const found_flow& found) {
  labelled_flow made;
  made.label = from.at("label");
  made.capture = from.at("file");
  made.source = source;
  made.l4 = found.of->l4;
  for (segment each : found.of->opening) {
    const auto bytes = found.group->payload(each);
    each.offset = static_cast<std::uint32_t>(made.bytes.size());
    made.bytes.insert(made.bytes.end(), bytes.begin(), bytes.end());
    made.opening.push_back(each);
  }
  return made;
}

void add_capture(labelled_folder& to, const std::vector<traffic_group_ptr>& groups,
                 const std::vector<row>& rows, const std::string& source) {
  const auto index = index_of(groups);
  for (const row& each : rows) {
    const auto found =
        index.find(key_of(each.at("l4"), each.at("endpoint_a"), each.at("endpoint_b")));
    const std::string name = each.at("file") + ": " + each.at("l4") + ' ' + each.at("endpoint_a") +
                             ' ' + each.at("endpoint_b");
    if (found == index.end()) {
      to.problems.push_back(name + ": no such flow in the capture");
      continue;
    }
    to.flows.push_back(labelled(each, source, found->second));
    if (to.flows.back().opening.empty()) to.problems.push_back(name + ": the flow has no payload");
  }
}

}  // namespace

std::variant<labelled_folder, failure> read_labelled_folder(const std::string& folder,
                                                            const capture_reader& read) {
  auto captures = read_table(folder + "/captures.tsv", {"file", "source_repo"});
  if (auto* wrong = std::get_if<failure>(&captures)) return std::move(*wrong);
  auto flows = read_table(folder + "/flows.tsv",
                          {"file", "l4", "endpoint_a", "endpoint_b", "label", "tier"});
  if (auto* wrong = std::get_if<failure>(&flows)) return std::move(*wrong);
  std::map<std::string, std::string> sources;
  for (const row& each : std::get<0>(captures)) sources[each.at("file")] = each.at("source_repo");
  std::map<std::string, std::vector<row>> by_file;
  for (row& each : std::get<0>(flows)) {
    if (each.at("tier") == "A") by_file[each.at("file")].push_back(std::move(each));
  }
  labelled_folder made;
  for (const auto& [file, rows] : by_file) {
    const auto groups = read(folder + "/pcap/" + file);
    if (const auto* wrong = std::get_if<failure>(&groups)) {
      made.problems.push_back(wrong->what);
      continue;
    }
    add_capture(made, std::get<0>(groups), rows, sources[file]);
  }
  if (made.flows.empty()) {
    return failure{errc::bad_input, folder + ": none of its tables' flows could be read" +
                                        (made.problems.empty() ? "" : ", " + made.problems[0])};
  }
  return made;
}

}  // namespace troupe
