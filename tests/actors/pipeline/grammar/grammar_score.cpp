// Writes the result JSON of score_discovery.py for every file of a folder of labelled messages, to
// standard output. Times and parse failures go to standard error.
//
//   grammar_score FOLDER [PROTOCOL...]     with the weights set by hand
//     --folds      each fifth of the protocols with a model learnt from the other four fifths
//     --split N    nine protocols drawn from seed N, with a model learnt from the others

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "tests/actors/pipeline/grammar/labelled_traffic.hpp"

namespace {

using namespace troupe;

nlohmann::json scored(const traffic_group& group, const grammar::boundary_model* learnt) {
  const auto begin = std::chrono::steady_clock::now();
  const work_context work{quality_mode::accurate, 1, {}};
  const auto found = infer_format(group, compute_statistics(group, work), work, learnt);
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

using labelled = std::vector<grammar::labelled_messages>;

grammar::boundary_model learnt_from(const labelled& protocols,
                                    const std::vector<std::size_t>& but) {
  std::vector<const grammar::labelled_messages*> others;
  for (std::size_t i = 0; i < protocols.size(); ++i) {
    if (std::ranges::find(but, i) == but.end()) others.push_back(&protocols[i]);
  }
  grammar::boundary_training options;
  if (auto* e = std::getenv("G_TREES")) options.how.trees = static_cast<std::uint32_t>(std::atoi(e));
  if (auto* e = std::getenv("G_COLS")) options.how.tried_percent = static_cast<std::uint32_t>(std::atoi(e));
  if (auto* e = std::getenv("G_LEAVES")) options.how.leaves = static_cast<std::uint32_t>(std::atoi(e));
  if (auto* e = std::getenv("G_RATE")) options.how.rate = std::atof(e);
  if (auto* e = std::getenv("G_RIDGE")) options.how.ridge = std::atof(e);
  if (auto* e = std::getenv("G_LEAST")) options.how.least_weight = std::atof(e);
  auto m= grammar::train_boundaries(others, options);
  if (auto* e = std::getenv("G_START")) m.trees.start = std::atof(e);
  return m;
}

/// Which protocols are left out together.
std::vector<std::vector<std::size_t>> parts_of(std::size_t protocols, std::uint64_t seed,
                                               std::size_t parts) {
  std::vector<std::size_t> order(protocols);
  for (std::size_t i = 0; i < protocols; ++i) order[i] = i;
  std::mt19937_64 random(seed);
  for (std::size_t i = protocols; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  std::vector<std::vector<std::size_t>> out(parts);
  for (std::size_t i = 0; i < protocols; ++i) out[i % parts].push_back(order[i]);
  return out;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> names;
  bool folds = false;
  std::optional<std::uint64_t> split;
  for (int i = 1; i < count; ++i) {
    const std::string one = arguments[i];
    if (one == "--folds") {
      folds = true;
    } else if (one == "--split" && i + 1 < count) {
      split = std::stoull(arguments[++i]);
    } else {
      names.push_back(one);
    }
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
  labelled protocols;
  for (const auto& file : files) protocols.push_back(test::read_labelled_messages(file));
  auto results = nlohmann::json::array();
  if (folds) {
    for (const auto& part : parts_of(protocols.size(), 1, 5)) {
      const auto learnt = learnt_from(protocols, part);
      for (const auto i : part) results.push_back(scored(protocols[i].traffic, &learnt));
    }
  } else if (split) {
    auto part = parts_of(protocols.size(), *split, 1).front();
    part.resize(std::min<std::size_t>(part.size(), 9));
    const auto learnt = learnt_from(protocols, part);
    for (const auto i : part) results.push_back(scored(protocols[i].traffic, &learnt));
  } else {
    for (const auto& one : protocols) results.push_back(scored(one.traffic, nullptr));
  }
  std::fputs(results.dump().c_str(), stdout);
  return 0;
}
