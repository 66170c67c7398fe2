#pragma once

#include <cstdint>
#include <string>

namespace troupe::ingest {

/// The name of a link type as libpcap knows it, "EN10MB" for 1; "link type 4711" for unknown ones.
[[nodiscard]] std::string link_type_name(std::uint32_t link_type);

}  // namespace troupe::ingest
