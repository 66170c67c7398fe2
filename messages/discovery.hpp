#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/errc.hpp"
#include "messages/findings.hpp"
#include "messages/ids.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

/// Who goes first when not all can be served.
enum class request_priority : std::uint8_t { background, normal, urgent };

[[nodiscard]] std::string_view to_string(request_priority priority) noexcept;

/// What a caller takes in place of a whole answer in time.
enum class fallback : std::uint8_t {
  none,
  cached,   // an earlier answer to the same request, also one that is stale; labelled with its age
  fast,     // what mode FAST would have found
  partial,  // what is there
};

[[nodiscard]] std::string_view to_string(fallback way) noexcept;

/// In the order in which they are tried; `none` is skipped. After the last comes the error.
using fallback_order = std::array<fallback, 3>;

/// What a caller asks for: one traffic group, one deadline, one answer.
struct discovery_request {
  request_id id;   // 0: the node draws one
  trace_id trace;  // none: the node draws one
  traffic_group_ptr input;
  quality_mode mode = quality_mode::balanced;
  validation_level level = validation_level::standard;
  duration budget = std::chrono::milliseconds(
      100);                // remaining time; re-anchored to the local clock at every hop
  std::uint64_t seed = 0;  // the same input, seed and model versions give the same answer
  bool use_cache = true;
  client_id client;  // whom to hold to its rate
  request_priority priority = request_priority::normal;
  fallback_order fallbacks{fallback::cached, fallback::fast, fallback::partial};
  std::vector<stage>
      only;  // stages wanted (what they need runs too); empty: all that the mode plans
};

/// What became of one stage of a request's plan.
struct stage_report {
  enum class outcome : std::uint8_t {
    done,       // ran to its end
    cut_short,  // ran, and was stopped: its result is the best so far
    skipped,    // not in the plan, or its cost did not fit what was left of the deadline
    failed,     // answered with an error
    late,       // had not answered when the deadline came
  };

  stage which = stage::statistics;
  outcome state = outcome::skipped;
  std::string why;      // empty when done
  duration started{0};  // since the request was accepted
  duration took{0};
  duration predicted{0};  // what it would cost at the 95th percentile, as known beforehand
  bool expected = true;   // said when the request began: it fits the deadline
  bool wanted = true;     // false: the request did not ask for it, so it was skipped

  friend bool operator==(const stage_report&, const stage_report&) = default;
};

[[nodiscard]] std::string_view to_string(stage_report::outcome state) noexcept;

/// The one answer. A partial result is a result: `stages` says what is missing and why.
struct discovery_result {
  request_id id;
  trace_id trace;
  content_hash input;  // hash_of(group)
  std::string group;   // its name
  quality_mode mode = quality_mode::balanced;
  findings found;
  std::vector<stage_report> stages;  // one for each of all_stages, in that order
  duration budget{0};
  duration took{0};      // from acceptance to answer
  bool in_time = true;   // took <= budget
  bool partial = false;  // some stage of the plan has no whole result
  bool from_cache = false;
  duration age{0};                 // of an answer from the cache
  fallback used = fallback::none;  // in place of the whole answer
  std::string fallback_why;        // empty without one
  double confidence = 0;           // 0..1, of the result as a whole (see the coordinator core)
};

using discovery_result_ptr = std::shared_ptr<const discovery_result>;

/// Names the work of running `stages` on `input` in this mode: the same for the same work. The
/// empty hash for no input.
[[nodiscard]] content_hash work_name(const content_hash& input, quality_mode mode,
                                     validation_level level,
                                     std::span<const stage> stages) noexcept;

}  // namespace troupe
