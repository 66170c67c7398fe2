#pragma once

#include <memory>
#include <stdexcept>

#include "actors/pipeline/grammar/grammar_model.hpp"

namespace troupe::test {

/// The model that is shipped: what tests infer formats with.
inline std::shared_ptr<const grammar_model> shipped_grammar() {
  static const auto model = [] {
    auto read = load_grammar_model(TROUPE_SOURCE_DIR "/config/models/grammar.model");
    if (const auto* why = std::get_if<failure>(&read)) throw std::runtime_error(why->what);
    return std::make_shared<const grammar_model>(std::get<grammar_model>(std::move(read)));
  }();
  return model;
}

inline grammar::cut_rules shipped_cuts() { return {shipped_grammar()->weights, {}}; }

}  // namespace troupe::test
