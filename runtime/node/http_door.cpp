#include "runtime/node/http_door.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "actors/ingest/input.hpp"
#include "runtime/http/http_rules.hpp"
#include "runtime/node/health.hpp"
#include "runtime/node/process_identity.hpp"
#include "runtime/sla_report/status_json.hpp"
#include "runtime/telemetry/json_text.hpp"
#include "runtime/wire/answer.hpp"
#include "runtime/wire/discover_body.hpp"

namespace troupe {

namespace {

ingest_options ingest_of(const options& settings) {
  ingest_options out;
  out.group_budget_bytes = settings.ingest.group_budget_bytes;
  out.group_budget_messages = settings.ingest.group_budget_messages;
  out.stream_budget_bytes = settings.ingest.stream_budget_bytes;
  out.message_limit_bytes = settings.ingest.message_limit_bytes;
  out.seed = settings.node.seed;
  // A compressed body may not unfold without bound.
  out.input_limit_bytes = 4 * settings.http.body_limit_bytes;
  return out;
}

// Groups of one request that are asked for at once: enough for every worker, and no way for one
// client to fill the coordinators.
constexpr std::size_t groups_at_once = 32;

/// One POST /v1/discover. The deadline counts from here, where the request is complete: reading the
/// capture is part of it.
class discover_call {
 public:
  discover_call(const http_backend& node, const http_request& asked)
      : node_(node), asked_(asked), arrived_(clock::now()), id_(asked.id), trace_(asked.trace) {
    node_.name(id_, trace_);
  }

  http_response answer() {
    auto response = work();
    response.id = id_;
    response.trace = trace_;
    return response;
  }

 private:
  using clock = std::chrono::steady_clock;

  http_response work() {
    if (auto why = decode()) return error_response(why);
    if (auto why = check_deadline()) return error_response(why);
    if (auto why = read_input()) return error_response(why);
    select_groups();
    ask();
    return write();
  }

  failure check_deadline() {
    const auto& rules = node_.settings.discovery;
    const auto budget = body_.deadline.value_or(rules.deadline);
    if (budget > rules.deadline_limit) {
      using std::chrono::milliseconds;
      const auto most = std::chrono::duration_cast<milliseconds>(rules.deadline_limit).count();
      return {errc::bad_input, "the deadline is longer than this node allows: at most " +
                                   std::to_string(most) + " ms (discovery.deadline_limit)"};
    }
    deadline_ = arrived_ + budget;
    return {};
  }

  failure decode() {
    const wire::body_limits limits{node_.settings.http.body_limit_bytes,
                                   node_.settings.ingest.group_budget_messages,
                                   node_.settings.ingest.message_limit_bytes};
    auto decoded = wire::decode_body(asked_.content_type, asked_.body, limits);
    if (auto* why = std::get_if<failure>(&decoded)) return std::move(*why);
    body_ = std::get<wire::discover_body>(std::move(decoded));
    for (const auto& [name, value] : asked_.parameters) {
      if (auto why = wire::apply_parameter(body_, name, value)) return why;
    }
    return {};
  }

  failure read_input() {
    answer_.input = body_.name.empty() ? "request" : body_.name;
    if (body_.capture.empty()) {
      inputs_.push_back(wire::group_of(body_));
      return {};
    }
    const auto* data = reinterpret_cast<const std::uint8_t*>(body_.capture.data());
    auto read = read_bytes({data, body_.capture.size()}, answer_.input, ingest_of(node_.settings));
    if (auto* why = std::get_if<failure>(&read)) return std::move(*why);
    auto& result = std::get<ingest_result>(read);
    inputs_ = std::move(result.groups);
    answer_.unused = std::move(result.report.refused);
    if (!result.report.problem.empty()) {
      answer_.error = {errc::bad_input, std::move(result.report.problem)};
    }
    return {};
  }

  void select_groups() {
    if (body_.groups.empty()) return;
    std::erase_if(inputs_, [&](const traffic_group_ptr& one) {
      return std::find(body_.groups.begin(), body_.groups.end(), one->name) == body_.groups.end();
    });
    if (inputs_.empty()) answer_.error = {errc::bad_input, "no group has one of the asked names"};
  }

