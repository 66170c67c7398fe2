#pragma once

#include <string_view>

namespace troupe {

// The parts of an exported Scapy module that do not depend on the format, in this order.

/// Bodies, sizes and fields.
[[nodiscard]] std::string_view scapy_runtime() noexcept;

/// BER trees and text.
[[nodiscard]] std::string_view scapy_parts() noexcept;

/// The choice of the message type.
[[nodiscard]] std::string_view scapy_dispatch() noexcept;

}  // namespace troupe
