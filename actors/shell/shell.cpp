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

caf::error crash_error(const std::exception_ptr& thrown, request_id killer, bool was_asked) {
  return make_error(errc::crashed, text_of(thrown), killer.value, was_asked);
}

std::optional<crash_report> crash_in(const caf::error& error) {
  if (code_of(error) != errc::crashed || error.category() != errc_category) return {};
  const auto& context = error.context();
  if (!context.match_elements<std::string, std::uint64_t, bool>()) return {};
  return crash_report{{context.get_as<std::uint64_t>(1)}, context.get_as<bool>(2)};
}

std::uint64_t mailbox_gauge::mailbox_length() const noexcept {
  // `taken` first: read the other way round, messages that come in between would be missing below.
  const auto gone = taken_.load(std::memory_order_relaxed);
  const auto came = arrived_.load(std::memory_order_relaxed);
  return came > gone ? came - gone : 0;
}

std::uint64_t mailbox_length_of(const caf::actor& handle) {
  const auto* gauge =
      dynamic_cast<const mailbox_gauge*>(caf::actor_cast<caf::abstract_actor*>(handle));
  return gauge == nullptr ? 0 : gauge->mailbox_length();
}

}  // namespace troupe
