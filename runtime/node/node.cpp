#include "runtime/node.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "runtime/node/health.hpp"
#include "runtime/node/http_door.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/node/node_metrics.hpp"
#include "runtime/node/pending_answer.hpp"
#include "runtime/node/seed.hpp"
#include "runtime/telemetry/log_metrics.hpp"

namespace troupe {

namespace {

using clock = std::chrono::steady_clock;

constexpr auto start_limit = std::chrono::seconds(10);
constexpr auto question_limit = std::chrono::seconds(1);  // snapshots, counters
constexpr auto http_patience = std::chrono::seconds(2);   // to write the last answers

}  // namespace

std::string_view to_string(health state) noexcept {
  switch (state) {
    case health::healthy: return "healthy";
    case health::degraded: return "degraded";
    case health::unhealthy: return "unhealthy";
  }
  return "unknown";
}

system_config::system_config(const node_section& settings) {
  register_troupe(*this);
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", static_cast<std::size_t>(settings.scheduler_threads));
  set("scheduler.max-throughput", static_cast<std::size_t>(settings.max_throughput));
}

namespace {

log_service open_log(const log_section& section) {
  auto opened = log_service::open(section);
  if (const auto* why = std::get_if<failure>(&opened)) throw std::runtime_error(why->what);
  return std::get<log_service>(std::move(opened));
}

// An orderly end is part of every stop; what nobody asked for is what people look for.
log_level level_of(const supervision::lifecycle_event& event) noexcept {
  const bool orderly = !event.why || event.why.code == errc::stopping;
  if (event.what == supervision::lifecycle_event::kind::gave_up) return log_level::error;
  return orderly ? log_level::debug : log_level::warn;
}

void write(const logger& log, const supervision::lifecycle_event& event) {
  const std::array<log_field, 3> fields{log_field{"path", event.path.empty() ? "node" : event.path},
                                        log_field{"incarnation", std::to_string(event.life.value)},
                                        log_field{"reason", event.why.what}};
  log.say(level_of(event), to_string(event.what), fields, {});
}

}  // namespace

node::implementation::implementation(options settings, node_parts parts)
    : settings_(std::move(settings)),
      parts_(std::move(parts)),
      log_service_(open_log(settings_.log)),
      log_(log_service_.log()),
      metrics_(std::make_shared<metrics>()),
      who_(std::make_shared<directory>(all_stages.size(),
                                       settings_.cache.enabled ? settings_.cache.shards : 0)),
      objective_met_(std::make_shared<std::atomic<bool>>(true)),
      config_(settings_.node),
      system_(std::make_unique<caf::actor_system>(config_)),
      open_(std::make_shared<open_count>()) {
  define_metrics();
  start();
}

node::implementation::~implementation() { stop(); }

void node::implementation::start() {
  const std::shared_ptr<prometheus::Registry> registry(metrics_, &metrics_->registry());
  const tree_parts parts{settings_, parts_.stages, parts_.model_version,
                         registry,  who_,          objective_met_};
  supervision::environment shared;
  shared.seed = settings_.node.seed;
  shared.log = [log = log_](const supervision::lifecycle_event& event) { write(log, event); };
  root_ = supervision::spawn_root(*system_, make_tree(parts), shared);
  failure why;
  {
    caf::scoped_actor self(*system_);
    self->request(root_, start_limit, supervision::start_atom::value)
        .receive([](caf::ok_atom) {}, [&](const caf::error& error) { why = to_failure(error); });
  }
  if (why) {
    stop();
    throw std::runtime_error("the node's tree did not start: " + why.what);
  }
  ready_ = true;
  if (settings_.http.enabled) open_http();
  log_.info("node_ready", {{"name", settings_.node.name}});
}

void node::implementation::open_http() {
  http_probe_ = std::make_unique<http_probe>(*metrics_);
  const http_backend backend{
      settings_,
      [this](discovery_request request) { return discover(std::move(request)); },
      [this] { return snapshot(); },
      [this] { return health_report(); },
      [this] { return ready(); },
      [this] { return metrics_text(); }};
  auto started =
      http_server::start(settings_.http, make_http_api(backend), log_, http_probe_.get());
  if (const auto* why = std::get_if<failure>(&started)) {
    const auto text = why->what;
    stop();
    throw std::runtime_error(text);
  }
  http_ = std::get<std::unique_ptr<http_server>>(std::move(started));
}

failure node::implementation::check(const discovery_request& request) const {
  if (!ready_) return {errc::stopping, "the node is not running"};
  if (!request.input) return {errc::bad_input, "a request without traffic"};
  if (request.budget <= duration{0}) {
    return {errc::deadline_exceeded, "the request's budget is zero or negative"};
  }
  return {};
}

void node::implementation::discover(discovery_request request,
                                    std::function<void(discovery_outcome)> done) {
  const auto accepted = clock::now();
  const std::shared_lock hold(life_);
  if (auto why = check(request)) return done(std::move(why));
  if (!request.id) request.id = {last_id_.fetch_add(1) + 1};
  if (request.trace == trace_id{}) {
    request.trace = {mix(settings_.node.seed, request.id.value), request.id.value};
  }
  open_->add();
  const log_context context{request.id, request.trace};
  auto whom = std::make_shared<completion>(
      [open = open_, log = log_, context, done = std::move(done)](discovery_outcome outcome) {
        if (const auto* why = std::get_if<failure>(&outcome)) {
          log.debug("request_failed",
                    {{"code", std::string(to_string(why->code))}, {"reason", why->what}}, context);
        }
        done(std::move(outcome));
        open->remove();
      });
  const auto input = hash_of(*request.input);
  const auto deadline = accepted + std::min<duration>(request.budget, std::chrono::hours(24));
  caf::anon_send(who_->entrance(),
                 entrance_order{{std::move(request), input, accepted, deadline, 1}, whom});
}

pending_answer node::implementation::discover(discovery_request request) {
  pending_answer answer;
  answer.state_ = std::make_shared<pending_answer::shared_state>(clock::now() + request.budget);
  discover(std::move(request),
           [state = answer.state_](discovery_outcome outcome) { state->put(std::move(outcome)); });
  return answer;
}

template <class Answer, class Request>
Answer node::implementation::ask_root(Request request) {
  Answer answer{};
  const std::shared_lock hold(life_);
  if (!ready_) return answer;
  caf::scoped_actor self(*system_);
  self->request(root_, question_limit, request)
      .receive([&](Answer& got) { answer = std::move(got); },
               [this](const caf::error& error) {
                 log_.warn("root_did_not_answer", {{"reason", to_failure(error).what}});
               });
  return answer;
}

tree_snapshot node::implementation::snapshot() {
  return ask_root<tree_snapshot>(supervision::snapshot_atom::value);
}

supervision::supervision_report node::implementation::count_supervision() {
  return ask_root<supervision::supervision_report>(supervision::counters_atom::value);
}

void node::implementation::define_metrics() {
  define_process_metrics(*metrics_, TROUPE_VERSION);
  define_log_metrics(*metrics_, log_service_);
  define_node_metrics(
      *metrics_, {[this] { return ready_.load(); }, [met = objective_met_] { return met->load(); },
                  [this] { return count_supervision(); }});
}

std::string node::implementation::metrics_text() { return metrics_->text(); }

std::vector<component_health> node::implementation::health_report() {
  auto report = judge_health(snapshot(), ready_);
  const bool met = *objective_met_;
  report.push_back({"deadlines", met ? health::healthy : health::degraded,
                    met ? "" : "the share of answers in time is below its objective"});
  const auto& note = parts_.model_note;
  report.push_back({"models", note.empty() ? health::healthy : health::degraded, note});
  return report;
}

void node::implementation::drain() {
  if (!open_->wait_for_none(clock::now() + settings_.node.drain_time)) {
    log_.warn("drain_time_over", {{"open_requests", std::to_string(open_->now())}});
  }
}

void node::implementation::stop_tree() {
  // The entrance first: every caller that is still waiting has its answer before the tree goes.
  if (const auto entrance = who_->entrance()) caf::anon_send(entrance, close_atom::value);
  if (http_) http_->stop(http_patience);
  if (root_) {
    caf::scoped_actor self(*system_);
    self->request(root_, caf::infinite, supervision::stop_atom::value)
        .receive([](caf::ok_atom) {}, [](const caf::error&) {});
  }
  root_ = nullptr;
  who_->clear();
}

void node::implementation::stop() {
  std::call_once(stopped_, [this] {
    {
      const std::unique_lock alone(life_);
      ready_ = false;
    }
    log_.info("node_stopping", {{"open_requests", std::to_string(open_->now())}});
    drain();
    stop_tree();
    system_.reset();
    log_.info("node_stopped");
  });
}

// ---- the public face

node::node(options settings) {
  auto parts = real_parts(settings);
  self_ = std::make_unique<implementation>(std::move(settings), std::move(parts));
}

node::~node() = default;

pending_answer node::discover(discovery_request request) {
  return self_->discover(std::move(request));
}

void node::discover(discovery_request request, std::function<void(discovery_outcome)> done) {
  self_->discover(std::move(request), std::move(done));
}

tree_snapshot node::snapshot() const { return self_->snapshot(); }

std::vector<component_health> node::health_report() const { return self_->health_report(); }

bool node::ready() const noexcept { return self_->ready(); }

std::string node::metrics_text() const { return self_->metrics_text(); }

std::uint16_t node::http_port() const noexcept { return self_->http_port(); }

void node::stop() { self_->stop(); }

}  // namespace troupe
