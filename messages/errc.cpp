#include "messages/errc.hpp"

namespace troupe {

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::none: return "none";
    case errc::crashed: return "crashed";
    case errc::poisoned: return "poisoned";
    case errc::deadline_exceeded: return "deadline_exceeded";
    case errc::overloaded: return "overloaded";
    case errc::rate_limited: return "rate_limited";
    case errc::unavailable: return "unavailable";
    case errc::stopping: return "stopping";
    case errc::cancelled: return "cancelled";
    case errc::bad_input: return "bad_input";
    case errc::too_large: return "too_large";
    case errc::bad_config: return "bad_config";
    case errc::statistics_failed: return "statistics_failed";
    case errc::grammar_failed: return "grammar_failed";
    case errc::parser_failed: return "parser_failed";
    case errc::classifier_failed: return "classifier_failed";
    case errc::validator_failed: return "validator_failed";
    case errc::internal: return "internal";
  }
  return "unknown";
}

bool is_retryable(errc code) noexcept {
  switch (code) {
    case errc::crashed:
    case errc::deadline_exceeded:
    case errc::overloaded:
    case errc::rate_limited:
    case errc::unavailable:
    case errc::stopping: return true;
    case errc::none:
    case errc::poisoned:
    case errc::cancelled:
    case errc::bad_input:
    case errc::too_large:
    case errc::bad_config:
    case errc::statistics_failed:
    case errc::grammar_failed:
    case errc::parser_failed:
    case errc::classifier_failed:
    case errc::validator_failed:
    case errc::internal: return false;
  }
  return false;
}

bool is_of_the_input(errc code) noexcept {
  switch (code) {
    case errc::bad_input:
    case errc::too_large:
    case errc::statistics_failed:
    case errc::grammar_failed:
    case errc::parser_failed:
    case errc::classifier_failed:
    case errc::validator_failed: return true;
    case errc::none:
    case errc::crashed:
    case errc::poisoned:  // the quarantine's affair, with a time of its own
    case errc::deadline_exceeded:
    case errc::overloaded:
    case errc::rate_limited:
    case errc::unavailable:
    case errc::stopping:
    case errc::cancelled:
    case errc::bad_config:
    case errc::internal: return false;
  }
  return false;
}

responsibility responsible_for(errc code) noexcept {
  switch (code) {
    case errc::none:
    case errc::deadline_exceeded:
    case errc::cancelled:
    case errc::rate_limited:
    case errc::bad_input:
    case errc::too_large: return responsibility::caller;
    case errc::overloaded:
    case errc::unavailable:
    case errc::stopping:
    case errc::bad_config: return responsibility::operator_;
    case errc::crashed:
    case errc::poisoned:
    case errc::statistics_failed:
    case errc::grammar_failed:
    case errc::parser_failed:
    case errc::classifier_failed:
    case errc::validator_failed:
    case errc::internal: return responsibility::developer;
  }
  return responsibility::developer;
}

}  // namespace troupe
