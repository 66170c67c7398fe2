#pragma once

#include <gtest/gtest.h>

#include <caf/scheduler/test_coordinator.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "messages/caf.hpp"
#include "messages/ids.hpp"

namespace troupe::test {

/// What came back for a request; empty while it is open.
template <class Answer>
struct reply {
  std::optional<Answer> value;
  std::optional<caf::error> error;
  int times = 0;  // answered

  [[nodiscard]] bool open() const { return times == 0; }
  /// The code of the error; none for a value or while open.
  [[nodiscard]] errc code() const { return error ? code_of(*error) : errc::none; }
};

template <class Answer>
using reply_ptr = std::shared_ptr<reply<Answer>>;

/// An actor system on CAF's test scheduler: one thread, and time passes only when a test says so.
/// Exceptions end their actor, as in production.
class virtual_time : public ::testing::Test {
 protected:
  virtual_time() : system_(configured(config_)) {}

  ~virtual_time() override {
    scheduler().clock().cancel_all();
    for (const auto& one : to_end_) caf::anon_send_exit(one, caf::exit_reason::kill);
    settle();
  }

  [[nodiscard]] caf::actor_system& system() { return system_; }

  [[nodiscard]] caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  [[nodiscard]] time_point now() { return scheduler().clock().now(); }

  /// Handles all messages that are on their way. No time passes.
  void settle() {
    while (scheduler().try_run_once()) {
    }
  }

  /// Lets time pass; every timer fires at its own time.
  void advance(duration by) {
    settle();
    auto& clock = scheduler().clock();
    const auto end = clock.now() + by;
    while (!clock.schedule().empty() && clock.schedule().begin()->first <= end) {
      clock.trigger_timeout();
      settle();
    }
    clock.current_time = end;
  }

  /// Sends a request; nothing is handled before `settle` or `advance`.
  template <class Answer, class Handle, class... Args>
  reply_ptr<Answer> ask(const Handle& receiver, Args... question) {
    auto out = std::make_shared<reply<Answer>>();
    system_.spawn([=](caf::event_based_actor* self) {
      self->request(receiver, caf::infinite, question...)
          .then(
              [out](const Answer& answer) {
                out->value = answer;
                ++out->times;
              },
              [out](const caf::error& error) {
                out->error = error;
                ++out->times;
              });
    });
    return out;
  }

  /// The same, answered at once.
  template <class Answer, class Handle, class... Args>
  reply_ptr<Answer> ask_now(const Handle& receiver, Args... question) {
    auto out = ask<Answer>(receiver, std::move(question)...);
    settle();
    return out;
  }

  /// Ends an actor with the test, when the test did not.
  template <class Handle>
  Handle owned(Handle one) {
    to_end_.push_back(caf::actor_cast<caf::actor>(one));
    return one;
  }

 private:
  static caf::actor_system_config& configured(caf::actor_system_config& config) {
    config.set("scheduler.policy", caf::atom("testing"));
    register_troupe(config);
    return config;
  }

  caf::actor_system_config config_;
  caf::actor_system system_;
  std::vector<caf::actor> to_end_;
};

}  // namespace troupe::test
