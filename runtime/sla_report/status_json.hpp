#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/errc.hpp"
#include "messages/objective_status.hpp"

namespace troupe {

/// What a node says about its objectives, at one moment.
struct sla_document {
  std::string node;
  double taken_at = 0;  // seconds since 1970 UTC
  std::vector<objective_status> objectives;
};

/// Times are ages in seconds before `taken_at`, so that the reader needs no clock of the node's.
[[nodiscard]] std::string to_json(const sla_document& document);

/// The same, read back: `name` is the file or address, for the failure. Times of the local clock
/// are only true as differences to `when`.
[[nodiscard]] std::variant<sla_document, failure> read_sla_json(std::string_view text,
                                                                const std::string& name);

}  // namespace troupe
