#pragma once

#include <memory>
#include <variant>

#include "actors/pipeline/grammar/grammar_model.hpp"
#include "messages/errc.hpp"
#include "runtime/config/options.hpp"

namespace troupe {

/// The weights that these options name. The failure names the key and the file.
[[nodiscard]] std::variant<std::shared_ptr<const grammar_model>, failure> configured_grammar_model(
    const options& settings);

}  // namespace troupe
