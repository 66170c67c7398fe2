#pragma once

#include "messages/findings.hpp"
#include "messages/format.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

/// Judges every message of the group by the format, which may come from other traffic.
///
///   basic       the format fits, where it is settled: every element has its bytes, and none are
///   left standard    the message type is known, where types are few enough to know them all;
///   constants,
///               enumerations and numbers are among what was seen (see `value_rules`); the message
///               is about as long as others of its type; text begins as text; what all types begin
///               with is there (see `common_rules`)
///   strict      length, count and checksum fields agree with what they cover; the message ends as
///               others did (see `end_rules`)
///   enterprise  counters go on, and types follow each other as seen (see `flow_rules`)
///
/// A layout is settled when so many messages had it that another one is improbable. A message that
/// does not fit one that is not, or whose type is new while new ones are expected, is *unfamiliar*:
/// judged only by what holds for all types, and counted.
///
/// Does not say that a valid message is harmless, only that it looks like the others.
[[nodiscard]] validation validate(const format& what, const traffic_group& group,
                                  validation_level level, const work_context& work);

}  // namespace troupe
