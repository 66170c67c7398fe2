#pragma once

#include <string>
#include <variant>

#include "messages/errc.hpp"

namespace troupe::cli {

/// The body of a node's answer to GET, at most 64 MiB, within ten seconds. `token`: sent as a
/// bearer token unless empty. The failure names the address and what came instead.
[[nodiscard]] std::variant<std::string, failure> http_get(const std::string& url,
                                                          const std::string& token);

}  // namespace troupe::cli
