#include "messages/findings.hpp"

namespace troupe {

std::string_view to_string(content_kind kind) noexcept {
  switch (kind) {
    case content_kind::plain: return "plain";
    case content_kind::text: return "text";
    case content_kind::compressed: return "compressed";
    case content_kind::encrypted: return "encrypted";
    case content_kind::unknown: return "unknown";
  }
  return "unknown";
}

std::string_view to_string(validation_level level) noexcept {
  switch (level) {
    case validation_level::basic: return "basic";
    case validation_level::standard: return "standard";
    case validation_level::strict: return "strict";
    case validation_level::enterprise: return "enterprise";
  }
  return "unknown";
}

std::string_view to_string(stage which) noexcept {
  switch (which) {
    case stage::statistics: return "statistics";
    case stage::grammar: return "grammar";
    case stage::parser: return "parser";
    case stage::classifier: return "classifier";
    case stage::validator: return "validator";
  }
  return "unknown";
}

}  // namespace troupe
