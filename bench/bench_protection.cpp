// Claim: what protects a stage on a healthy path (rate limiter, closed breaker, bulkhead, retry
// budget) adds p50 <= 1 us to a call that goes through actors. The same relay in front of the same
// router and pool worker, with and without; rounds are interleaved in one run.

#include <cstdio>

#include "actors/discovery/stage_gate.hpp"
#include "actors/pipeline/worker/stage_worker_actor.hpp"
#include "actors/resilience/circuit_breaker_actor.hpp"
#include "actors/resilience/rate_limiter.hpp"
#include "bench/support/closed_loop.hpp"
#include "bench/support/traffic.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/supervision/router.hpp"

namespace troupe::bench {
namespace {

constexpr int rounds = 15;
constexpr std::size_t calls = 20'000;
constexpr token_rate plenty{1'000'000'000, std::chrono::seconds(1), 1'000'000'000};

/// Asks the router on behalf of its asker, as a coordinator does.
class relay_state {
 public:
  using handle = stage_actor;
  static constexpr const char* name = "relay";

  relay_state(handle::pointer self, stage_actor next, breaker_actor breaker)
      : self_(self), next_(std::move(next)), breaker_(std::move(breaker)) {}

  handle::behavior_type make_behavior() {
    return {[this](const stage_job& job) -> caf::result<stage_answer> {
      auto promise = self_->make_response_promise<stage_answer>();
      if (!breaker_) {
        ask(job, promise, [](time_point) {});
        return promise;
      }
      const auto now = clock::now();
      keep(limiter_.take({1}, 1, now));
      const auto entered = gate_.enter(job.deadline, now);
      ask(job, promise, [this, with = entered.with](time_point end) {
        keep(gate_.leave(with, call_outcome::succeeded, end));
        if (auto samples = gate_.take_samples(false)) self_->send(breaker_, *std::move(samples));
      });
      return promise;
    }};
  }

 private:
  template <class Done>
  void ask(const stage_job& job, caf::typed_response_promise<stage_answer>& promise, Done done) {
    self_->request(next_, caf::infinite, job)
        .then(
            [promise, done](stage_answer& answer) mutable {
              done(clock::now());
              promise.deliver(std::move(answer));
            },
            [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  }

  handle::pointer self_;
  stage_actor next_;
  breaker_actor breaker_;
  rate_limiter limiter_{{.per_client = plenty, .total = plenty}};
  stage_gate gate_{stage::statistics, {}};
};

class relays {
 public:
  explicit relays(caf::actor_system& system) : system_(system) {
    auto table = std::make_shared<stage_table>();
    table->fill([](const stage_input&, findings&, bool&) -> failure { return {}; });
    router_ = spawn_stage_router(system, {});
    const stage_worker_state::dependencies with{
        table, std::make_shared<stage_probe>(registry_, "worker"), {}, {}};
    auto worker = system.spawn<shell<stage_worker_state>>(with);
    caf::anon_send(router_,
                   child_up{"worker", {1}, placement::pool, caf::actor_cast<caf::actor>(worker)});
    circuit_breaker_state::dependencies guards;
    guards.rules = std::make_shared<circuit_breaker>(circuit_breaker::options{});
    guards.probe = std::make_shared<breaker_probe>(registry_, "statistics");
    breaker_ = system.spawn<shell<circuit_breaker_state>>(guards);
    plain_ = system.spawn<shell<relay_state>>(stage_actor(router_), breaker_actor{});
    guarded_ = system.spawn<shell<relay_state>>(stage_actor(router_), breaker_);
    to_end_ = {caf::actor_cast<caf::actor>(worker), caf::actor_cast<caf::actor>(router_),
               caf::actor_cast<caf::actor>(breaker_), caf::actor_cast<caf::actor>(plain_),
               caf::actor_cast<caf::actor>(guarded_)};
  }

  ~relays() {
    for (const auto& one : to_end_) caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
  }

  double plain() { return p50(plain_); }
  double guarded() { return p50(guarded_); }

 private:
  double p50(const stage_actor& to) {
    const auto make = [this] {
      stage_job job;
      job.deadline = clock::now() + std::chrono::minutes(1);
      job.stages = {stage::statistics};
      job.input = input_;
      return job;
    };
    return run_closed_loop<stage_job, stage_answer>(system_, to, make, calls, 1)
        .latencies.microseconds(50);
  }

  caf::actor_system& system_;
  prometheus::Registry registry_;
  traffic_group_ptr input_ = dns_like(2, 1);
  stage_router router_;
  breaker_actor breaker_;
  stage_actor plain_;
  stage_actor guarded_;
  std::vector<caf::actor> to_end_;
};

double median(std::vector<double> values) {
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  return *half;
}

}  // namespace
}  // namespace troupe::bench

int main() {
  using namespace troupe::bench;
  troupe::system_config config{troupe::node_section{}};
  caf::actor_system system(config);
  std::vector<double> plain;
  std::vector<double> guarded;
  std::vector<double> added;
  {
    relays both(system);
    for (int round = 0; round < rounds; ++round) {
      plain.push_back(both.plain());
      guarded.push_back(both.guarded());
      added.push_back(guarded.back() - plain.back());
    }
  }
  std::printf("a call through relay, router and pool worker (p50 in us, median of %d rounds)\n",
              rounds);
  std::printf("  unprotected  %8.2f\n  protected    %8.2f\n  added        %8.2f   (claim: <= 1)\n",
              median(plain), median(guarded), median(added));
}
