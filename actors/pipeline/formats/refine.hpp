#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actors/pipeline/grammar/cuts.hpp"
#include "messages/format.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

/// A stored format and what new messages did to it.
struct refinement {
  format what;
  std::uint64_t fitting = 0;         // new messages that the stored format reads whole
  std::uint64_t not_fitting = 0;     // and those that it does not
  std::vector<std::string> remarks;  // one for each type that came, was replaced, or does not fit

  friend bool operator==(const refinement&, const refinement&) = default;
};

/// Goes on with a stored format where new messages are: nothing of the old messages is needed, what
/// is known of them stands in the format.
///
/// - Messages that fit add to the counts, sizes, ranges, ends and known values. A constant with a
///   second value becomes an enumeration; an enumeration with more than 16 a number or opaque.
/// - New keyword values make a new type, inferred from its messages.
/// - Messages of a known type that do not fit are counted. Where they are more than the type's
///   messages before and the new ones that fit, its body is inferred again, from them.
///
/// The version rises by one exactly where `identity_of` changes. The same messages twice count
/// twice. Keywords are never looked for again: a format whose types are told wrongly stays so.
/// `stored` must pass `check`. New bodies are cut by `cuts`.
[[nodiscard]] refinement refine(const format& stored, const traffic_group& group,
                                const work_context& work, const grammar::cut_rules& cuts);

}  // namespace troupe