  // The groups run side by side under one deadline: the caller's.
  void ask() {
    const auto& defaults = node_.settings.discovery;
    discovery_request request;
    request.id = id_;
    request.trace = trace_;
    request.mode =
        body_.mode.value_or(wire::mode_named(defaults.mode).value_or(quality_mode::balanced));
    request.level = body_.level.value_or(
        wire::level_named(defaults.level).value_or(validation_level::standard));
    request.seed = body_.seed.value_or(node_.settings.node.seed);
    request.use_cache = body_.use_cache;
    request.client = asked_.client;
    request.priority = body_.priority;
    if (body_.fallbacks) request.fallbacks = *body_.fallbacks;
    std::vector<pending_answer> pending;
    const auto take_answer = [&](std::size_t i) { answer_.groups[i].outcome = pending[i].wait(); };
    for (const auto& input : inputs_) {
      if (input->messages.empty()) continue;
      if (pending.size() >= groups_at_once) take_answer(pending.size() - groups_at_once);
      request.input = input;
      request.budget = deadline_ - clock::now();  // refused when nothing is left
      answer_.groups.push_back({input, failure{}});
      pending.push_back(node_.discover(request));
    }
    const auto first = pending.size() - std::min(pending.size(), groups_at_once);
    for (auto i = first; i < pending.size(); ++i) take_answer(i);
    if (answer_.groups.empty() && !answer_.error) {
      answer_.error = {errc::bad_input, "the input has no message with payload"};
    }
  }

  http_response write() {
    http_response response;
    const auto why = worst();
    response.status = status_of(why.code);
    response.retry_after = why.retry_after;
    const bool binary = asked_.accept.find("protobuf") != std::string::npos;
    response.content_type = binary ? "application/x-protobuf" : "application/json";
    response.body = binary ? wire::to_protobuf(answer_) : wire::to_json(answer_, false);
    return response;
  }

  // 200 while any group has a result; otherwise what the client is to react to.
  [[nodiscard]] failure worst() const {
    auto why = answer_.error;
    for (const auto& one : answer_.groups) {
      if (std::holds_alternative<discovery_result_ptr>(one.outcome)) return {};
      why = std::get<failure>(one.outcome);
    }
    return why;
  }

