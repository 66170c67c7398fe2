// Writes the result JSON of score_discovery.py for every file of a folder of labelled messages, to
// standard output: grammar_score [--remapped SEED] FOLDER [PROTOCOL...]. Times and parse failures
// go to standard error. Remapped: constants and enumerations have other values, ids are shifted.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "tests/actors/pipeline/grammar/labelled_traffic.hpp"

namespace {

using namespace troupe;

nlohmann::json scored(const traffic_group& group) {
  const auto begin = std::chrono::steady_clock::now();
  const work_context work{quality_mode::accurate, 1, {}};
  const auto found = infer_format(group, compute_statistics(group, work), work);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const parser executable(found);
  nlohmann::json out{{"protocol", group.name}, {"seconds", took.count()}};
  auto messages = nlohmann::json::array();
  auto types = nlohmann::json::array();
  auto clusters = nlohmann::json::array();
  std::size_t failed = 0;
  for (std::size_t i = 0; i < group.messages.size(); ++i) {
    const auto bytes = group.payload(group.messages[i]);
    const auto parsed = executable.parse(bytes, group.messages[i].dir);
    failed += parsed.error ? 1U : 0U;
    auto boundaries = nlohmann::json::array();
    for (const auto& leaf : parsed.fields) {
      if (leaf.offset > 0) boundaries.push_back(leaf.offset);
      types.push_back(
          {{"index", i},
           {"offset", leaf.offset},
           {"length", leaf.size},
           {"type", score_type_name(leaf.kind, bytes.subspan(leaf.offset, leaf.size))}});
    }
    messages.push_back({{"index", i}, {"boundaries", std::move(boundaries)}});
    clusters.push_back(parsed.type);
  }
  std::fprintf(stderr, "%-10s %5zu messages %3zu types %4zu not parsed %7.1f ms %s\n",
               group.name.c_str(), group.messages.size(), found.types.size(), failed,
               took.count() * 1e3, executable.refused().what.c_str());
  for (const auto& why : found.evidence) std::fprintf(stderr, "           %s\n", why.c_str());
  out["messages"] = std::move(messages);
  out["types"] = std::move(types);
  out["clusters"] = std::move(clusters);
  return out;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> names(arguments + 1, arguments + count);
  std::optional<std::uint64_t> remapped;
  if (names.size() > 2 && names[0] == "--remapped") {
    remapped = std::stoull(names[1]);
    names.erase(names.begin(), names.begin() + 2);
  }
  if (names.empty()) return 2;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(names.front())) {
    const auto name = entry.path().filename().string();
    const bool wanted = names.size() == 1 || std::ranges::any_of(names, [&](const auto& one) {
                          return name == one + ".jsonl.gz";
                        });
    if (wanted && name.ends_with(".jsonl.gz")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  auto results = nlohmann::json::array();
  for (const auto& file : files) {
    results.push_back(scored(remapped ? test::read_remapped_traffic(file, *remapped)
                                      : test::read_labelled_traffic(file)));
  }
  std::fputs(results.dump().c_str(), stdout);
  return 0;
}
