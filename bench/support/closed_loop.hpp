#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <unordered_map>

#include "actors/shell/shell.hpp"
#include "bench/support/samples.hpp"

namespace troupe::bench {

using go_atom = caf::atom_constant<caf::atom("go")>;

/// What one closed loop saw.
struct loop_result {
  samples latencies;
  clock::duration took{0};
  std::uint64_t errors = 0;

  [[nodiscard]] double per_second() const {
    return static_cast<double>(latencies.size()) / std::chrono::duration<double>(took).count();
  }
};

/// A client actor that keeps `outstanding` requests open until `total` are answered.
template <class Job, class Answer>
class closed_loop_state {
 public:
  using handle = caf::typed_actor<caf::replies_to<go_atom>::template with<caf::ok_atom>>;
  using server = caf::typed_actor<typename caf::replies_to<Job>::template with<Answer>>;
  static constexpr const char* name = "closed_loop";

  closed_loop_state(typename handle::pointer self, server to, std::function<Job()> make,
                    std::size_t total, std::size_t outstanding, loop_result* into)
      : self_(self),
        to_(std::move(to)),
        make_(std::move(make)),
        left_(total),
        outstanding_(outstanding),
        into_(into) {}

  typename handle::behavior_type make_behavior() {
    return {[this](go_atom) -> caf::result<caf::ok_atom> {
      done_ = self_->template make_response_promise<caf::ok_atom>();
      started_ = clock::now();
      for (std::size_t i = 0; i < outstanding_; ++i) send();
      return done_;
    }};
  }

 private:
  void send() {
    if (left_ == 0) return;
    --left_;
    ++open_;
    const auto sent = clock::now();
    self_->request(to_, caf::infinite, make_())
        .then(
            [this, sent](const Answer&) {
              into_->latencies.add(clock::now() - sent);
              next();
            },
            [this](const caf::error&) {
              ++into_->errors;
              next();
            });
  }

  void next() {
    --open_;
    send();
    if (open_ > 0) return;
    into_->took = clock::now() - started_;
    done_.deliver(caf::ok_atom::value);
  }

  typename handle::pointer self_;
  server to_;
  std::function<Job()> make_;
  std::size_t left_;
  std::size_t outstanding_;
  std::size_t open_ = 0;
  loop_result* into_;
  clock::time_point started_;
  caf::typed_response_promise<caf::ok_atom> done_;
};

/// Runs one closed loop from an actor and waits for its end.
template <class Job, class Answer, class Server>
loop_result run_closed_loop(caf::actor_system& system, const Server& to, std::function<Job()> make,
                            std::size_t total, std::size_t outstanding) {
  loop_result result;
  using state = closed_loop_state<Job, Answer>;
  auto client = system.spawn<shell<state>>(typename state::server(to), std::move(make), total,
                                           outstanding, &result);
  caf::scoped_actor self(system);
  self->request(client, caf::infinite, go_atom::value)
      .receive([](caf::ok_atom) {}, [](const caf::error&) {});
  return result;
}

}  // namespace troupe::bench
