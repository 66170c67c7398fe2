#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "messages/errc.hpp"
#include "messages/ids.hpp"

namespace troupe {

struct http_get_limits {
  duration patience = std::chrono::seconds(10);  // for the whole of it
  std::uint64_t most_bytes = 64ULL << 20U;
};

/// The body of a node's answer to GET, within limits. `token`: sent as a bearer token unless empty.
/// Blocks. The failure names the address and what came instead. An address with a user or password
/// in it is refused, and not repeated.
[[nodiscard]] std::variant<std::string, failure> http_get(const std::string& url,
                                                          const std::string& token,
                                                          const http_get_limits& limits = {});

/// Whether an address carries a user or a password.
[[nodiscard]] bool names_user(const std::string& url);

}  // namespace troupe
