#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "messages/objective_status.hpp"
#include "runtime/config/options.hpp"
#include "runtime/http/http_api.hpp"
#include "runtime/node.hpp"

namespace troupe {

/// What the HTTP side needs of a node.
struct http_backend {
  options settings;
  std::function<pending_answer(discovery_request)> discover;
  std::function<tree_snapshot()> snapshot;
  std::function<std::vector<component_health>()> health;
  std::function<std::vector<breaker_report>()> breakers;
  std::function<failure(std::string_view, breaker_order)> order_breaker;
  std::function<bool()> ready;  // to be sent requests
  std::function<bool()> live;
  std::function<std::string()> metrics;
  std::function<std::vector<objective_status_ptr>()> objectives;
  std::function<void(request_id&, trace_id&)> name;  // fills in what is missing
  std::function<void(std::optional<std::uint64_t> model_version)> invalidate;
  std::function<std::variant<std::string, failure>(std::uint64_t from)> cache_page;
  std::string chaos_key = {};  // of settings.chaos.key_file
};

/// The node's answers to HTTP requests. Thread-safe, as `http_api` asks for.
[[nodiscard]] http_api make_http_api(http_backend node);

/// {"status": "...", "components": [{"name", "status", "why"}]}
[[nodiscard]] std::string health_json(const std::vector<component_health>& components);

/// {"entries": [{"path", "supervisor", "incarnation", "restarts", "running", "last_reason",
/// "mailbox_length"}]}
[[nodiscard]] std::string tree_json(const tree_snapshot& tree);

}  // namespace troupe
