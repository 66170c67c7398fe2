#include "messages/caf.hpp"

namespace troupe {

namespace {

std::string text_of(const caf::error& error) {
  const auto& context = error.context();
  if (context.size() > 0 && context.match_element<std::string>(0)) {
    return context.get_as<std::string>(0);
  }
  return caf::to_string(context);
}

duration retry_after_of(const caf::error& error) {
  const auto& context = error.context();
  return context.size() == 2 && context.match_element<duration>(1) ? context.get_as<duration>(1)
                                                                   : duration{0};
}

}  // namespace

errc code_of(const caf::error& error) noexcept {
  if (!error) return errc::none;
  if (error.category() == errc_category) return static_cast<errc>(error.code());
  if (error == caf::sec::request_receiver_down) return errc::unavailable;
  if (error == caf::sec::request_timeout) return errc::deadline_exceeded;
  if (error == caf::sec::runtime_error) return errc::crashed;
  return errc::internal;
}

failure to_failure(const caf::error& error) {
  const auto code = code_of(error);
  if (error && error.category() == errc_category)
    return {code, text_of(error), retry_after_of(error)};
  if (error.category() == caf::atom("exit"))
    return {errc::unavailable, "the serving actor was stopped"};
  return {code, code == errc::none ? std::string{}
                                   : "actor system error " + std::to_string(error.code())};
}

void register_troupe(caf::actor_system_config& config) {
  config.add_error_category(
      errc_category, [](std::uint8_t code, caf::atom_value, const caf::message& context) {
        return std::string(to_string(static_cast<errc>(code))) + caf::to_string(context);
      });
}

}  // namespace troupe
