#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "actors/pipeline/classifier/members.hpp"
#include "actors/pipeline/classifier/opening.hpp"

namespace troupe {

/// What spoke most for a label, for people: "message 1 begins 16 03 01 (seen in 9 of 9 TLS
/// captures)". The three strongest at most, no two about overlapping bytes; first what most
/// captures of the label have.
[[nodiscard]] std::vector<std::string> evidence_for(const member_models& models,
                                                    const flow_opening& opening,
                                                    std::span<const segment> read,
                                                    std::size_t label);

/// The most captures of the label that any bytes which speak for it were seen in.
[[nodiscard]] std::uint32_t captures_behind(const member_models& models,
                                            const flow_opening& opening,
                                            std::span<const segment> read, std::size_t label);

}  // namespace troupe
