#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "actors/pipeline/grammar/cuts.hpp"
#include "messages/errc.hpp"

namespace troupe {

/// What inference has learnt from labelled protocols: by how much each kind of evidence speaks for
/// a field that begins between two columns. Nothing in it is of one protocol.
struct grammar_model {
  std::string name;                 // and version
  grammar::gap_evidence weights{};  // log-odds

  friend bool operator==(const grammar_model&, const grammar_model&) = default;
};

// A grammar model as a text file; each line as shown, nothing else:
//
//   troupe grammar model 1           the layout
//   name grammar 1
//   weight always 0.3                one line for each of grammar::gap_evidence_names, in that
//   ...                              order; the shortest decimal that gives the same double
//   xxh3 0123456789abcdef            XXH3-64 of all bytes before this line

/// Layout that is written, and the only one that is read.
inline constexpr std::uint32_t grammar_model_layout = 1;

/// Larger files are not read.
inline constexpr std::uint64_t grammar_model_limit_bytes = 64ULL << 10U;

/// A weight lies between minus and plus this: nothing is that certain.
inline constexpr double largest_weight = 100;

/// One line of 1 to 100 bytes.
[[nodiscard]] bool is_model_name(std::string_view text);

/// The name must be one.
[[nodiscard]] std::string encode_grammar_model(const grammar_model& model);

/// Refuses what is foreign, damaged or incomplete, and says what is wrong in which line.
[[nodiscard]] std::variant<grammar_model, failure> decode_grammar_model(std::string_view text);

/// Reads a model file; the failure names the path.
[[nodiscard]] std::variant<grammar_model, failure> load_grammar_model(const std::string& path);

}  // namespace troupe
