// Figures for people: what one flow costs, from its packets to the verdict with its evidence, and
// how long the model takes to load. Processor time, best of several rounds, for machines are
// shared.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>

#include "actors/pipeline/classifier/model_file.hpp"
#include "tests/actors/pipeline/classifier/real_flows.hpp"

namespace {

constexpr int rounds = 20;

template <class Work>
double best_seconds(const Work& work) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < rounds; ++i) {
    const std::clock_t begin = std::clock();
    work();
    best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  return best;
}

}  // namespace

int main() {
  const std::string path = TROUPE_SOURCE_DIR "/config/models/classifier.model";
  const auto loaded = troupe::load_model(path);
  const auto read = troupe::read_labelled_captures();
  if (const auto* why = std::get_if<troupe::failure>(&loaded)) {
    std::fprintf(stderr, "%s\n", why->what.c_str());
    return 1;
  }
  if (const auto* why = std::get_if<troupe::failure>(&read)) {
    std::fprintf(stderr, "%s\n", why->what.c_str());
    return 1;
  }
  const double load = best_seconds([&] { static_cast<void>(troupe::load_model(path)); });
  std::printf("load %.2f ms\n", load * 1e3);
  const auto& flows = std::get<troupe::labelled_folder>(read).flows;
  auto model = std::get<troupe::classifier_model>(loaded);
  std::size_t answers = 0;
  for (const double early : {model.early_threshold, 2.0}) {
    model.early_threshold = early;
    troupe::flow_classifier classifier(model);
    const double all = best_seconds([&] {
      for (const auto& flow : flows) answers += classifier.classify(flow.view()).label ? 1U : 0U;
    });
    std::printf("%s: %.1f us a flow\n", early > 1 ? "all segments" : "early decision",
                all / static_cast<double>(flows.size()) * 1e6);
  }
  std::printf("%zu flows, %.1f %% answered\n", flows.size(),
              static_cast<double>(answers) / static_cast<double>(2 * rounds * flows.size()) * 100);
  return 0;
}
