#include "runtime/cli/train_classifier.hpp"

#include <cstdio>
#include <ostream>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "actors/ingest/input.hpp"
#include "actors/pipeline/classifier/evaluation.hpp"
#include "actors/pipeline/classifier/labelled_folder.hpp"
#include "actors/pipeline/classifier/model_file.hpp"
#include "actors/pipeline/classifier/training.hpp"

namespace troupe::cli {
namespace {

constexpr double wanted_answers = 0.85;  // share of flows that the middle rows answer
constexpr double never_early = 2;        // no confidence is as high

std::variant<std::vector<traffic_group_ptr>, failure> read_capture(const std::string& path) {
  auto read = read_file(path, ingest_options{});
  if (auto* why = std::get_if<failure>(&read)) return std::move(*why);
  return std::move(std::get<ingest_result>(read).groups);
}

std::string line(const char* what, const char* rule, const score_card& card) {
  char text[200];
  std::snprintf(text, sizeof text, "%-15s %-25s %6zu %7zu %7.3f %7.3f %9.3f %8.3f %8.3f %6.3f\n",
                what, rule, card.flows, card.labels, card.right, card.wrong, card.abstained,
                card.right_by_capture, card.macro_f1, card.calibration_error);
  return text;
}

void print_packets(const score_card& card, std::ostream& out) {
  out << "decided by the first payload message: "
      << static_cast<int>(card.by_first_message * 100 + 0.5) << " % of the cross-validated flows";
  for (const auto& [l4, median] : card.packets_used) {
    out << ", " << to_string(l4) << " median packet " << median;
  }
  out << '\n';
}

void print_evaluation(std::span<const labelled_flow> flows, const training_options& options,
                      const train_classifier_request& asked, std::ostream& out) {
  const std::vector<std::string> kept{asked.kept_source};
  const evaluation judged(flows, options, kept);
  const decision_rule forced{0, never_early};
  const decision_rule most{judged.threshold_answering(wanted_answers, never_early), never_early};
  const decision_rule shipped{options.threshold, options.early_threshold};
  char rule[40];
  std::snprintf(rule, sizeof rule, "answers 85 %% (>= %.2f)", most.threshold);
  out << "validation      rule                       flows  labels   right   wrong abstained"
         "  capture macro-F1    ECE\n"
      << line("5 folds", "always answers", judged.cross_validation(forced))
      << line("5 folds", rule, judged.cross_validation(most))
      << line("5 folds", "as shipped", judged.cross_validation(shipped))
      << line("other sources", "always answers", judged.other_sources(forced))
      << line("other sources", rule, judged.other_sources(most))
      << line("other sources", "as shipped", judged.other_sources(shipped))
      << line("labels left out", rule, judged.foreign_labels(most))
      << line("labels left out", "as shipped", judged.foreign_labels(shipped));
  print_packets(judged.cross_validation(shipped), out);
}

exit_code write_model(std::span<const labelled_flow> flows, const training_options& options,
                      const std::string& path, console& io) {
  const auto trained = train_classifier(flows, options);
  if (const auto* why = std::get_if<failure>(&trained)) {
    complain(io, why->what);
    return exit_code::bad_input;
  }
  const auto& model = std::get<classifier_model>(trained);
  if (const failure why = save_model(model, path)) {
    complain(io, why.what);
    return exit_code::usage;
  }
  io.out << path << ": " << model.name << ", " << model.members.labels.size() << " labels, "
         << model.members.words.entries().size() << " features\n";
  return exit_code::done;
}

}  // namespace

exit_code train_classifier_command(const train_classifier_request& asked, console& io) {
  auto read = read_labelled_folder(asked.folder, read_capture);
  if (const auto* why = std::get_if<failure>(&read)) {
    complain(io, why->what);
    return exit_code::bad_input;
  }
  const auto& data = std::get<labelled_folder>(read);
  for (const std::string& problem : data.problems) complain(io, problem);
  io.out << asked.folder << ": " << data.flows.size() << " labelled flows\n";
  training_options options;
  options.seed = asked.seed;
  options.name = asked.name;
  if (asked.evaluate) print_evaluation(data.flows, options, asked, io.out);
  if (asked.model.empty()) return exit_code::done;
  const exit_code written = write_model(data.flows, options, asked.model, io);
  const bool all_read = data.problems.empty() || written != exit_code::done;
  return all_read ? written : exit_code::some_refused;
}

}  // namespace troupe::cli
