#include <CLI/CLI.hpp>

#include "runtime/cli/command_line.hpp"
#include "runtime/cli/train_classifier.hpp"

namespace troupe::cli {

void add_train_command(CLI::App& program, chosen_command& chosen) {
  auto& train = *program.add_subcommand("train", "Learn a model from labelled captures");
  train.require_subcommand(1);
  train.footer("Example:\n  troupe train classifier --model classifier.model labelled/");

  auto asked = std::make_shared<train_classifier_request>();
  auto& classifier = *train.add_subcommand("classifier", "The model that names protocols");
  classifier.footer(
      "Examples:\n"
      "  troupe train classifier --model classifier.model labelled/\n"
      "  troupe train classifier --model '' --evaluate labelled/");
  classifier.add_option("folder", asked->folder, "With pcap/, captures.tsv and flows.tsv")
      ->required()
      ->type_name("FOLDER");
  classifier.add_option("-o,--model", asked->model, "Is written; empty: only figures")
      ->type_name("FILE")
      ->capture_default_str();
  classifier.add_option("--name", asked->name, "Name and version, as verdicts show it")
      ->type_name("TEXT")
      ->capture_default_str();
  classifier.add_option("--seed", asked->seed, "Same seed, same model")
      ->type_name("N")
      ->capture_default_str();
  classifier.add_flag("--evaluate", asked->evaluate,
                      "Print how well it does on captures that it was not trained on");
  classifier.callback([asked, &chosen] {
    chosen = [asked](console& io) { return train_classifier_command(*asked, io); };
  });
}

}  // namespace troupe::cli
