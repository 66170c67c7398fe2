#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "actors/pipeline/grammar/cuts.hpp"
#include "messages/findings.hpp"
#include "messages/format.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

/// Infers a format from one group's messages. Pure: the same group, effort and seed give the same
/// format. No protocol is known; all evidence is in the messages.
///
///   sample ─► text or binary ─► keywords ─► message types ─► one body per type ─► transitions
///
/// `cuts` has the weights that columns are cut by, and who hears what they were cut by.
/// Learns from a bounded sample. When the stop token fires, what is not yet understood becomes
/// opaque and `cut_short` is set: the format can be executed at any time. An empty group gives one
/// opaque type.
[[nodiscard]] format infer_format(const traffic_group& group, const statistics& stats,
                                  const work_context& work, const grammar::cut_rules& cuts);

/// The same for messages that are known to be of one type: no keywords are looked for.
[[nodiscard]] format infer_single_type(const traffic_group& group, const statistics& stats,
                                       const work_context& work, const grammar::cut_rules& cuts);

/// The type name of one parsed leaf in the result format of score_discovery.py; empty where that
/// has no name for it.
[[nodiscard]] std::string_view score_type_name(field_kind kind,
                                               std::span<const std::uint8_t> bytes) noexcept;

}  // namespace troupe
