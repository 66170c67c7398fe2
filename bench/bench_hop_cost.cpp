// Claim: what an actor hop costs on top of calling a stage as a function - at most 3 us on the pool
// and 25 us on a worker with a thread of its own, and at most 10 % on top of 1 ms of work. The seam
// by which faults reach the product (`decorate`, the identity) adds at most 1 % to a hop.
//
// Rounds of the four ways are interleaved in one run, so that a noisy machine disturbs all alike.

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "actors/pipeline/worker/stage_worker_actor.hpp"
#include "bench/support/closed_loop.hpp"
#include "bench/support/traffic.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/supervision/router.hpp"

namespace troupe::bench {
namespace {

constexpr int rounds = 7;

/// A stage that takes about `work` of processor time and adds nothing.
stage_function busy_for(clock::duration work) {
  return [work](const stage_input&, findings&, bool&) -> failure {
    const auto until = clock::now() + work;
    while (work.count() > 0 && clock::now() < until) {
    }
    return {};
  };
}

struct echo_state {
  using handle = stage_actor;
  static constexpr const char* name = "echo";
  explicit echo_state(handle::pointer) {}
  handle::behavior_type make_behavior() {
    return {[](const stage_job& job) { return stage_answer{job.so_far, {}, job.content}; }};
  }
};

class ways {
 public:
  ways(caf::actor_system& system, clock::duration work)
      : system_(system), registry_(std::make_shared<prometheus::Registry>()) {
    auto table = std::make_shared<stage_table>();
    table->fill(busy_for(work));
    table_ = table;
    echo_ = system.spawn<shell<echo_state>>();
    pool_ = routed(placement::pool);
    seamed_ = routed(placement::pool, [](const std::string&, caf::actor same) { return same; });
    detached_ = routed(placement::detached);
  }

  ~ways() {
    for (const auto& one :
         {echo_, stage_actor(pool_), stage_actor(seamed_), stage_actor(detached_)}) {
      caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
    }
    for (const auto& one : workers_) caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
  }

  double direct(std::size_t calls) {
    findings found;
    bool cut_short = false;
    const auto job = make();
    const stage_input input{*job.input, job.level, {}};
    const auto from = clock::now();
    for (std::size_t i = 0; i < calls; ++i) {
      keep((*table_)[0](input, found, cut_short));
    }
    return std::chrono::duration<double, std::micro>(clock::now() - from).count() /
           static_cast<double>(calls);
  }
  double plain_caf(std::size_t calls) { return p50(echo_, calls); }
  double on_pool(std::size_t calls) { return p50(pool_, calls); }
  double through_the_seam(std::size_t calls) { return p50(seamed_, calls); }
  double detached(std::size_t calls) { return p50(detached_, calls); }

 private:
  stage_job make() const {
    stage_job job;
    job.deadline = clock::now() + std::chrono::minutes(1);
    job.stages = {stage::statistics};
    job.input = input_;
    return job;
  }

  using seam = decltype(node_parts::decorate);

  // As a supervisor shows its children to others: through the seam, where there is one.
  stage_router routed(placement where, const seam& decorate = {}) {
    auto made = spawn_stage_router(system_, {});
    auto probe = std::make_shared<stage_probe>(*registry_, std::to_string(workers_.size()));
    const stage_worker_state::dependencies with{table_, probe, {}, {}};
    auto worker = where == placement::detached
                      ? caf::actor_cast<caf::actor>(
                            system_.spawn<shell<stage_worker_state>, caf::detached>(with))
                      : caf::actor_cast<caf::actor>(system_.spawn<shell<stage_worker_state>>(with));
    workers_.push_back(worker);
    const auto shown = decorate ? decorate("worker", worker) : worker;
    caf::anon_send(made, child_up{"worker", {1}, where, shown});
    return made;
  }

  double p50(const stage_actor& to, std::size_t calls) {
    auto result = run_closed_loop<stage_job, stage_answer>(
        system_, to, [this] { return make(); }, calls, 1);
    return result.latencies.microseconds(50);
  }

  caf::actor_system& system_;
  std::shared_ptr<prometheus::Registry> registry_;
  std::shared_ptr<const stage_table> table_;
  traffic_group_ptr input_ = dns_like(2, 1);
  std::vector<caf::actor> workers_;
  stage_actor echo_;
  stage_router pool_;
  stage_router seamed_;
  stage_router detached_;
};

void measure(caf::actor_system& system, const char* title, clock::duration work,
             std::size_t calls) {
  ways all(system, work);
  std::array<samples, 4> seen;
  const auto note = [](samples& into, double microseconds) {
    into.add(std::chrono::duration_cast<clock::duration>(
        std::chrono::duration<double, std::micro>(microseconds)));
  };
  for (int round = 0; round < rounds; ++round) {
    note(seen[0], all.direct(calls));
    note(seen[1], all.plain_caf(calls));
    note(seen[2], all.on_pool(calls));
    note(seen[3], all.detached(calls));
  }
  const auto direct = seen[0].microseconds(50);
  std::printf("%s (p50 in us, median of %d rounds)\n", title, rounds);
  static constexpr std::array names{"function call", "plain CAF request (no work)",
                                    "router + pool worker", "router + detached worker"};
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const auto value = seen[i].microseconds(50);
    std::printf("  %-28s %10.2f   over a call %+9.2f us  %+6.1f %%\n", names[i], value,
                value - direct, direct > 0.5 ? 100 * (value - direct) / direct : 0.0);
  }
}

// Many short rounds by turns, and the least of each: what the seam adds is far below the noise of a
// median.
void compare_seam(caf::actor_system& system) {
  constexpr int turns = 100;
  constexpr std::size_t calls = 2'000;
  ways all(system, clock::duration{0});
  auto without = all.on_pool(calls);
  auto with = all.through_the_seam(calls);
  for (int turn = 0; turn < turns; ++turn) {
    without = std::min(without, all.on_pool(calls));
    with = std::min(with, all.through_the_seam(calls));
  }
  std::printf("the seam (p50 in us, least of %d rounds by turns)\n", turns);
  std::printf("  without %.3f   with %.3f   %+.2f %%\n", without, with,
              100 * (with - without) / without);
}

}  // namespace
}  // namespace troupe::bench

int main() {
  troupe::node_section settings;
  troupe::system_config config(settings);
  caf::actor_system system(config);
  using namespace std::chrono_literals;
  troupe::bench::measure(system, "no work", 0ns, 20'000);
  troupe::bench::compare_seam(system);
  troupe::bench::measure(system, "100 us of work", 100us, 1'000);
  troupe::bench::measure(system, "1 ms of work", 1ms, 150);
}
