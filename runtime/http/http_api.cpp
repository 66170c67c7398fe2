#include "runtime/http/http_api.hpp"

#include "runtime/telemetry/json_text.hpp"

namespace troupe {

int status_of(errc code) noexcept {
  switch (code) {
    case errc::none: return 200;
    // Nothing was wrong with the request: the same may do later, or elsewhere.
    case errc::overloaded:
    case errc::unavailable:
    case errc::stopping: return 503;
    case errc::rate_limited: return 429;
    case errc::deadline_exceeded: return 504;
    case errc::cancelled:
      return 499;  // "client closed request", as nginx has it: nobody reads it
    // The request has to change.
    case errc::bad_input: return 400;
    case errc::too_large: return 413;
    case errc::poisoned: return 422;
    // The node's own trouble.
    case errc::crashed:
    case errc::bad_config:
    case errc::statistics_failed:
    case errc::grammar_failed:
    case errc::parser_failed:
    case errc::classifier_failed:
    case errc::validator_failed:
    case errc::internal: break;
  }
  return 500;
}

std::string error_json(const failure& why) {
  std::string json = R"({"error":{"code":)";
  append_json(json, to_string(why.code));
  json += ",\"what\":";
  append_json(json, why.what);
  json += "}}\n";
  return json;
}

http_response error_response(const failure& why) {
  return {status_of(why.code), "application/json", error_json(why), {}, {}, why.retry_after};
}

}  // namespace troupe
