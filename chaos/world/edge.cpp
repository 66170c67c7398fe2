#include "chaos/world/edge.hpp"

#include <stdexcept>
#include <utility>

#include "actors/shell/shell.hpp"
#include "messages/cache.hpp"
#include "messages/coordinator.hpp"
#include "messages/sla.hpp"
#include "messages/stage.hpp"
#include "runtime/node/entrance_actor.hpp"

namespace troupe::chaos {

namespace {

/// What faults may touch: work, and what is known of it. Not what holds the tree together.
bool is_work(const caf::mailbox_element& what) {
  if (what.mid.is_request()) return true;
  const auto& content = what.content();
  return content.match_elements<cache_insert>() || content.match_elements<cache_abandon>() ||
         content.match_elements<sla_counts>() || content.match_elements<entrance_order>();
}

request_id request_of(const caf::mailbox_element& what) {
  const auto& content = what.content();
  if (content.match_elements<stage_job>()) return content.get_as<stage_job>(0).id;
  if (content.match_elements<coordinator_job>()) {
    return content.get_as<coordinator_job>(0).request.id;
  }
  if (content.match_elements<entrance_order>()) {
    return content.get_as<entrance_order>(0).job.request.id;
  }
  return {};
}

void send_back(const caf::mailbox_element& asked, const caf::strong_actor_ptr& from,
               caf::error why) {
  if (!asked.sender || !asked.mid.is_request()) return;
  asked.sender->enqueue(
      caf::make_mailbox_element(from, asked.mid.response_id(), {}, std::move(why)), nullptr);
}

void hand_over(const std::shared_ptr<job_gate>& gate, const caf::strong_actor_ptr& target,
               caf::mailbox_element_ptr what, caf::execution_unit* where) {
  if (gate && what->mid.is_request()) return gate->take(std::move(what), false);
  target->enqueue(std::move(what), where);
}

/// Where answers go that faults change on their way.
class changed_answers final : public passage {
 public:
  using changes = decltype(passing::on_answer);

  changed_answers(world& in, caf::strong_actor_ptr asker, changes what, duration delay)
      : in_(in), asker_(std::move(asker)), changes_(std::move(what)), delay_(delay) {}

  void pass(const caf::strong_actor_ptr&, caf::mailbox_element_ptr what,
            caf::execution_unit* where) override {
    in_.alone([&] {
      for (const auto& change : changes_) {
        if (what) what = change(std::move(what));
      }
    });
    if (!what || !asker_) return;
    if (delay_ <= duration{0}) return asker_->enqueue(std::move(what), where);
    in_.after(delay_, later(std::move(what), [asker = asker_](caf::mailbox_element_ptr one) {
                asker->enqueue(std::move(one), nullptr);
              }));
  }

 private:
  world& in_;
  caf::strong_actor_ptr asker_;
  changes changes_;
  duration delay_;
};

}  // namespace

step_name name_of(const caf::mailbox_element& what) {
  const auto& content = what.content();
  const auto* const kind = content.match_elements<stage_job>()         ? "stage job"
                           : content.match_elements<coordinator_job>() ? "coordinator job"
                                                                       : "order";
  return {request_of(what).value, kind};
}

caf::mailbox_element_ptr copy_of(caf::mailbox_element& what) {
  const auto content = what.copy_content_to_message();
  return caf::make_mailbox_element(what.sender, what.mid, what.stages, content);
}

std::function<void()> later(caf::mailbox_element_ptr what,
                            std::function<void(caf::mailbox_element_ptr)> deliver) {
  auto kept = std::make_shared<caf::mailbox_element_ptr>(std::move(what));
  return [kept = std::move(kept), deliver = std::move(deliver)] {
    if (*kept) deliver(std::move(*kept));
  };
}

void edge::pass(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
                caf::execution_unit* where) {
  if (in_.traces()) {
    const auto [request, kind] = name_of(*what);
    in_.note_step(where_, request, kind);
  }
  if (!in_.disturbed() || !is_work(*what)) {
    return hand_over(gate_, target, std::move(what), where);
  }
  disturb(target, std::move(what), where);
}

void edge::disturb(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
                   caf::execution_unit* where) {
  passing now(where_, faults_, *what);
  in_.judge(now);
  if (now.lost) return;
  if (now.kills) {
    if (!gate_ || !what->mid.is_request()) return die(target, *what);
    return gate_->take(std::move(what), true);
  }
  if (!now.on_message.empty()) {
    in_.alone([&] {
      for (const auto& change : now.on_message) what = change(std::move(what));
    });
  }
  const bool answer_is_touched = !now.on_answer.empty() || now.answer_delay > duration{0};
  if (answer_is_touched && what->sender) {
    auto back = interpose(
        *target->home_system, caf::actor_cast<caf::actor>(what->sender),
        std::make_shared<changed_answers>(in_, what->sender, now.on_answer, now.answer_delay));
    what->sender = caf::actor_cast<caf::strong_actor_ptr>(back);
  }
  for (std::uint32_t copy = 1; copy < now.copies; ++copy) {
    send(target, copy_of(*what), now, nullptr);
  }
  send(target, std::move(what), now, where);
}

void edge::send(const caf::strong_actor_ptr& target, caf::mailbox_element_ptr what,
                const passing& how, caf::execution_unit* where) {
  if (how.delay <= duration{0} && !how.held) {
    return hand_over(gate_, target, std::move(what), where);
  }
  auto go = later(std::move(what), [gate = gate_, target](caf::mailbox_element_ptr one) {
    hand_over(gate, target, std::move(one), nullptr);
  });
  if (how.held) return in_.hold(*how.holder, std::move(go));
  in_.after(how.delay, std::move(go));
}

// As if its handler had thrown: the asker of this message learns it, the others lose theirs.
void edge::die(const caf::strong_actor_ptr& target, const caf::mailbox_element& what) {
  const auto thrown = std::make_exception_ptr(std::runtime_error("injected crash"));
  send_back(what, target, crash_error(thrown, request_of(what), true));
  in_.kill(where_);
}

}  // namespace troupe::chaos
