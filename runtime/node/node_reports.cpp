// What a node tells about itself.

#include <utility>

#include "runtime/node/health.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/node/node_metrics.hpp"
#include "runtime/telemetry/log_metrics.hpp"

namespace troupe {

namespace {

using clock = std::chrono::steady_clock;

constexpr auto question_limit = std::chrono::seconds(1);
constexpr auto scrape_distance = std::chrono::milliseconds(200);  // one question for one scrape

}  // namespace

template <class Answer, class Request>
std::optional<Answer> node::implementation::ask_root(Request request) {
  std::optional<Answer> answer;
  const std::shared_lock hold(life_);
  if (!condition_->ready) return answer;
  const visit of_this_thread;
  caf::scoped_actor self(world_->system);
  self->request(root_, question_limit, request)
      .receive([&](Answer& got) { answer = std::move(got); },
               [this](const caf::error& error) {
                 log_.warn("root_did_not_answer", {{"reason", to_failure(error).what}});
               });
  return answer;
}

tree_snapshot node::implementation::snapshot() {
  return ask_root<tree_snapshot>(supervision::snapshot_atom::value).value_or(tree_snapshot{});
}

// Counters may not fall: what was told last stands while the root does not answer.
supervision::supervision_report node::implementation::count_supervision() {
  const std::lock_guard hold(counted_lock_);
  const auto now = clock::now();
  if (counted_at_ == time_point{} || now - counted_at_ > scrape_distance) {
    auto report = ask_root<supervision::supervision_report>(supervision::counters_atom::value);
    if (report) counted_ = *std::move(report);
    counted_at_ = clock::now();
  }
  return counted_;
}

void node::implementation::define_metrics() {
  define_process_metrics(*metrics_, TROUPE_VERSION);
  define_log_metrics(*metrics_, log_service_);
  define_node_metrics(
      *metrics_,
      {[this] { return ready(); }, [is = condition_] { return is->objective_met.load(); },
       [this] { return count_supervision(); }, [this] { return front_ ? front_->repeats() : 0; }});
}

std::string node::implementation::metrics_text() { return metrics_->text(); }

std::vector<component_health> node::implementation::health_report() {
  auto report = judge_health(snapshot(), ready());
  if (condition_->dead) report = {{"node", health::unhealthy, "its tree of actors has given up"}};
  const bool met = condition_->objective_met;
  report.push_back({"deadlines", met ? health::healthy : health::degraded,
                    met ? "" : "the share of answers in time is below its objective"});
  for (const auto& one : objectives_->all()) report.push_back(judge_objective(*one));
  const bool overloaded = condition_->overloaded;
  report.push_back({"load", overloaded ? health::degraded : health::healthy,
                    overloaded ? "a tenth of the requests and more had to be refused" : ""});
  for (const auto& one : breakers()) {
    if (auto seen = judge_breaker(one)) report.push_back(*std::move(seen));
  }
  if (settings_.cache.enabled && parts_.warm_from) {
    const auto why = condition_->warming.problem(clock::now(), settings_.cache.time_to_live);
    report.push_back({"warming", why ? health::degraded : health::healthy, why.what});
  }
  const auto& note = parts_.model_note;
  report.push_back({"models", note.empty() ? health::healthy : health::degraded, note});
  return report;
}

std::vector<node::implementation::known_breaker> node::implementation::known_breakers() const {
  std::vector<known_breaker> out;
  for (const auto& one : who_->breakers()) {
    if (one.actor) out.push_back({std::string(to_string(one.which)), one.actor});
  }
  if (const auto store = who_->store()) out.push_back({"store", store});
  return out;
}

// All are asked before the first is waited for: one that is silent costs no more than all.
template <class Question>
std::vector<breaker_report> node::implementation::ask_breakers(
    const std::vector<known_breaker>& whom, Question question) {
  std::vector<breaker_report> out;
  const std::shared_lock hold(life_);
  if (!condition_->ready) return out;
  const visit of_this_thread;
  caf::scoped_actor self(world_->system);
  const auto ask = [&](const known_breaker& one) {
    return self->request(one.actor, question_limit, question);
  };
  std::vector<decltype(ask(whom.front()))> asked;
  for (const auto& one : whom) asked.push_back(ask(one));
  for (std::size_t i = 0; i < whom.size(); ++i) {
    asked[i].receive(
        [&](const breaker_status& got) {
          out.push_back({whom[i].dependency, got});
        },
        [&](const caf::error& error) {
          log_.warn("breaker_did_not_answer",
                    {{"dependency", whom[i].dependency}, {"reason", to_failure(error).what}});
        });
  }
  return out;
}

std::vector<breaker_report> node::implementation::breakers() {
  return ask_breakers(known_breakers(), breaker_query{});
}

failure node::implementation::order_breaker(std::string_view dependency, breaker_order what) {
  auto all = known_breakers();
  std::erase_if(all, [&](const auto& one) { return one.dependency != dependency; });
  if (all.empty()) {
    return {errc::bad_input, "there is no breaker of that name; see GET /v1/breakers"};
  }
  if (ask_breakers(all, what).empty()) return {errc::unavailable, "the breaker does not answer"};
  return {};
}

}  // namespace troupe
