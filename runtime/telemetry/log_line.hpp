#pragma once

#include <span>
#include <string>
#include <string_view>

#include "messages/log.hpp"

namespace troupe {

/// The longest value that is written; the rest is cut and counted in the line.
inline constexpr std::size_t log_value_limit = 4096;

/// `child_restarted child=compute/grammar reason="bad tree node" request=7 trace=4bf9...`
[[nodiscard]] std::string render_text(std::string_view event, std::span<const log_field> fields,
                                      const log_context& context);

/// The same as the members of a JSON object, without its braces: `"event":"child_restarted",...`
[[nodiscard]] std::string render_json(std::string_view event, std::span<const log_field> fields,
                                      const log_context& context);

}  // namespace troupe
