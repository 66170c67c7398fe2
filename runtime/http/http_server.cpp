#include "runtime/http/http_server.hpp"

#include <CivetServer.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "runtime/http/http_connection.hpp"
#include "runtime/http/http_gate.hpp"
#include "runtime/http/http_rules.hpp"
#include "runtime/http/listening.hpp"

namespace troupe {
namespace {

time_point now() { return std::chrono::steady_clock::now(); }

http_response refusal(int status, errc code, std::string what) {
  return {status, "application/json", error_json({code, std::move(what)}), {}, {}};
}

http_response bad_query() {
  return refusal(400, errc::bad_input, "the query has a percent sign without two digits");
}

http_response json(std::string body) { return {200, "application/json", std::move(body), {}, {}}; }

/// An answer and what goes with it.
struct reply {
  http_response response;
  std::string headers = {};  // whole lines
  bool body_left = false;    // the client may still be sending
};

std::vector<std::string> settings_of(const http_section& section) {
  using std::chrono::milliseconds;
  const auto silence = std::chrono::duration_cast<milliseconds>(section.request_time).count();
  return {"listening_ports",    endpoint_text(section.address, section.port),
          "num_threads",        std::to_string(section.threads),
          "request_timeout_ms", std::to_string(silence),
          "enable_keep_alive",  "no",
          "tcp_nodelay",        "1"};
}

// Some threads stay free of discovery, which may take as long as its deadline: health and metrics
// are for the hour when everything is slow.
class discover_places {
 public:
  explicit discover_places(std::uint32_t threads)
      : free_(threads > kept_free ? threads - kept_free : 1) {}

  [[nodiscard]] bool take() {
    const std::lock_guard hold(lock_);
    if (free_ == 0) return false;
    --free_;
    return true;
  }

  void give_back() {
    const std::lock_guard hold(lock_);
    ++free_;
  }

 private:
  static constexpr std::uint32_t kept_free = 2;

  std::mutex lock_;
  std::uint32_t free_;
};

// Who may come again hears when (RFC 9110 10.2.3: whole seconds); a second where nobody knows.
std::string retry_after_header(const http_response& response) {
  if (response.status != 429 && response.status != 503) return {};
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(response.retry_after).count();
  return "Retry-After: " + std::to_string(std::max<std::int64_t>(1, seconds)) + "\r\n";
}

/// What a request holds until its answer is written.
struct visit {
  visit() = default;
  visit(const visit&) = delete;
  visit& operator=(const visit&) = delete;
  ~visit() { leave(); }

  void leave() {
    inside.leave();
    if (place != nullptr) std::exchange(place, nullptr)->give_back();
  }

  http_gate::pass inside;
  discover_places* place = nullptr;
};

}  // namespace

class http_server::implementation {
 public:
  implementation(const http_section& section, http_api api, logger log, http_probe* probe,
                 std::string token)
      : section_(section),
        api_(std::move(api)),
        log_(std::move(log)),
        probe_(probe),
        token_(std::move(token)) {}

  [[nodiscard]] std::optional<failure> open();
  void stop(duration patience);
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  static int on_request(mg_connection* connection);
  static int on_error(mg_connection* connection, int status, const char* what);
  static int on_message(const mg_connection* connection, const char* message);

  void close_civetweb();
  int serve(http_connection connection);
  reply respond(http_connection& connection, const http_route* route, visit& held);
  reply call(http_connection& connection, const http_route& route, visit& held);
  reply with_parameters(http_connection& connection,
                        const std::function<http_response(const http_request&)>& answer);
  reply discover(http_connection& connection, visit& held);
  [[nodiscard]] http_response health(std::string_view path) const;
  [[nodiscard]] client_id client_of(const http_connection& connection) const;
  [[nodiscard]] bool may_enter(const http_connection& connection, const http_route* route) const;

