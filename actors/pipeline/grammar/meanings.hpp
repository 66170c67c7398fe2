#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// What speaks for a field being a clock: from message to message of one flow and direction it
/// grows as the capture time does, in seconds (NTP: with a fraction in the lower half), hundredths
/// or thousandths. Nothing where it does not, or where the capture is too short to show it.
[[nodiscard]] std::optional<std::string> follows_the_clock(std::span<const scope> within,
                                                           const samples& from,
                                                           std::uint32_t offset,
                                                           std::uint32_t width, byte_order order);

/// What speaks for four bytes being an IPv4 address: they are the addresses of their flow's ends,
/// or of private networks (RFC 1918).
[[nodiscard]] std::optional<std::string> looks_like_ipv4(std::span<const scope> within,
                                                         const samples& from, std::uint32_t offset);

/// The IPv4 address of "192.0.2.1:53"; 0 where it has none.
[[nodiscard]] std::uint32_t ipv4_of(const std::string& endpoint);

}  // namespace troupe::grammar
