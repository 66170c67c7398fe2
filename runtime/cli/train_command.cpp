#include <CLI/CLI.hpp>

#include "runtime/cli/command_line.hpp"
#include "runtime/cli/train_classifier.hpp"
#include "runtime/cli/train_grammar.hpp"

namespace troupe::cli {

namespace {

void add_classifier(CLI::App& train, chosen_command& chosen) {
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

void add_grammar(CLI::App& train, chosen_command& chosen) {
  auto asked = std::make_shared<train_grammar_request>();
  auto& grammar = *train.add_subcommand("grammar", "The weights that fields are cut by");
  grammar.footer(
      "FOLDER has one file of labelled messages for each protocol, *.jsonl or *.jsonl.gz, one\n"
      "message a line:\n"
      "  {\"hex\": \"0a0b\", \"direction\": \"c2s\", \"t\": 0.5, \"flow\": 0,\n"
      "   \"fields\": [{\"offset\": 0, \"length\": 2, \"name\": \"id\", \"type\": \"uint\"}]}\n"
      "Beside the model its card is written, as .md.\n"
      "Examples:\n"
      "  troupe train grammar --output grammar.model --evaluate labelled/\n"
      "  troupe train grammar --output '' labelled/ --hold-out labelled/dns.jsonl.gz");
  grammar.add_option("folder", asked->folder, "Of labelled messages")
      ->required()
      ->type_name("FOLDER");
  grammar.add_option("-o,--output", asked->output, "Is written; empty: only figures")
      ->type_name("FILE")
      ->capture_default_str();
  grammar.add_option("--name", asked->how.name, "Name and version, as the model says")
      ->type_name("TEXT")
      ->check(CLI::Validator(
          [](const std::string& text) {
            return is_model_name(text) ? std::string() : "a name is one line of 1 to 100 bytes";
          },
          "", "name"))
      ->capture_default_str();
  grammar.add_option("--seed", asked->how.seed, "Same seed, same model")
      ->type_name("N")
      ->capture_default_str();
  grammar.add_option("--ridge", asked->how.ridge, "How strongly weights are held small in the fit")
      ->type_name("X")
      ->check(CLI::Range(1e-6, 100.0))
      ->capture_default_str();
  grammar.add_flag("--evaluate", asked->evaluate,
                   "Judge each protocol by weights that have not seen it: five folds");
  grammar
      .add_option("--hold-out", asked->held_out,
                  "A file that is judged and never learnt from; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  grammar.callback([asked, &chosen] {
    chosen = [asked](console& io) { return train_grammar_command(*asked, io); };
  });
}

}  // namespace

void add_train_command(CLI::App& program, chosen_command& chosen) {
  auto& train = *program.add_subcommand("train", "Learn a model from labelled captures");
  train.require_subcommand(1);
  train.footer(
      "Examples:\n"
      "  troupe train classifier --model classifier.model labelled/\n"
      "  troupe train grammar --output grammar.model labelled-messages/");
  add_classifier(train, chosen);
  add_grammar(train, chosen);
}

}  // namespace troupe::cli