  const http_section section_;
  const http_api api_;
  const logger log_;
  http_probe* const probe_;
  const std::string token_;
  std::uint16_t port_ = 0;
  http_gate gate_;
  discover_places places_{section_.threads};
  std::mutex stopping_;
  std::unique_ptr<CivetServer> server_;
};

std::optional<failure> http_server::implementation::open() {
  if (auto why = try_listening(section_.address, section_.port)) return why;
  CivetCallbacks callbacks;
  callbacks.begin_request = on_request;
  callbacks.http_error = on_error;
  callbacks.log_message = on_message;
  try {
    server_ = std::make_unique<CivetServer>(settings_of(section_), &callbacks, this);
    port_ = static_cast<std::uint16_t>(server_->getListeningPorts().at(0));
  } catch (const std::exception& error) {
    return failure{errc::bad_config, "http: cannot listen on " +
                                         endpoint_text(section_.address, section_.port) + ": " +
                                         error.what()};
  }
  log_.info("http_listening", {{"address", endpoint_text(section_.address, port_)},
                               {"authentication", token_.empty() ? "none" : "bearer"}});
  return std::nullopt;
}

int http_server::implementation::on_request(mg_connection* connection) {
  const auto* server = static_cast<const CivetServer*>(mg_get_request_info(connection)->user_data);
  // The context is the pointer that `open` handed in; CivetServer keeps it as const.
  auto* self = const_cast<implementation*>(  // NOLINT(*-const-cast): see above
      static_cast<const implementation*>(server->getUserContext()));
  return self->serve(http_connection(connection));
}

int http_server::implementation::on_error(mg_connection* connection, int status, const char* what) {
  // What CivetWeb refuses before it is a request: a malformed head, one that is too large.
  http_connection(connection)
      .send(refusal(status, errc::bad_input, what == nullptr ? "not a request" : what), "",
            now() + std::chrono::seconds(1));
  return 0;
}

int http_server::implementation::on_message(const mg_connection* connection, const char* message) {
  const auto* context = connection == nullptr ? nullptr : mg_get_context(connection);
  const auto* server =
      context == nullptr ? nullptr : static_cast<const CivetServer*>(mg_get_user_data(context));
  if (server != nullptr && server->getUserContext() != nullptr) {
    const auto* self = static_cast<const implementation*>(server->getUserContext());
    self->log_.debug("civetweb", {{"message", message}});
  }
  return 1;  // CivetWeb itself prints nothing
}

int http_server::implementation::serve(http_connection connection) {
  const auto began = now();
  const auto* route = find_route(connection.path());
  visit held;
  reply answer;
  try {
    answer = respond(connection, route, held);
  } catch (const std::exception& error) {
    log_.error("http_handler_failed",
               {{"path", std::string(connection.path())}, {"reason", error.what()}});
    answer = {error_response({errc::internal, "this request met a defect; it is in the log"})};
  }
  if (probe_ != nullptr) {
    probe_->answered(route == nullptr ? http_endpoint::other : route->endpoint,
                     answer.response.status, now() - began);
  }
  connection.send(answer.response, answer.headers + retry_after_header(answer.response),
                  now() + section_.request_time);
  held.leave();
  if (answer.body_left) connection.discard_rest(now() + std::chrono::seconds(1));
  return answer.response.status;
}

bool http_server::implementation::may_enter(const http_connection& connection,
                                            const http_route* route) const {
  if (token_.empty() || (route != nullptr && route->open)) return true;
  return carries_token(connection.header("Authorization").value_or(""), token_);
}

client_id http_server::implementation::client_of(const http_connection& connection) const {
  std::optional<std::string_view> named;
  if (!section_.client_header.empty()) named = connection.header(section_.client_header.c_str());
  const auto hash = std::hash<std::string_view>{}(named ? *named : connection.peer());
  return {std::max<std::uint64_t>(1, hash)};
}

reply http_server::implementation::respond(http_connection& connection, const http_route* route,
                                           visit& held) {
  if (!may_enter(connection, route)) {
    return {refusal(401, errc::bad_input, "send the token: Authorization: Bearer ..."),
            "WWW-Authenticate: Bearer\r\n", true};
  }
  if (route == nullptr) {
    return {refusal(404, errc::bad_input,
                    "no such path; there are /metrics, /health, /health/live, /health/ready, "
                    "/v1/tree, /v1/sla, /v1/breakers, /v1/breakers/order, /v1/cache/entries, "
                    "/v1/cache/invalidate, /v1/discover and /v1/chaos"),
            "", true};
  }
  if (connection.method() != route->method) {
    const std::string allowed(route->method);
    return {refusal(405, errc::bad_input, "this path answers " + allowed + " only"),
            "Allow: " + allowed + "\r\n", true};
  }
  return call(connection, *route, held);
}

reply http_server::implementation::call(http_connection& connection, const http_route& route,
                                        visit& held) {
  if (route.endpoint == http_endpoint::discover) return discover(connection, held);
  const bool entered = held.inside.enter(gate_);
  if (route.endpoint == http_endpoint::health) return {health(route.path)};
  if (!entered) return {error_response({errc::stopping, "this node is stopping"})};
  if (route.endpoint == http_endpoint::tree) return {json(api_.tree_json())};
  if (route.endpoint == http_endpoint::sla) return {json(api_.sla_json())};
  if (route.endpoint == http_endpoint::breakers) return {json(api_.breakers_json())};
  if (route.endpoint == http_endpoint::order_breaker) {
    return with_parameters(connection, api_.order_breaker);
  }
  if (route.endpoint == http_endpoint::cache) return with_parameters(connection, api_.invalidate);
  if (route.endpoint == http_endpoint::cache_page) {
    return with_parameters(connection, api_.cache_page);
  }
  if (route.endpoint == http_endpoint::chaos) {
    return {api_.chaos(connection.header("X-Chaos-Key").value_or(""))};
  }
  return {{200, "text/plain; version=0.0.4; charset=utf-8", api_.metrics(), {}, {}}};
}

http_response http_server::implementation::health(std::string_view path) const {
  if (path == "/health") return json(api_.health_json());
  const bool live = path == "/health/live";
  const bool good = live ? api_.live() : !gate_.closed() && api_.ready();
  if (good) return json(live ? "{\"status\":\"live\"}\n" : "{\"status\":\"ready\"}\n");
  return error_response(
      {errc::unavailable, live ? "not live" : "starting, stopping or overloaded"});
}

reply http_server::implementation::with_parameters(
    http_connection& connection, const std::function<http_response(const http_request&)>& answer) {
  http_request request;
  auto parameters = parse_query(connection.query());
  if (!parameters) return {bad_query(), "", true};
  request.parameters = std::move(*parameters);
  return {answer(request), "", true};
}

reply http_server::implementation::discover(http_connection& connection, visit& held) {
  if (!places_.take()) {
    return {error_response({errc::overloaded, "as many discoveries run as may; see http.threads"}),
            "", true};
  }
  held.place = &places_;
  http_request request;
  if (auto parameters = parse_query(connection.query())) {
    request.parameters = std::move(*parameters);
  } else {
    return {bad_query(), "", true};
  }
  request.content_type = connection.header("Content-Type").value_or("");
  request.accept = connection.header("Accept").value_or("");
  request.id = parse_request_id(connection.header("X-Request-Id").value_or(""));
  request.trace = parse_traceparent(connection.header("traceparent").value_or(""));
  request.client = client_of(connection);

  auto body = connection.read_body(section_.body_limit_bytes, now() + section_.request_time,
                                   [this] { return gate_.closed(); });
  if (auto* refused = std::get_if<body_refusal>(&body)) {
    auto answer = refusal(refused->status, refused->why.code, refused->why.what);
    answer.id = request.id;
    answer.trace = request.trace;
    // Of a body that broke off or lost its framing there is nothing to read.
    return {std::move(answer), "", refused->status == 413};
  }
  request.body = std::move(std::get<std::string>(body));

  auto answer = held.inside.enter(gate_)
                    ? api_.discover(request)
                    : error_response({errc::stopping, "this node is stopping"});
  if (!answer.id) answer.id = request.id;
  if (answer.trace == trace_id{}) answer.trace = request.trace;
  return {std::move(answer)};
}

void http_server::implementation::close_civetweb() {
  // It looks at its stop flag every 2 s, or when somebody connects.
  const std::jthread poker([this](const std::stop_token& closed) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock held(mutex);
    while (!closed.stop_requested()) {
      poke(section_.address, port_);
      never.wait_for(held, closed, std::chrono::milliseconds(2), [] { return false; });
    }
  });
  server_->close();
}

