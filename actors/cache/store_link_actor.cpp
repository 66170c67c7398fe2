#include "actors/cache/store_link_actor.hpp"

#include <algorithm>
#include <utility>

#include "actors/shell/shell.hpp"

namespace troupe {

namespace {

constexpr duration longest_tick = std::chrono::milliseconds(100);
constexpr duration shortest_tick = std::chrono::milliseconds(1);

const char* text_of(store_pipeline::refusal why) noexcept {
  switch (why) {
    case store_pipeline::refusal::none: return "";
    case store_pipeline::refusal::not_connected: return "the shared cache is not connected";
    case store_pipeline::refusal::open: return "the shared cache fails: its breaker is open";
    case store_pipeline::refusal::full: return "too many calls wait for the shared cache";
  }
  return "";
}

}  // namespace

store_link_state::store_link_state(handle::pointer self, store_pipeline::options limits,
                                   dependencies with)
    : self_(self), with_(std::move(with)), pipeline_(limits), io_(with_.connect()) {}

store_link_state::~store_link_state() { io_->stop(); }

caf::result<store_value> store_link_state::get(const store_get& asked) {
  const auto now = with_.time.now(self_);
  const auto begun = pipeline_.begin(sizeof(store_get), now);
  if (begun.call == 0) {
    with_.probe->refused();
    return make_error(errc::unavailable, text_of(begun.why));
  }
  auto made = self_->make_response_promise<store_value>();
  asked_.emplace(begun.call, open_.add(made, now));
  io_->submit(begun.call, asked);
  arm(now);
  return made;
}

void store_link_state::put(const store_put& what) {
  if (!what.bytes) return;
  if (what.bytes->size() > with_.value_limit_bytes) return with_.probe->too_large();
  const auto now = with_.time.now(self_);
  const auto begun = pipeline_.begin(what.bytes->size(), now);
  if (begun.call == 0) return with_.probe->refused();
  io_->submit(begun.call, what);
  arm(now);
}

void store_link_state::fail(std::uint64_t call, errc code, const char* why) {
  const auto found = asked_.extract(call);
  if (!found.empty()) open_.answer(found.mapped(), make_error(code, why));
}

void store_link_state::take(const store_reply& reply) {
  using kind = store_reply::kind;
  const auto now = with_.time.now(self_);
  switch (reply.what) {
    case kind::up:
      pipeline_.connected();
      last_problem_.clear();
      with_.log.info("shared_cache_up", {});
      break;
    case kind::down:
      for (const auto call : pipeline_.disconnected(now)) {
        with_.probe->lost();
        fail(call, errc::unavailable, "the connection to the shared cache broke");
      }
      // Said once, not at each try.
      if (std::exchange(last_problem_, reply.why) != reply.why) {
        with_.log.warn("shared_cache_down", {{"reason", reply.why}});
      }
      break;
    case kind::value:
    case kind::done:
      if (!pipeline_.end(reply.call, true, now)) break;
      if (const auto found = asked_.extract(reply.call); !found.empty()) {
        reply.bytes ? with_.probe->hit() : with_.probe->miss();
        open_.answer(found.mapped(), store_value{reply.bytes, reply.left});
      } else {
        with_.probe->written();
      }
      break;
    case kind::refused:
    case kind::lost:
      // A store that refuses a call answers: nothing for the breaker.
      if (!pipeline_.end(reply.call, reply.what == kind::refused, now)) break;
      reply.what == kind::lost ? with_.probe->lost() : with_.probe->failed();
      fail(reply.call, errc::unavailable, "the shared cache refused the call");
      break;
  }
  with_.probe->show(pipeline_);
}

void store_link_state::tick() {
  const auto now = with_.time.now(self_);
  for (const auto call : pipeline_.overdue(now)) {
    with_.probe->timed_out();
    fail(call, errc::deadline_exceeded, "the shared cache did not answer in time");
  }
  if (pipeline_.stuck(now)) {
    with_.log.warn("shared_cache_stuck", {{"calls", std::to_string(pipeline_.in_flight())}});
    io_->drop();
  }
  with_.probe->show(pipeline_);
  if (pipeline_.in_flight() > 0) arm(now);
}

void store_link_state::arm(time_point now) {
  auto due = std::min(pipeline_.next_due().value_or(time_point::max()), now + longest_tick);
  due = std::max(due, now + shortest_tick);
  // Timers are not taken back: an earlier one makes the later one find nothing to do.
  if (armed_for_ > now && armed_for_ <= due) return;
  armed_for_ = due;
  with_.time.after(self_, due - now, tick_atom::value);
}

store_link_state::handle::behavior_type store_link_state::make_behavior() {
  io_->start([self = caf::actor_cast<caf::weak_actor_ptr>(self_)](store_reply reply) {
    if (const auto link = caf::actor_cast<caf::strong_actor_ptr>(self)) {
      caf::anon_send(caf::actor_cast<cache_store_actor>(link), std::move(reply));
    }
  });
  return {
      [this](const store_get& asked) { return get(asked); },
      [this](const store_put& what) { put(what); },
      [this](const store_forget& which) {
        const auto now = with_.time.now(self_);
        const auto begun = pipeline_.begin(sizeof which, now);
        if (begun.call == 0) return with_.probe->refused();
        io_->submit(begun.call, which);
        arm(now);
      },
      [this](const store_reply& reply) { take(reply); },
      [this](breaker_query) { return pipeline_.status(with_.time.now(self_)); },
      [this](breaker_order order) {
        const auto now = with_.time.now(self_);
        pipeline_.obey(order, now);
        with_.probe->show(pipeline_);
        return pipeline_.status(now);
      },
      [this](tick_atom) { tick(); },
  };
}

}  // namespace troupe
