#pragma once

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "messages/caf.hpp"

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace troupe {

/// The text of an exception, for people; never throws.
[[nodiscard]] std::string text_of(const std::exception_ptr& thrown) noexcept;

/// The actor around a state: every actor of Troupe is a `shell<State>`.
///
/// State has `using handle = caf::typed_actor<...>`, is built from (self, args...) and gives
/// `make_behavior()`. It is destroyed when the actor ends, so that its open tables answer what is
/// still open.
///
/// An exception ends the actor with `errc::crashed` and its text. The requester of the very message
/// that threw gets the same error; requests queued behind it get CAF's `request_receiver_down`.
/// That difference tells a router which message killed its worker.
template <class State>
class shell : public State::handle::base {
 public:
  using base = typename State::handle::base;
  using behavior_type = typename State::handle::behavior_type;

  template <class... Args>
  explicit shell(caf::actor_config& config, Args&&... args) : base(config) {
    this->set_exception_handler([](std::exception_ptr& thrown) -> caf::error {
      return make_error(errc::crashed, text_of(thrown));
    });
    state_.emplace(this, std::forward<Args>(args)...);
  }

  void on_exit() override { state_.reset(); }

  [[nodiscard]] const char* name() const override { return State::name; }

#if defined(__SANITIZE_THREAD__)
  // Debian's CAF is not instrumented: tell the sanitizer that a mailbox orders sender before
  // receiver.
  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit* unit) override {
    __tsan_release(this);
    base::enqueue(std::move(element), unit);
  }
  caf::resumable::resume_result resume(caf::execution_unit* unit, std::size_t throughput) override {
    __tsan_acquire(this);
    auto result = base::resume(unit, throughput);
    __tsan_release(this);
    return result;
  }
#endif

 protected:
  behavior_type make_behavior() override { return state_->make_behavior(); }

 private:
  std::optional<State> state_;
};

}  // namespace troupe
