#pragma once

#include <array>
#include <functional>
#include <memory>

#include "messages/discovery.hpp"
#include "messages/findings.hpp"
#include "messages/work.hpp"

namespace troupe {

struct classifier_model;
struct grammar_model;

/// What a stage is asked to do, without the actor world around it.
struct stage_input {
  const traffic_group& traffic;
  validation_level level = validation_level::standard;
  work_context context;
};

/// Computes one stage and adds its result to `found`. A failure (expected, a value) leaves `found`
/// as it was; an exception is a defect and ends the worker. Sets `cut_short` when the stop token
/// ended it early.
using stage_function =
    std::function<failure(const stage_input& input, findings& found, bool& cut_short)>;

/// One function for each of all_stages, in that order.
using stage_table = std::array<stage_function, all_stages.size()>;

/// The real stages. Either model may be null: then its stage answers `classifier_failed`, or
/// `grammar_failed`.
[[nodiscard]] stage_table make_stage_table(std::shared_ptr<const classifier_model> classifier,
                                           std::shared_ptr<const grammar_model> grammar);

}  // namespace troupe
