#pragma once

#include <string>

#include "runtime/sla_report/status_json.hpp"

namespace troupe {

/// For a person at a terminal.
[[nodiscard]] std::string sla_text(const sla_document& document);

/// A page with plots that needs no network.
[[nodiscard]] std::string sla_html(const sla_document& document);

/// "1.5 h", "20 s"; at most three digits.
[[nodiscard]] std::string span_text(duration span);

}  // namespace troupe
