#include "messages/work.hpp"

namespace troupe {

std::string_view to_string(quality_mode mode) noexcept {
  switch (mode) {
    case quality_mode::fast: return "fast";
    case quality_mode::balanced: return "balanced";
    case quality_mode::accurate: return "accurate";
  }
  return "unknown";
}

}  // namespace troupe
