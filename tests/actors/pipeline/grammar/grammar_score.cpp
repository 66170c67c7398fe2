// Writes the result JSON of score_discovery.py for every file of a folder of labelled messages, to
// standard output: grammar_score [OPTION NUMBER]... FOLDER [PROTOCOL...]. Times and parse failures
// go to standard error.
//   --remapped SEED  constants and enumerations have other values, ids are shifted
//   --folds N        the weights of cuts are trained anew for each of N folds, on the protocols of
//                    the others; with N = 1 on all protocols, as an upper bound
//   --split SEED     they are trained on 20 of 29 protocols, the other 9 are judged
//   --ridge X, --leash X, --surplus X, --rounds N   of the training, see grammar_training_options
// Without --folds and --split the weights are those that are shipped.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/grammar_training/cut_training.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "tests/actors/pipeline/grammar/labelled_traffic.hpp"
#include "tests/support/shipped_grammar.hpp"

namespace {

using namespace troupe;

nlohmann::json scored(const traffic_group& group, const grammar::cut_rules& cuts) {
  const auto begin = std::chrono::steady_clock::now();
  const work_context work{quality_mode::accurate, 1, {}};
  const auto found = infer_format(group, compute_statistics(group, work), work, cuts);
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

struct arguments {
  std::optional<std::uint64_t> remapped;
  std::size_t folds = 0;               // 0: the weights as they are
  std::optional<std::uint64_t> split;  // the seed of what is left out, a third
  grammar_training_options how;
  std::vector<std::string> names;
};

arguments read_arguments(std::vector<std::string> given) {
  arguments out;
  while (given.size() > 1 && given[0].starts_with("--")) {
    if (given[0] == "--remapped") out.remapped = std::stoull(given[1]);
    if (given[0] == "--folds") out.folds = std::stoul(given[1]);
    if (given[0] == "--split") out.split = std::stoull(given[1]);
    if (given[0] == "--ridge") out.how.ridge = std::stod(given[1]);
    if (given[0] == "--surplus") out.how.surplus = std::stod(given[1]);
    if (given[0] == "--leash") out.how.leash = std::stod(given[1]);
    if (given[0] == "--rounds") out.how.rounds = std::stoi(given[1]);
    given.erase(given.begin(), given.begin() + 2);
  }
  out.names = std::move(given);
  return out;
}

/// Weights for each file, fitted on the files that are not in its group; nothing for files that are
/// only learnt from.
std::vector<std::optional<grammar::cut_rules>> fitted_rules(
    const std::vector<std::filesystem::path>& files, const arguments& given) {
  std::vector<std::size_t> order(files.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 random(given.split.value_or(1));
  for (auto i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  const auto groups = given.split ? 1 : given.folds;
  const auto group_of = [&](std::size_t place) -> std::size_t {
    if (given.folds == 1) return 1;  // all are learnt from, none is left out
    if (given.split) return place * 29 < files.size() * 9 ? 0U : 1U;
    return place % groups;
  };
  std::vector<labelled_protocol> all;
  for (const auto& file : files)
    all.push_back({test::read_labelled_traffic(file), test::read_labels(file)});
  std::vector<std::optional<grammar::cut_rules>> out(files.size());
  for (std::size_t group = 0; group < groups; ++group) {
    std::vector<const labelled_protocol*> from;
    for (std::size_t place = 0; place < order.size(); ++place)
      if (group_of(place) != group) from.push_back(&all[order[place]]);
    const grammar::cut_rules rules{train_grammar(from, given.how).weights, {}};
    for (std::size_t place = 0; place < order.size(); ++place)
      if (group_of(place) == group || given.folds == 1) out[order[place]] = rules;
    for (const auto one : rules.weights) std::fprintf(stderr, "%.2f ", one);
    std::fprintf(stderr, "\n");
  }
  return out;
}

}  // namespace

int main(int count, char** values) {
  const auto given = read_arguments({values + 1, values + count});
  if (given.names.empty()) return 2;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(given.names.front())) {
    const auto name = entry.path().filename().string();
    const bool wanted =
        given.names.size() == 1 || std::ranges::any_of(given.names, [&](const auto& one) {
          return name == one + ".jsonl.gz";
        });
    if (wanted && name.ends_with(".jsonl.gz")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::optional<grammar::cut_rules>> rules(files.size(), test::shipped_cuts());
  if (given.folds > 0 || given.split) rules = fitted_rules(files, given);
  auto results = nlohmann::json::array();
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!rules[i]) continue;
    results.push_back(scored(given.remapped ? test::read_remapped_traffic(files[i], *given.remapped)
                                            : test::read_labelled_traffic(files[i]),
                             *rules[i]));
  }
  std::fputs(results.dump().c_str(), stdout);
  return 0;
}
