#pragma once

#include <atomic>
#include <concepts>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "messages/caf.hpp"
#include "messages/ids.hpp"

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace troupe {

/// The text of an exception, for people; never throws.
[[nodiscard]] std::string text_of(const std::exception_ptr& thrown) noexcept;

/// What a handler died of, as an error: `errc::crashed` with the text, the id of the request in the
/// message that was being handled (0: it names none) and whether somebody waits for its answer.
[[nodiscard]] caf::error crash_error(const std::exception_ptr& thrown, request_id killer,
                                     bool was_asked);

/// The same, read back.
struct crash_report {
  request_id killer;       // 0: the message named no request
  bool was_asked = false;  // its sender got the error; false: nobody but the supervisor knows
};

/// Nothing: `error` does not come from a handler that threw.
[[nodiscard]] std::optional<crash_report> crash_in(const caf::error& error);

/// How many messages wait for an actor. Readable from any thread; exact while nothing moves.
class mailbox_gauge {
 public:
  mailbox_gauge() = default;
  mailbox_gauge(const mailbox_gauge&) = delete;
  mailbox_gauge& operator=(const mailbox_gauge&) = delete;

  [[nodiscard]] std::uint64_t mailbox_length() const noexcept;

 protected:
  virtual ~mailbox_gauge() = default;

  void arrived() noexcept { arrived_.fetch_add(1, std::memory_order_relaxed); }
  void taken() noexcept {
    taken_.store(taken_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

 private:
  // Atomic, for senders count what arrives and reports read both while the actor runs. CAF's own
  // count would not do: it moves messages between its queues, so only the actor may call it.
  std::atomic<std::uint64_t> arrived_{0};
  std::atomic<std::uint64_t> taken_{0};
};

/// The mailbox length of an actor; 0 for what is no `shell` or has ended.
[[nodiscard]] std::uint64_t mailbox_length_of(const caf::actor& handle);

namespace detail {

template <class T>
concept names_request = requires(const T& message) {
  { message.id } -> std::convertible_to<request_id>;
};

template <class T>
concept carries_request = requires(const T& message) {
  { message.request.id } -> std::convertible_to<request_id>;
};

template <class First, class... More, class Output>
void read_request_id(
    const caf::type_erased_tuple& content, request_id& found,
    std::type_identity<caf::typed_mpi<caf::detail::type_list<First, More...>, Output>>) {
  if constexpr (names_request<First> || carries_request<First>) {
    if (content.size() == 0 || !content.match_element<First>(0)) return;
    const auto& message = *static_cast<const First*>(content.get(0));
    if constexpr (names_request<First>) {
      found = message.id;
    } else {
      found = message.request.id;
    }
  }
}

/// The id of the request that a message is about: of those messages of the conversation whose first
/// part has an `id` or a `request.id`.
template <class... Signatures>
[[nodiscard]] request_id request_in(const caf::type_erased_tuple& content,
                                    caf::detail::type_list<Signatures...>) {
  request_id found;
  (read_request_id(content, found, std::type_identity<Signatures>{}), ...);
  return found;
}

}  // namespace detail

/// The actor around a state: every actor of Troupe is a `shell<State>`.
///
/// State has `using handle = caf::typed_actor<...>` and `static constexpr const char* name`, is
/// built from (self, args...) and gives `make_behavior()`. It is destroyed when the actor ends, so
/// that its open tables answer what is still open.
///
/// An exception ends the actor with `errc::crashed` and its text. The requester of the very message
/// that threw gets the same error; requests queued behind it get CAF's `request_receiver_down`.
/// That difference tells a router which message killed its worker.
template <class State>
class shell : public State::handle::base, public mailbox_gauge {
 public:
  using base = typename State::handle::base;
  using behavior_type = typename State::handle::behavior_type;

  template <class... Args>
  explicit shell(caf::actor_config& config, Args&&... args) : base(config) {
    this->set_exception_handler([this](std::exception_ptr& thrown) { return blame(thrown); });
    state_.emplace(this, std::forward<Args>(args)...);
    hand_over();
  }

  void on_exit() override { state_.reset(); }

  [[nodiscard]] const char* name() const override { return State::name; }

  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit* unit) override {
    hand_over();
    arrived();
    base::enqueue(std::move(element), unit);
  }

  caf::invoke_message_result consume(caf::mailbox_element& element) override {
    take_over();
    const auto result = base::consume(element);
    if (result != caf::invoke_message_result::skipped) taken();
    hand_over();  // once the mailbox is empty, another thread may run the next message
    return result;
  }

#if defined(__SANITIZE_THREAD__)
  caf::resumable::resume_result resume(caf::execution_unit* unit, std::size_t throughput) override {
    take_over();
    return base::resume(unit, throughput);
  }

  bool cleanup(caf::error&& reason, caf::execution_unit* unit) override {
    take_over();
    return base::cleanup(std::move(reason), unit);
  }
#endif

 protected:
  behavior_type make_behavior() override { return state_->make_behavior(); }

 private:
  caf::error blame(const std::exception_ptr& thrown) {
    const auto* element = this->current_mailbox_element();  // null while starting
    if (element == nullptr) return crash_error(thrown, {}, false);
    const auto killer =
        detail::request_in(element->content(), typename State::handle::signatures{});
    return crash_error(thrown, killer, element->mid.is_request());
  }

  // Debian's CAF is not instrumented: tell the sanitizer that a mailbox orders sender before
  // receiver, and the scheduler one run before the next.
  void hand_over() {
#if defined(__SANITIZE_THREAD__)
    __tsan_release(this);
#endif
  }
  void take_over() {
#if defined(__SANITIZE_THREAD__)
    __tsan_acquire(this);
#endif
  }

  std::optional<State> state_;
};

}  // namespace troupe