  const http_backend& node_;
  const http_request& asked_;
  const time_point arrived_;
  request_id id_;
  trace_id trace_;
  time_point deadline_;
  wire::discover_body body_;
  std::vector<traffic_group_ptr> inputs_;
  wire::answer answer_;
};

// ?model=N forgets what this model version computed; without it all is forgotten.
http_response invalidate_call(const http_backend& node, const http_request& asked) {
  std::optional<std::uint64_t> version;
  for (const auto& [name, value] : asked.parameters) {
    std::uint64_t number = 0;
    const auto* const end = value.data() + value.size();
    const auto [read, error] = std::from_chars(value.data(), end, number);
    if (name != "model" || error != std::errc{} || read != end) {
      return error_response({errc::bad_input,
                             "the one parameter is model=N, the decimal number "
                             "of a model version; without it all is forgotten"});
    }
    version = number;
  }
  node.invalidate(version);
  return {200, "application/json", "{\"invalidated\":true}\n", {}, {}};
}

// GET /v1/cache/entries?from=N
http_response page_call(const http_backend& node, const http_request& asked) {
  std::uint64_t from = 0;
  for (const auto& [name, value] : asked.parameters) {
    const auto* const end = value.data() + value.size();
    const auto [read, error] = std::from_chars(value.data(), end, from);
    if (name != "from" || error != std::errc{} || read != end) {
      return error_response({errc::bad_input,
                             "the one parameter is from=N, a decimal number: where the page "
                             "begins, as the one before it says"});
    }
  }
  auto page = node.cache_page(from);
  if (const auto* why = std::get_if<failure>(&page)) return error_response(*why);
  return {200, "application/octet-stream", std::get<std::string>(std::move(page)), {}, {}};
}

// Which process it is, for a harness that may break it: its switch is on and the key is right.
http_response chaos_call(const http_backend& node, std::string_view key) {
  const auto refuse = [](const char* why) {
    return http_response{403, "application/json", error_json({errc::unavailable, why}), {}, {}};
  };
  if (!node.settings.chaos.allowed)
    return refuse("this node may not be broken: chaos.allowed is off");
  if (node.chaos_key.empty()) return refuse("this node has no key for it: chaos.key_file is empty");
  if (!same_secret(key, node.chaos_key)) {
    return refuse("show the key of chaos.key_file in X-Chaos-Key");
  }
  std::string body = "{\"process\":" + std::to_string(getpid()) + ",\"identity\":";
  append_json(body, process_identity(getpid()));
  body += ",\"node\":";
  append_json(body, node.settings.node.name);
  return {200, "application/json", body + "}\n", {}, {}};
}

std::string sla_json(const http_backend& node) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  sla_document document{node.settings.node.name, std::chrono::duration<double>(now).count(), {}};
  for (const auto& one : node.objectives()) document.objectives.push_back(*one);
  return to_json(document);
}

std::string breakers_json(const std::vector<breaker_report>& breakers) {
  auto list = nlohmann::json::array();
  for (const auto& [dependency, status] : breakers) {
    list.push_back({{"dependency", dependency},
                    {"state", to_string(status.now.state)},
                    {"connected", status.connected},
                    {"calls", status.calls},
                    {"failure_rate", status.failure_rate},
                    {"failure_threshold", status.failure_threshold},
                    {"slow_rate", status.slow_rate},
                    {"slow_threshold", status.slow_threshold}});
  }
  return nlohmann::json{{"breakers", std::move(list)}}.dump() + "\n";
}

// POST /v1/breakers/order?dependency=grammar&order=force_open
http_response order_call(const http_backend& node, const http_request& asked) {
  std::string dependency;
  std::optional<breaker_order> what;
  for (const auto& [name, value] : asked.parameters) {
    if (name == "dependency") {
      dependency = value;
    } else if (name == "order") {
      if (value == "force_open") what = breaker_order::force_open;
      if (value == "force_closed") what = breaker_order::force_closed;
      if (value == "reset") what = breaker_order::reset;
    } else {
      return error_response({errc::bad_input, "there are the parameters dependency and order"});
    }
  }
  if (!what) {
    return error_response({errc::bad_input, "order: expected force_open, force_closed or reset"});
  }
  if (auto why = node.order_breaker(dependency, *what)) return error_response(why);
  return {200, "application/json", breakers_json(node.breakers()), {}, {}};
}

}  // namespace

std::string health_json(const std::vector<component_health>& components) {
  auto list = nlohmann::json::array();
  for (const auto& one : components) {
    list.push_back({{"name", one.name}, {"status", to_string(one.state)}, {"why", one.why}});
  }
  const nlohmann::json out{{"status", to_string(overall(components))},
                           {"components", std::move(list)}};
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string tree_json(const tree_snapshot& tree) {
  auto list = nlohmann::json::array();
  for (const auto& one : tree.entries) {
    list.push_back({{"path", one.path},
                    {"supervisor", one.supervisor},
                    {"incarnation", one.incarnation},
                    {"restarts", one.restarts},
                    {"running", one.running},
                    {"last_reason", one.last_reason},
                    {"mailbox_length", one.mailbox_length}});
  }
  const nlohmann::json out{{"entries", std::move(list)}};
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

http_api make_http_api(http_backend node) {
  auto shared = std::make_shared<const http_backend>(std::move(node));
  http_api api;
  api.metrics = shared->metrics;
  api.ready = shared->ready;
  api.live = shared->live;
  api.health_json = [shared] { return health_json(shared->health()); };
  api.tree_json = [shared] { return tree_json(shared->snapshot()); };
  api.sla_json = [shared] { return sla_json(*shared); };
  api.discover = [shared](const http_request& asked) {
    return discover_call(*shared, asked).answer();
  };
  api.breakers_json = [shared] { return breakers_json(shared->breakers()); };
  api.order_breaker = [shared](const http_request& asked) { return order_call(*shared, asked); };
  api.invalidate = [shared](const http_request& asked) { return invalidate_call(*shared, asked); };
  api.cache_page = [shared](const http_request& asked) { return page_call(*shared, asked); };
  api.chaos = [shared](std::string_view key) { return chaos_call(*shared, key); };
  return api;
}

}  // namespace troupe
