// Any text as a grammar model. What is read holds, and reads the same when it is written again.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "actors/pipeline/grammar/grammar_model.hpp"

namespace {

using namespace troupe;

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = decode_grammar_model(text);
  if (const auto* why = std::get_if<failure>(&read)) {
    must(why->code != errc::none && why->what.find("line ") != std::string::npos);
    return 0;
  }
  const auto& model = std::get<grammar_model>(read);
  for (const auto weight : model.weights) must(std::abs(weight) <= largest_weight);
  const auto again = decode_grammar_model(encode_grammar_model(model));
  must(std::holds_alternative<grammar_model>(again) && std::get<grammar_model>(again) == model);
  return 0;
}