void http_server::implementation::stop(duration patience) {
  gate_.close();
  const bool all_answered = gate_.wait_empty(patience);
  const std::lock_guard lock(stopping_);
  if (!server_) return;
  if (!all_answered) log_.warn("http_answers_lost", {{"reason", "handlers outlived the stop"}});
  close_civetweb();
  server_.reset();
  close_leftovers(section_.address, port_);
}

http_server::http_server(std::unique_ptr<implementation> self) : self_(std::move(self)) {}

http_server::~http_server() { self_->stop(std::chrono::seconds(1)); }

std::variant<std::unique_ptr<http_server>, failure> http_server::start(const http_section& section,
                                                                       http_api api, logger log,
                                                                       http_probe* probe) {
  const auto kind = kind_of_address(section.address);
  if (kind == address_kind::invalid) {
    return failure{errc::bad_config, "http.address: '" + section.address +
                                         "' is not an IPv4 or IPv6 address in digits"};
  }
  std::variant<std::string, failure> token;
  if (!section.token_file.empty()) token = read_token(section.token_file, "http.token_file");
  if (auto* why = std::get_if<failure>(&token)) return std::move(*why);
  if (kind == address_kind::other && std::get<std::string>(token).empty()) {
    return failure{errc::bad_config,
                   "http: refuses to listen on " + endpoint_text(section.address, section.port) +
                       " without authentication: set http.token_file, or use 127.0.0.1"};
  }
  auto self = std::make_unique<implementation>(section, std::move(api), std::move(log), probe,
                                               std::move(std::get<std::string>(token)));
  if (auto why = self->open()) return std::move(*why);
  return std::unique_ptr<http_server>(new http_server(std::move(self)));
}

std::uint16_t http_server::port() const noexcept { return self_->port(); }

void http_server::stop(duration patience) { self_->stop(patience); }

}  // namespace troupe
