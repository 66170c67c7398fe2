#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "actors/shell/shell.hpp"
#include "messages/stage.hpp"

// Workers that throw, and clients that count their answers; for runs on the real scheduler.

namespace troupe::test {

/// What all workers of one run are to do, and what they did.
struct ordeal {
  explicit ordeal(std::size_t requests) : kills(requests + 1) {}

  [[nodiscard]] std::set<std::uint64_t> killed_at_least(std::uint32_t times) const {
    std::set<std::uint64_t> out;
    for (std::uint64_t id = 0; id < kills.size(); ++id) {
      if (kills[id] >= times) out.insert(id);
    }
    return out;
  }

  double crash_share = 0;             // of executions that throw at random
  std::set<std::uint64_t> poisonous;  // requests that throw each time
  std::atomic<std::uint64_t> crashes{0};
  std::vector<std::atomic<std::uint32_t>> kills;  // by request id
};

/// The heir of a worker: when it died last, and how long it took to serve again.
struct worker_history {
  std::mt19937_64 random;
  bool seeded = false;
  std::optional<time_point> died;
  std::vector<duration> until_serving;
};

struct unreliable_worker_state {
  using handle = stage_actor;
  static constexpr const char* name = "unreliable_worker";

  unreliable_worker_state(handle::pointer, std::shared_ptr<ordeal> what,
                          std::shared_ptr<worker_history> before, std::uint64_t seed)
      : run(std::move(what)), heir(std::move(before)) {
    if (!std::exchange(heir->seeded, true)) heir->random.seed(seed);
  }

  handle::behavior_type make_behavior() {
    return {[this](const stage_job& job) -> caf::result<stage_answer> {
      if (heir->died) {
        heir->until_serving.push_back(std::chrono::steady_clock::now() - *heir->died);
        heir->died.reset();
      }
      const bool unlucky = std::generate_canonical<double, 53>(heir->random) < run->crash_share;
      if (unlucky || run->poisonous.contains(job.id.value)) {
        run->crashes.fetch_add(1);
        run->kills[job.id.value].fetch_add(1);
        heir->died = std::chrono::steady_clock::now();
        throw std::runtime_error("thrown at random");
      }
      return stage_answer{};
    }};
  }

  std::shared_ptr<ordeal> run;
  std::shared_ptr<worker_history> heir;
};

/// What one client saw.
struct tally {
  std::map<errc, std::uint64_t> by_code;
  std::set<std::uint64_t> poisoned;
  std::uint64_t answered_twice = 0;

  void add(const tally& other) {
    for (const auto& [code, count] : other.by_code) by_code[code] += count;
    poisoned.insert(other.poisoned.begin(), other.poisoned.end());
    answered_twice += other.answered_twice;
  }
};

/// Asks for `share` jobs with ids from `first` on, eight at a time, and hands in its tally.
class client_state {
 public:
  using handle = caf::typed_actor<caf::reacts_to<tick_atom>>;
  static constexpr const char* name = "client";

  client_state(handle::pointer self, stage_actor stage, std::uint64_t first, std::size_t share,
               std::shared_ptr<std::promise<tally>> result)
      : self_(self),
        stage_(std::move(stage)),
        first_(first),
        answered_(share, false),
        left_(share),
        result_(std::move(result)) {}

  handle::behavior_type make_behavior() {
    self_->send(self_, tick_atom::value);
    return {[this](tick_atom) {
      for (int outstanding = 0; outstanding < 8; ++outstanding) ask();
    }};
  }

 private:
  void ask() {
    if (next_ == answered_.size()) return;
    const auto number = next_++;
    stage_job job;
    job.id = {first_ + number};
    job.deadline = self_->clock().now() + std::chrono::seconds(50);
    job.predicted_cost = std::chrono::milliseconds(1);
    self_->request(stage_, caf::infinite, std::move(job))
        .then([this, number](const stage_answer&) { note(number, errc::none); },
              [this, number](const caf::error& error) { note(number, code_of(error)); });
  }

  void note(std::size_t number, errc code) {
    if (answered_[number]) ++seen_.answered_twice;
    answered_[number] = true;
    ++seen_.by_code[code];
    if (code == errc::poisoned) seen_.poisoned.insert(first_ + number);
    if (--left_ > 0) return ask();
    result_->set_value(seen_);
    self_->quit();
  }

  handle::pointer self_;
  stage_actor stage_;
  std::uint64_t first_;
  std::vector<bool> answered_;
  std::size_t left_;
  std::size_t next_ = 0;
  std::shared_ptr<std::promise<tally>> result_;
  tally seen_;
};

}  // namespace troupe::test
