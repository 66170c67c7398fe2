#include <cstdio>

#include "actors/pipeline/grammar_training/training_evaluation.hpp"

namespace troupe {

namespace {

std::string shown(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

std::string plain(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

void add_row(std::string& to, const std::string& what, const boundary_scores& scores) {
  to.append("| ").append(what);
  for (const double one : {scores.f1, scores.false_rate, scores.fms, scores.perfection}) {
    to.append(" | ").append(shown(one));
  }
  to.append(" |\n");
}

std::string recipe_of(const grammar_training_options& how) {
  return "seed " + std::to_string(how.seed) + ", " + std::to_string(how.rounds) +
         " rounds, ridge " + plain(how.ridge) + ", surplus " + plain(how.surplus) + ", leash " +
         plain(how.leash);
}

std::string data_of(const std::vector<const labelled_protocol*>& from) {
  std::size_t messages = 0;
  std::string names;
  for (const auto* one : from) {
    messages += one->traffic.messages.size();
    names.append(names.empty() ? "" : ", ").append(one->traffic.name);
  }
  return std::to_string(messages) + " labelled messages of " + std::to_string(from.size()) +
         " protocols: " + names + ".";
}

std::string figures_of(const training_record& about) {
  std::string out = "| protocols | F1 | FPR | FMS | perfection |\n|---|---|---|---|---|\n";
  const auto count = std::to_string(about.in_training.size());
  add_row(out, count + ", in training", mean_of(about.in_training));
  if (!about.in_folds.empty()) {
    add_row(out, count + ", each left out with its fold (" + std::to_string(about.folds) + ")",
            mean_of(about.in_folds));
  }
  for (const auto& one : about.held_out) add_row(out, one.name + ", never learnt from", one.scores);
  if (about.in_folds.empty()) return out;
  out.append("\nEach protocol by weights from the folds that it is not in:\n\n");
  out.append("| protocol | F1 | FPR | FMS | perfection |\n|---|---|---|---|---|\n");
  for (const auto& one : about.in_folds) add_row(out, one.name, one.scores);
  return out;
}

}  // namespace

std::string model_card(const training_record& about, const std::string& file) {
  std::string out = "# " + about.model.name + "\n\n";
  out.append(
      "Weights of the evidence for a field that begins between two columns of bytes. Used by the\n"
      "grammar stage where nothing stronger says what stands there. No protocol is in it.\n\n"
      "| | |\n|---|---|\n");
  out.append("| file | `" + file + "`, " +
             std::to_string(encode_grammar_model(about.model).size()) + " bytes of text, layout " +
             std::to_string(grammar_model_layout) + "; XXH3-64 of its lines in the last |\n");
  out.append("| weights | " + std::to_string(about.model.weights.size()) + ", log-odds |\n");
  out.append("| recipe | " + recipe_of(about.how) + " |\n");
  out.append(
      "| made by | `troupe train grammar`: the same folder and recipe give the same file |\n");
  out.append("\n## Data\n\n" + data_of(about.learnt_from) +
             " Labels are used in training only.\n\n## Figures\n\n");
  out.append("Boundaries of fields in whole messages, ACCURATE; means over protocols.\n\n");
  out.append(figures_of(about));
  out.append(
      "\n## Limits\n\n"
      "- Only these weights are left out in folds. Which evidence is weighed, and all rules "
      "around\n"
      "  it, were chosen while looking at all of the data: expect less on other protocols.\n"
      "- In each protocol the weights are the same; a protocol of single bytes that looks like "
      "one\n"
      "  of words is cut into words.\n"
      "- Text is not cut by weights.\n");
  return out;
}

}  // namespace troupe
