#include "runtime/node.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "actors/shell/shell.hpp"
#include "runtime/http/http_rules.hpp"
#include "runtime/node/http_door.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/node/pending_answer.hpp"

namespace troupe {

namespace {

using clock = std::chrono::steady_clock;

constexpr auto start_limit = std::chrono::seconds(10);
constexpr auto question_limit = std::chrono::seconds(1);
constexpr auto http_patience = std::chrono::seconds(2);      // to write the last answers
constexpr auto entrance_patience = std::chrono::seconds(1);  // to answer what is open

}  // namespace

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

std::string read_chaos_key(const chaos_section& section) {
  if (section.key_file.empty()) return {};
  auto key = read_token(section.key_file, "chaos.key_file");
  if (const auto* why = std::get_if<failure>(&key)) throw std::runtime_error(why->what);
  return std::get<std::string>(std::move(key));
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
  log.say(level_of(event), to_string(event.what), fields, {event.killer, {}});
}

template <class Call>
class at_end {
 public:
  explicit at_end(Call call) : call_(std::move(call)) {}
  at_end(const at_end&) = delete;
  at_end& operator=(const at_end&) = delete;
  ~at_end() { call_(); }

 private:
  Call call_;
};

// This thread is telling a repeated answer: a callback that asks again goes through the actors, or
// a chain of repeated answers would pile up on one stack.
thread_local bool telling = false;

// Without memory to keep it, the answer is still the caller's.
void keep(front_cache& in, const coordinator_job& asked, const discovery_result_ptr& result,
          const logger& log) {
  try {
    in.keep(asked, result);
  } catch (const std::bad_alloc&) {
    log.warn("answer_not_kept", {{"reason", "no memory"}});
  }
}

// An embedding process may throw from its callback: that is its own affair, not the actor's that
// brings the answer.
void tell(const std::function<void(discovery_outcome)>& done, discovery_outcome outcome,
          const logger& log, const log_context& context) {
  try {
    done(std::move(outcome));
  } catch (...) {
    log.error("callback_threw", {{"reason", text_of(std::current_exception())}}, context);
  }
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
      front_(make_front()),
      condition_(std::make_shared<node_condition>()),
      objectives_(std::make_shared<objective_board>(settings_.objectives.size())),
      world_(std::make_unique<actor_world>(settings_.node)),
      open_(std::make_shared<open_calls>()),
      names_(parts_.boot) {
  try {
    start();
  } catch (...) {
    stop();
    throw;
  }
}

// An actor that was left behind may still look at metrics, which this node would answer.
node::implementation::~implementation() {
  stop();
  metrics_->forget_readings();
}

// HTTP first: whoever asks while the tree starts hears that it does.
void node::implementation::start() {
  define_metrics();
  if (settings_.http.enabled) open_http();
  if (settings_.cache.enabled && parts_.warm_from) {
    condition_->warming.begin(clock::now() + settings_.cache.warm_time);
  }
  start_tree();
  condition_->ready = true;
  if (condition_->dead) throw std::runtime_error("the node's tree gave up as soon as it ran");
  log_.info("node_ready", {{"name", settings_.node.name}});
}

void node::implementation::start_tree() {
  const tree_parts parts{settings_,
                         parts_.stages,
                         parts_.model_version,
                         metrics_,
                         who_,
                         std::shared_ptr<std::atomic<bool>>(condition_, &condition_->objective_met),
                         std::shared_ptr<std::atomic<bool>>(condition_, &condition_->overloaded),
                         log_,
                         parts_.breaker_changed,
                         parts_.connect_store,
                         objectives_,
                         parts_.load_changed,
                         front_,
                         parts_.warm_from,
                         warmed_teller()};
  supervision::environment shared;
  shared.seed = settings_.node.seed;
  shared.decorate = parts_.decorate;
  shared.log = [log = log_, observe = parts_.observe](const supervision::lifecycle_event& event) {
    write(log, event);
    if (observe) observe(event);
  };
  const visit of_this_thread;
  root_ = supervision::spawn_root(world_->system, make_tree(parts), shared);
  watch_root();
  failure why;
  caf::scoped_actor self(world_->system);
  self->request(root_, start_limit, supervision::start_atom::value)
      .receive([](caf::ok_atom) {}, [&](const caf::error& error) { why = to_failure(error); });
  if (why) throw std::runtime_error("the node's tree did not start: " + why.what);
}

// Nobody restarts the root: its end, unless asked for, is the end of this node's work.
void node::implementation::watch_root() {
  root_->attach_functor([condition = condition_, log = log_](const caf::error& reason) {
    if (condition->stopping) return;
    condition->dead = true;
    condition->ready = false;
    log.error("node_dead", {{"reason", to_failure(reason).what}});
  });
}

void node::implementation::open_http() {
  http_probe_ = std::make_unique<http_probe>(*metrics_);
  const http_backend backend{
      settings_,
      [this](discovery_request request) { return discover(std::move(request)); },
      [this] { return snapshot(); },
      [this] { return health_report(); },
      [this] { return breakers(); },
      [this](std::string_view which, breaker_order what) { return order_breaker(which, what); },
      [this] {
        return ready() && !condition_->overloaded && !condition_->warming.holds_up(clock::now());
      },
      [this] { return live(); },
      [this] { return metrics_text(); },
      [this] { return objectives(); },
      [this](request_id& id, trace_id& trace) { name(id, trace); },
      [this](std::optional<std::uint64_t> version) { invalidate_cache(version); },
      [this](std::uint64_t from) { return cache_page(from); },
      read_chaos_key(settings_.chaos)};
  auto started =
      http_server::start(settings_.http, make_http_api(backend), log_, http_probe_.get());
  if (const auto* why = std::get_if<failure>(&started)) throw std::runtime_error(why->what);
  http_ = std::get<std::unique_ptr<http_server>>(std::move(started));
}

void node::implementation::name(request_id& id, trace_id& trace) {
  if (!id) id = names_.next();
  if (trace == trace_id{}) trace = names_.trace_of(id);
}

failure node::implementation::check(const discovery_request& request) const {
  if (condition_->dead) return {errc::unavailable, "the node's tree of actors has given up"};
  if (condition_->stopping) return {errc::stopping, "the node is stopping"};
  if (!condition_->ready) return {errc::unavailable, "the node is starting"};
  if (!request.input) return {errc::bad_input, "a request without traffic"};
  if (request.budget <= duration{0}) {
    return {errc::deadline_exceeded, "the request's budget is zero or negative"};
  }
  return {};
}

// Limits of rates are the entrance's: where there are some, every request goes by it.
std::shared_ptr<front_cache> node::implementation::make_front() const {
  const auto& cache = settings_.cache;
  const auto& rates = settings_.rate_limit;
  if (!cache.enabled || cache.near_bytes == 0) return nullptr;
  if (rates.per_client > 0 || rates.total > 0) return nullptr;
  return std::make_shared<front_cache>(result_cache::options{cache.near_bytes, cache.time_to_live},
                                       parts_.model_version, who_->invalidations(),
                                       [] { return clock::now(); });
}

std::optional<discovery_result_ptr> node::implementation::repeated(const coordinator_job& job) {
  if (!front_ || telling) return std::nullopt;
  auto known = front_->find(job);
  if (known && front_->note_repeat()) caf::anon_send(who_->entrance(), repeated_atom::value);
  return known;
}

// What can be said at once; nothing: the request is on its way, and `done` with it.
std::optional<discovery_outcome> node::implementation::accept(
    discovery_request& request, time_point accepted, std::function<void(discovery_outcome)>& done) {
  const std::shared_lock hold(life_);
  if (auto why = check(request)) return why;
  const auto input = hash_of(*request.input);
  const auto deadline = accepted + std::min<duration>(request.budget, std::chrono::hours(24));
  coordinator_job job{std::move(request), input, accepted, deadline};
  if (auto known = repeated(job)) return *std::move(known);
  enter(std::move(job), std::move(done));
  return std::nullopt;
}

void node::implementation::enter(coordinator_job job, std::function<void(discovery_outcome)> done) {
  const auto key = open_->new_key();
  const bool keeps = front_ && job.request.use_cache;
  auto whom = std::make_shared<completion>(
      [open = open_, key, log = log_, context = log_context{job.request.id, job.request.trace},
       front = keeps ? front_ : nullptr, asked = keeps ? job : coordinator_job{},
       done = std::move(done)](discovery_outcome outcome) {
        const at_end answered([&] { open->remove(key); });
        if (const auto* result = std::get_if<discovery_result_ptr>(&outcome); front && result) {
          keep(*front, asked, *result, log);
        }
        if (const auto* why = std::get_if<failure>(&outcome)) {
          log.debug("request_failed",
                    {{"code", std::string(to_string(why->code))}, {"reason", why->what}}, context);
        }
        tell(done, std::move(outcome), log, context);
      });
  open_->add(key, whom);
  caf::anon_send(who_->entrance(), entrance_order{std::move(job), whom});
}

void node::implementation::discover(discovery_request request,
                                    std::function<void(discovery_outcome)> done) {
  const auto accepted = clock::now();
  name(request.id, request.trace);
  const log_context context{request.id, request.trace};
  auto known = accept(request, accepted, done);
  if (!known) return;
  const bool before = std::exchange(telling, true);
  const at_end told([&] { telling = before; });
  tell(done, *std::move(known), log_, context);
}

pending_answer node::implementation::discover(discovery_request request) {
  pending_answer answer;
  answer.state_ = std::make_shared<pending_answer::shared_state>(clock::now() + request.budget);
  discover(std::move(request),
           [state = answer.state_](discovery_outcome outcome) { state->put(std::move(outcome)); });
  return answer;
}

void node::implementation::drain() {
  if (!open_->wait_for_none(clock::now() + settings_.node.drain_time)) {
    log_.warn("drain_time_over", {{"open_requests", std::to_string(open_->now())}});
  }
}

// Every caller that still waits has its answer before the tree goes.
void node::implementation::answer_the_rest() {
  if (const auto entrance = who_->entrance()) caf::anon_send(entrance, close_atom::value);
  if (open_->wait_for_none(clock::now() + entrance_patience)) return;
  log_.error("entrance_did_not_close", {{"open_requests", std::to_string(open_->now())}});
  open_->answer_all({errc::stopping, "the node is stopping"});
}

std::string node::implementation::still_running() {
  std::string paths;
  const visit of_this_thread;
  caf::scoped_actor self(world_->system);
  self->request(root_, question_limit, supervision::snapshot_atom::value)
      .receive(
          [&](const tree_snapshot& tree) {
            for (const auto& entry : tree.entries) {
              if (entry.running && !entry.supervisor)
                paths += (paths.empty() ? "" : " ") + entry.path;
            }
          },
          [&](const caf::error&) { paths = "not known: the root does not answer"; });
  return paths;
}

bool node::implementation::stop_root() {
  if (!root_) return true;
  bool ended = true;
  const visit of_this_thread;
  caf::scoped_actor self(world_->system);
  self->request(root_, settings_.node.stop_time, supervision::stop_atom::value)
      .receive([](caf::ok_atom) {},
               [&](const caf::error& error) { ended = error != caf::sec::request_timeout; });
  if (!ended) log_.error("actors_left_behind", {{"paths", still_running()}});
  return ended;
}

void node::implementation::stop_tree() {
  const bool ended = stop_root();
  root_ = nullptr;
  who_->clear();
  // An actor system waits for every actor. One that runs for ever is left its world: what it may
  // still touch must stay.
  if (ended) {
    world_.reset();
  } else {
    left_actors_ = true;
    static_cast<void>(world_.release());
  }
}

void node::implementation::stop() {
  std::call_once(stopped_, [this] {
    bool was_ready = false;
    {
      const std::unique_lock alone(life_);
      condition_->stopping = true;
      was_ready = condition_->ready.exchange(false);
    }
    log_.info("node_stopping", {{"open_requests", std::to_string(open_->now())}});
    drain();
    answer_the_rest();
    if (http_) http_->stop(http_patience);
    save_cache(was_ready);
    stop_tree();
    log_.info("node_stopped");
  });
}

}  // namespace troupe
