#include "actors/pipeline/worker/stage_functions.hpp"

#include <utility>

#include "actors/pipeline/classifier/classifier.hpp"
#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/grammar/grammar_model.hpp"
#include "actors/pipeline/parser/parse_all.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "actors/pipeline/validator/validator.hpp"

namespace troupe {

namespace {

template <class Result>
std::shared_ptr<const Result> keep(Result result, bool& cut_short) {
  cut_short = result.cut_short;
  return std::make_shared<const Result>(std::move(result));
}

failure run_statistics(const stage_input& input, findings& found, bool& cut_short) {
  found.stats = keep(compute_statistics(input.traffic, input.context), cut_short);
  return {};
}

failure run_grammar(const grammar_model* model, const stage_input& input, findings& found,
                    bool& cut_short) {
  if (model == nullptr) return {errc::grammar_failed, "no grammar model is loaded"};
  if (!found.stats) return {errc::grammar_failed, "inference needs the statistics"};
  if (input.traffic.messages.empty()) {
    return {errc::grammar_failed, "the group has no message with payload"};
  }
  found.grammar =
      keep(infer_format(input.traffic, *found.stats, input.context, {model->weights}), cut_short);
  return {};
}

failure run_parser(const stage_input& input, findings& found, bool& cut_short) {
  if (!found.grammar) return {errc::parser_failed, "parsing needs a format"};
  found.parse = keep(parse_all(*found.grammar, input.traffic, input.context), cut_short);
  return {};
}

failure run_validator(const stage_input& input, findings& found, bool& cut_short) {
  if (!found.grammar) return {errc::validator_failed, "validation needs a format"};
  found.validity =
      keep(validate(*found.grammar, input.traffic, input.level, input.context), cut_short);
  return {};
}

}  // namespace

stage_table make_stage_table(std::shared_ptr<const classifier_model> classifier,
                             std::shared_ptr<const grammar_model> grammar) {
  auto run_classifier = [model = std::move(classifier)](const stage_input& input, findings& found,
                                                        bool& cut_short) -> failure {
    if (!model) return {errc::classifier_failed, "no classifier model is loaded"};
    found.protocol = keep(classify(*model, input.traffic, input.context), cut_short);
    return {};
  };
  auto cut_by_model = [model = std::move(grammar)](const stage_input& input, findings& found,
                                                   bool& cut_short) {
    return run_grammar(model.get(), input, found, cut_short);
  };
  return {run_statistics, cut_by_model, run_parser, run_classifier, run_validator};
}

}  // namespace troupe
