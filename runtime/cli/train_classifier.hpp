#pragma once

#include <cstdint>
#include <string>

#include "runtime/cli/console.hpp"

namespace troupe::cli {

/// `troupe train classifier FOLDER`: what to learn from and where the model goes.
struct train_classifier_request {
  std::string folder;                      // with pcap/, captures.tsv and flows.tsv
  std::string model = "classifier.model";  // is written; empty: no model, only figures
  std::string name = "classifier 1";       // name and version, as verdicts show it
  std::uint64_t seed = 1;
  bool evaluate = false;  // print how well the recipe does on captures that it was not trained on
  std::string kept_source = "ntop/nDPI";  // never left out when whole sources are: it is most of
                                          // the data
};

[[nodiscard]] exit_code train_classifier_command(const train_classifier_request& asked,
                                                 console& io);

}  // namespace troupe::cli
