#include "actors/shell/shell.hpp"

namespace troupe {

std::string text_of(const std::exception_ptr& thrown) noexcept {
  try {
    if (!thrown) return "no exception";
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace troupe
