#include "runtime/cli/train_grammar.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <ostream>
#include <utility>
#include <variant>

#include "actors/pipeline/grammar_training/training_evaluation.hpp"
#include "runtime/store/output_file.hpp"

namespace troupe::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t folds = 5;
constexpr std::size_t fewest_protocols = 2;

using protocols = std::vector<labelled_protocol>;

std::string line(const std::string& what, const boundary_scores& scores) {
  std::array<char, 120> text{};
  std::snprintf(text.data(), text.size(), "%-28s %6.3f %6.3f %6.3f %10.3f\n", what.c_str(),
                scores.f1, scores.false_rate, scores.fms, scores.perfection);
  return text.data();
}

void print_figures(const training_record& about, std::ostream& out) {
  out << "judged                           F1    FPR    FMS perfection\n"
      << line("in training, mean", mean_of(about.in_training));
  for (const auto& one : about.in_folds) out << line("  " + one.name + ", left out", one.scores);
  if (!about.in_folds.empty()) out << line("left out, mean", mean_of(about.in_folds));
  for (const auto& one : about.held_out) out << line(one.name + ", held out", one.scores);
}

/// The files that are held out, taken out of the folder's where they are in it.
std::variant<protocols, failure> split_off(const std::vector<std::string>& files, protocols& from) {
  protocols out;
  for (const auto& file : files) {
    auto read = load_labelled_protocol(file);
    if (auto* why = std::get_if<failure>(&read)) return std::move(*why);
    out.push_back(std::get<labelled_protocol>(std::move(read)));
    std::erase_if(from,
                  [&](const auto& one) { return one.traffic.name == out.back().traffic.name; });
  }
  return out;
}

failure save(const std::string& text, const std::string& path) {
  auto opened = output_file::open(path);
  if (auto* why = std::get_if<failure>(&opened)) return std::move(*why);
  auto& out = *std::get<std::unique_ptr<output_file>>(opened);
  out.stream() << text;
  return out.put_in_place();
}

exit_code write(const training_record& about, const std::string& path, console& io) {
  const auto card = fs::path(path).replace_extension(".md");
  const auto named = fs::path(path).filename().string();
  for (const auto& [text, where] : {std::pair(encode_grammar_model(about.model), path),
                                    std::pair(model_card(about, named), card.string())}) {
    if (const failure why = save(text, where)) {
      complain(io, why.what);
      return exit_code::usage;
    }
  }
  io.out << path << ": " << about.model.name << ", " << about.model.weights.size()
         << " weights; its card: " << card.string() << '\n';
  return exit_code::done;
}

}  // namespace

exit_code train_grammar_command(const train_grammar_request& asked, console& io) {
  const auto refuse = [&](const std::string& why) {
    complain(io, why);
    return exit_code::bad_input;
  };
  if (fs::path(asked.output).extension() == ".md") {
    return refuse(asked.output +
                  ": the card beside the model ends in .md: give the model another ending");
  }
  auto read = load_labelled_protocols(asked.folder);
  if (const auto* why = std::get_if<failure>(&read)) return refuse(why->what);
  auto& all = std::get<protocols>(read);
  const auto apart = split_off(asked.held_out, all);
  if (const auto* why = std::get_if<failure>(&apart)) return refuse(why->what);
  if (all.size() < fewest_protocols) {
    return refuse(asked.folder + ": training needs 2 protocols or more, one a file; there are " +
                  std::to_string(all.size()) + " that are not held out");
  }
  const auto tell = [&](const std::string& what) { io.out << what << '\n' << std::flush; };
  training_record about;
  about.how = asked.how;
  for (const auto& one : all) about.learnt_from.push_back(&one);
  about.model = train_grammar(about.learnt_from, asked.how, tell);
  const auto judged = [&](const labelled_protocol& one) {
    return judge_model(about.model, one, asked.how.seed);
  };
  std::ranges::transform(all, std::back_inserter(about.in_training), judged);
  std::ranges::transform(std::get<protocols>(apart), std::back_inserter(about.held_out), judged);
  if (asked.evaluate) {
    about.folds = std::min(folds, all.size());
    about.in_folds = cross_validate(about.learnt_from, asked.how, about.folds, tell);
  }
  print_figures(about, io.out);
  return asked.output.empty() ? exit_code::done : write(about, asked.output, io);
}

}  // namespace troupe::cli
