#pragma once

#include <string>
#include <vector>

#include "actors/pipeline/grammar_training/cut_training.hpp"
#include "runtime/cli/console.hpp"

namespace troupe::cli {

/// `troupe train grammar FOLDER`: what to learn from and where the model goes.
struct train_grammar_request {
  std::string folder;                    // of labelled messages, one protocol a file
  std::string output = "grammar.model";  // is written, and its card beside; empty: only figures
  grammar_training_options how;
  bool evaluate = false;              // five folds over whole protocols
  std::vector<std::string> held_out;  // files that are judged and never learnt from
};

[[nodiscard]] exit_code train_grammar_command(const train_grammar_request& asked, console& io);

}  // namespace troupe::cli
