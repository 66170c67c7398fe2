#include <algorithm>
#include <iterator>
#include <numeric>

#include "actors/shell/shell.hpp"
#include "runtime/supervision/supervisor_state.hpp"

// What a supervisor says when it is asked, and what it tells its listeners.

namespace troupe::supervision {

namespace {

constexpr auto no_deadline = time_point::max();

void absorb(tree_snapshot& into, tree_snapshot& part) {
  into.entries.insert(into.entries.end(), std::make_move_iterator(part.entries.begin()),
                      std::make_move_iterator(part.entries.end()));
}

void absorb(supervision_report& into, supervision_report& part) {
  into.starts += part.starts;
  into.deaths += part.deaths;
  into.restarts += part.restarts;
  into.kills += part.kills;
  into.gave_up += part.gave_up;
  into.dead_letters.insert(into.dead_letters.end(), part.dead_letters.begin(),
                           part.dead_letters.end());
}

template <class Answer>
Answer join(std::vector<Answer>& parts) {
  Answer whole;
  for (auto& part : parts) absorb(whole, part);
  return whole;
}

}  // namespace

caf::result<caf::ok_atom> supervisor_state::wait_for_start() {
  if (ready_) return caf::ok_atom::value;
  if (policy_.giving_up()) return make_error(errc::stopping, "the supervisor is stopping");
  auto made = self_->make_response_promise<caf::ok_atom>();
  starts_waited_for_.push_back(open_.add(made, no_deadline));
  return made;
}

caf::result<caf::ok_atom> supervisor_state::stop_all() {
  auto made = self_->make_response_promise<caf::ok_atom>();
  stops_waited_for_.push_back(open_.add(made, no_deadline));
  begun_ = true;
  carry_out(policy_.end(now()));
  return made;
}

caf::result<std::string> supervisor_state::add(const start_child& order) {
  if (rules_.how != strategy::simple_one_for_one) {
    return make_error(errc::bad_input, "only a simple_one_for_one supervisor takes more children");
  }
  if (policy_.giving_up()) return make_error(errc::stopping, "the supervisor is stopping");
  std::vector<child_spec> together{order.child.spec};
  for (const auto& [key, one] : members_) {
    if (one.plan.spec.id == order.child.spec.id) together.push_back(one.plan.spec);
  }
  if (const auto wrong = check(rules_, together)) return make_error(errc::bad_input, wrong.what);
  auto next = policy_.add(order.child.spec, now());
  enlist(order.child, policy_.last_key());
  carry_out(std::move(next));
  return path_of(order.child.spec.id);
}

caf::result<caf::ok_atom> supervisor_state::remove(const std::string& id) {
  const auto found = std::find_if(members_.begin(), members_.end(), [&](const auto& entry) {
    return entry.second.plan.spec.id == id;
  });
  if (found == members_.end()) {
    return make_error(errc::bad_input, "no child '" + id + "' below '" + with_.path + "'");
  }
  auto made = self_->make_response_promise<caf::ok_atom>();
  removals_waited_for_.emplace(found->first, open_.add(made, no_deadline));
  carry_out(policy_.remove(found->first, now()));
  return made;
}

// Each supervisor below is asked; one that ends meanwhile has nothing to say. `parts` has one
// entry for each member and is filled up from below.
template <class Atom, class Answer>
caf::result<Answer> supervisor_state::gather(Atom question, std::vector<Answer> parts,
                                             open_requests<promise<Answer>>& open) {
  struct collection {
    std::vector<Answer> parts;
    std::size_t missing = 0;
    std::uint64_t key = 0;
  };
  auto all = std::make_shared<collection>(collection{std::move(parts), 0, 0});
  const auto one_less = [&open, all] {
    if (--all->missing == 0) open.answer(all->key, join(all->parts));
  };
  std::size_t index = 0;
  for (const auto& [key, one] : members_) {
    const auto at = index++;
    if (!one.plan.spec.is_supervisor || !one.handle) continue;
    ++all->missing;
    self_->request(caf::actor_cast<supervisor>(one.handle), caf::infinite, question)
        .then(
            [all, at, one_less](Answer& below) {
              absorb(all->parts[at], below);
              one_less();
            },
            [one_less](const caf::error&) { one_less(); });
  }
  if (all->missing == 0) return join(all->parts);
  auto made = self_->make_response_promise<Answer>();
  all->key = open.add(made, no_deadline);
  return made;
}

caf::result<tree_snapshot> supervisor_state::snapshot() {
  std::vector<tree_snapshot> parts;
  parts.reserve(members_.size());
  for (const auto& [key, one] : members_) parts.push_back({{describe(one)}});
  return gather(snapshot_atom::value, std::move(parts), open_snapshots_);
}

caf::result<supervision_report> supervisor_state::report() {
  std::vector<supervision_report> parts(members_.size() + 1);
  parts.back() = with_.kept->counted;
  parts.back().deaths += policy_.deaths();
  parts.back().restarts += policy_.restarts();
  return gather(counters_atom::value, std::move(parts), open_reports_);
}

tree_entry supervisor_state::describe(const member& one) const {
  tree_entry out;
  out.path = one.path;
  out.supervisor = one.plan.spec.is_supervisor;
  const auto kept = with_.kept->children.find(one.plan.spec.id);
  if (kept != with_.kept->children.end()) {
    out.incarnation = kept->second.lives;
    out.restarts = out.incarnation > 0 ? out.incarnation - 1 : 0;
    out.last_reason = kept->second.last_reason;
  }
  out.running = static_cast<bool>(one.handle);
  if (one.handle) out.mailbox_length = mailbox_length_of(one.handle);
  return out;
}

void supervisor_state::listen(const child_listener& listener) {
  self_->monitor(listener);
  with_.listeners.push_back(listener);
  for (const auto& [key, one] : members_) {
    if (one.handle)
      self_->send(listener, child_up{one.path, one.known_as, one.plan.where, one.shown});
  }
}

template <class Event>
void supervisor_state::tell(const Event& event) {
  for (const auto& listener : with_.listeners) self_->send(listener, event);
}

template void supervisor_state::tell(const children_gone&);

void supervisor_state::tell_up(const member& one) {
  tell(child_up{one.path, one.known_as, one.plan.where, one.shown});
}

void supervisor_state::tell_down(child_key key, member& one, const failure& why) {
  if (one.down_told) return;
  one.down_told = true;
  // Of a supervisor that was asked to stop, only its parent knows whether it starts again.
  const bool may_return = policy_.returns(key) || policy_.was_asked();
  tell(child_down{one.path, one.known_as, why, may_return});
}

}  // namespace troupe::supervision
