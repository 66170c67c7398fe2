#include "runtime/supervision/supervisor_state.hpp"

#include <algorithm>
#include <stdexcept>

#include "actors/shell/shell.hpp"

namespace troupe::supervision {

namespace {

constexpr caf::atom_value exit_category = caf::atom("exit");

ending ending_of(const caf::error& reason) {
  if (!reason) return ending::normal;
  if (reason == caf::exit_reason::user_shutdown) return ending::shutdown;
  if (reason == caf::exit_reason::kill) return ending::killed;
  return ending::abnormal;
}

// Code none: a normal end.
failure why_of(const caf::error& reason) {
  switch (ending_of(reason)) {
    case ending::normal: return {};
    case ending::killed: return {errc::unavailable, "killed"};
    case ending::abnormal: return to_failure(reason);
    case ending::shutdown: break;
  }
  const auto& words = reason.context();
  if (words.match_elements<std::string>()) return {errc::stopping, words.get_as<std::string>(0)};
  return {errc::stopping, "shutdown"};
}

std::string text_of(const failure& why) {
  if (!why) return "normal";
  return std::string(to_string(why.code)) + ": " + why.what;
}

std::vector<child_spec> specs_of(const supervisor_plan& plan) {
  std::vector<child_spec> out;
  out.reserve(plan.children.size());
  for (const auto& child : plan.children) out.push_back(child.spec);
  return out;
}

}  // namespace

supervisor_state::supervisor_state(handle::pointer self, supervisor_plan plan, dependencies with)
    : self_(self),
      rules_(plan.rules),
      with_(std::move(with)),
      policy_(plan.rules, specs_of(plan)),
      random_(seed_for(with_.shared->seed, with_.path)) {
  // The policy gave the keys 1, 2, ... in the same order.
  child_key key;
  for (auto& child : plan.children) {
    ++key.value;
    enlist(std::move(child), key);
  }
}

supervisor_state::~supervisor_state() {
  // Only a crash or kill of this supervisor finds children here: nobody else would end them.
  for (auto& [key, one] : members_) {
    if (!one.handle) continue;
    one.stop.request_stop();
    caf::anon_send_exit(one.handle, caf::exit_reason::kill);
    with_.kept->orphans.push_back(one.handle);
  }
  with_.kept->counted.deaths += policy_.deaths();
  with_.kept->counted.restarts += policy_.restarts();
}

supervisor_state::handle::behavior_type supervisor_state::make_behavior() {
  self_->set_down_handler([this](const caf::down_msg& message) { on_down(message); });
  self_->set_exit_handler([this](const caf::exit_msg&) { carry_out(policy_.end(now())); });
  self_->send(self_, tick_atom::value);  // `quit` has no effect in here, so children start later
  return {
      [this](start_atom) { return wait_for_start(); },
      [this](stop_atom) { return stop_all(); },
      [this](snapshot_atom) { return snapshot(); },
      [this](counters_atom) { return report(); },
      [this](const start_child& order) { return add(order); },
      [this](stop_atom, const std::string& id) { return remove(id); },
      [this](const subscribe& order) { listen(order.listener); },
      [this](tick_atom) { tick(); },
  };
}

void supervisor_state::enlist(supervised_child child, child_key key) {
  auto path = path_of(child.spec.id);
  members_[key] = {std::move(child), std::move(path), {}, {}, {}, {}, {}, false};
}

// The children of a life that died itself were killed, but nobody saw them end. They still hold
// their heirs, and the next ones must not run beside them. One that cannot end is not waited for
// longer than its kind of stop may take.
bool supervisor_state::waits_for_orphans() {
  constexpr duration longest_wait = std::chrono::seconds(5);
  if (!orphans_until_) {
    orphans_until_ = now() + longest_wait;
    for (const auto& one : with_.kept->orphans) {
      orphans_.insert(one.id());
      self_->monitor(one);
    }
    with_.kept->orphans.clear();
    if (!orphans_.empty()) with_.time.after(self_, longest_wait, tick_atom::value);
  }
  return !orphans_.empty() && now() < *orphans_until_;
}

void supervisor_state::tick() {
  if (begun_) return carry_out(policy_.wake(now()));
  if (waits_for_orphans()) return;
  begun_ = true;
  carry_out(policy_.begin(now()));
}

// Carrying out one command may bring the next ones: they queue up behind.
void supervisor_state::carry_out(commands batch) {
  orders_.insert(orders_.end(), batch.begin(), batch.end());
  if (performing_) return;
  performing_ = true;
  while (!orders_.empty()) {
    const auto next = orders_.front();
    orders_.pop_front();
    std::visit([this](const auto& order) { perform(order); }, next);
  }
  performing_ = false;
}

void supervisor_state::perform(const start& order) {
  auto& one = members_.at(order.child);
  auto& kept = with_.kept->children[one.plan.spec.id];
  one.life = order.life;
  one.known_as = with_.shared->lives->next(one.path);
  kept.lives = one.known_as.value;
  one.stop = {};
  one.down_told = false;
  ++with_.kept->counted.starts;
  try {
    one.handle = spawn(one);
  } catch (...) {
    return start_failed(order.child, one, troupe::text_of(std::current_exception()));
  }
  log(lifecycle_event::kind::started, one, {});
  running_[one.handle.id()] = order.child;
  self_->monitor(one.handle);
  tell_up(one);
  watch(order.child, one);
}

caf::actor supervisor_state::spawn(member& one) {
  auto& kept = with_.kept->children[one.plan.spec.id];
  const auto sibling = [this](const std::string& id) {
    const auto found = std::find_if(members_.begin(), members_.end(), [&](const auto& entry) {
      return entry.second.plan.spec.id == id;
    });
    return found == members_.end() ? caf::actor{} : found->second.shown;
  };
  spawn_context context{self_->system(),
                        one.path,
                        one.known_as,
                        seed_for(with_.shared->seed, one.path),
                        one.stop.get_token(),
                        self_->address(),
                        with_.shared,
                        kept.heir,
                        sibling};
  auto spawned = one.plan.spawn(context);
  if (!spawned) throw std::runtime_error("the spawn function returned no actor");
  try {
    one.shown = with_.shared->decorate ? with_.shared->decorate(one.path, spawned) : spawned;
    if (one.plan.publish) one.plan.publish(one.shown);
  } catch (...) {
    one.shown = nullptr;
    caf::anon_send_exit(spawned, caf::exit_reason::kill);  // nobody would ever stop it
    throw;
  }
  return spawned;
}

// A supervisor has started when its children have; every other actor at once.
void supervisor_state::watch(child_key key, member& one) {
  const auto life = one.life;
  if (!one.plan.spec.is_supervisor) return carry_out(policy_.started(key, life, now()));
  self_->request(caf::actor_cast<supervisor>(one.handle), caf::infinite, start_atom::value)
      .then([this, key, life](caf::ok_atom) { carry_out(policy_.started(key, life, now())); },
            [](const caf::error&) { /* it ended, and the down message says so */ });
}

void supervisor_state::start_failed(child_key key, member& one, const std::string& thrown) {
  const failure why{errc::crashed, "did not start: " + thrown};
  with_.kept->children[one.plan.spec.id].last_reason = text_of(why);
  log(lifecycle_event::kind::start_failed, one, why);
  carry_out(policy_.start_failed(key, one.life, now(), draw()));
}

void supervisor_state::perform(const stop& order) {
  auto& one = members_.at(order.child);
  tell_down(order.child, one, {errc::stopping, "asked to stop"});
  one.stop.request_stop();
  self_->send_exit(one.handle, caf::exit_reason::user_shutdown);
}

void supervisor_state::perform(const kill& order) {
  ++with_.kept->counted.kills;
  self_->send_exit(members_.at(order.child).handle, caf::exit_reason::kill);
}

void supervisor_state::perform(const wake_at& order) {
  with_.time.after(self_, std::max(order.when - now(), duration{0}), tick_atom::value);
}

void supervisor_state::perform(const ready&) {
  ready_ = true;
  answer(starts_waited_for_, {});
}

void supervisor_state::perform(const forget& order) {
  const auto found = members_.find(order.child);
  with_.kept->children.erase(found->second.plan.spec.id);
  members_.erase(found);
  const auto [first, last] = removals_waited_for_.equal_range(order.child);
  for (auto at = first; at != last; ++at) open_.answer(at->second, caf::ok_atom::value);
  removals_waited_for_.erase(first, last);
}

void supervisor_state::perform(const give_up& order) {
  if (order.reason == give_up::why::asked) {
    last_words_ = caf::exit_reason::user_shutdown;
    return answer(starts_waited_for_, make_error(errc::stopping, "stopped while it started"));
  }
  ++with_.kept->counted.gave_up;
  const auto& last = members_.at(order.child);
  const auto cause = order.reason == give_up::why::too_many_restarts
                         ? "gave up after " + std::to_string(rules_.max_restarts) +
                               " restarts within its period; last: "
                         : std::string("a significant child ended: ");
  const auto text =
      cause + last.path + " (" + with_.kept->children[last.plan.spec.id].last_reason + ")";
  last_words_ = {static_cast<std::uint8_t>(caf::exit_reason::user_shutdown), exit_category,
                 caf::make_message(text)};
  if (with_.shared->log) {
    with_.shared->log(
        {lifecycle_event::kind::gave_up, with_.path, {}, {errc::unavailable, text}, {}});
  }
  tell(children_gone{with_.path});
  answer(starts_waited_for_, make_error(errc::unavailable, text));
}

void supervisor_state::perform(const finished&) {
  if (with_.shared->log) {
    with_.shared->log({lifecycle_event::kind::stopped, with_.path, {}, why_of(last_words_), {}});
  }
  answer(stops_waited_for_, {});
  self_->quit(last_words_);
}

void supervisor_state::answer(std::vector<std::uint64_t>& waiting, const caf::error& error) {
  for (const auto key : waiting) {
    if (error) {
      open_.answer(key, error);
    } else {
      open_.answer(key, caf::ok_atom::value);
    }
  }
  waiting.clear();
}

void supervisor_state::on_down(const caf::down_msg& message) {
  const auto found = running_.find(message.source.id());
  if (found != running_.end()) {
    const auto key = found->second;
    running_.erase(found);
    return child_ended(key, members_.at(key), message.reason);
  }
  if (orphans_.erase(message.source.id()) > 0) {
    if (orphans_.empty() && !begun_) tick();
    return;
  }
  std::erase_if(with_.listeners,
                [&](const child_listener& one) { return one.address() == message.source; });
}

void supervisor_state::child_ended(child_key key, member& one, const caf::error& reason) {
  const auto why = why_of(reason);
  with_.kept->children[one.plan.spec.id].last_reason = text_of(why);
  one.handle = nullptr;
  one.shown = nullptr;
  log(lifecycle_event::kind::ended, one, why, note_killer(one, reason, why));
  auto next = policy_.ended(key, one.life, ending_of(reason), now(), draw());
  tell_down(key, one, why);
  carry_out(std::move(next));
}

// The sender of a request learns what its message did; of a message that nobody waits for, this is
// the only copy.
request_id supervisor_state::note_killer(const member& one, const caf::error& reason,
                                         const failure& why) {
  constexpr std::size_t kept_letters = 64;
  const auto crash = crash_in(reason);
  if (!crash) return {};
  if (crash->was_asked || !crash->killer) return crash->killer;
  auto& letters = with_.kept->counted.dead_letters;
  const auto same = std::find_if(letters.begin(), letters.end(), [&](const dead_letter& letter) {
    return letter.id == crash->killer && letter.path == one.path;
  });
  if (same != letters.end()) {
    ++same->times;
    return crash->killer;
  }
  if (letters.size() >= kept_letters) letters.erase(letters.begin());
  letters.push_back({one.path, crash->killer, why.what, 1});
  return crash->killer;
}

double supervisor_state::draw() { return std::generate_canonical<double, 53>(random_); }

std::string supervisor_state::path_of(const std::string& id) const {
  return with_.path.empty() ? id : with_.path + "/" + id;
}

void supervisor_state::log(lifecycle_event::kind what, const member& one, failure why,
                           request_id killer) const {
  if (with_.shared->log) with_.shared->log({what, one.path, one.known_as, std::move(why), killer});
}

}  // namespace troupe::supervision
