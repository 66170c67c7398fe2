#include "runtime/supervision/restart_policy.hpp"

#include <algorithm>
#include <utility>

namespace troupe::supervision {

namespace {

bool is_restarted(child_class kind, ending how) noexcept {
  switch (kind) {
    case child_class::permanent: return true;
    case child_class::transient: return how == ending::abnormal || how == ending::killed;
    case child_class::temporary: return false;
  }
  return false;
}

}  // namespace

restart_policy::restart_policy(supervisor_spec rules, std::vector<child_spec> children)
    : rules_(rules) {
  for (auto& spec : children) insert(std::move(spec));
}

void restart_policy::insert(child_spec spec) {
  ++last_key_.value;
  children_[last_key_].spec = std::move(spec);
}

commands restart_policy::begin(time_point now) {
  begun_ = true;
  return advance(now, {});
}

commands restart_policy::started(child_key key, incarnation life, time_point now) {
  auto* one = current(key, life);
  if (one == nullptr) return {};
  // A child that was asked to stop while it started is still being stopped.
  if (one->is == condition::starting) one->is = condition::up;
  one->has_run = true;
  one->up_since = now;
  return advance(now, {});
}

commands restart_policy::start_failed(child_key key, incarnation life, time_point now,
                                      double drawn) {
  return ended(key, life, ending::abnormal, now, drawn);
}

commands restart_policy::ended(child_key key, incarnation life, ending how, time_point now,
                               double drawn) {
  auto* one = current(key, life);
  if (one == nullptr) return {};
  commands out;
  const bool asked = one->is == condition::stopping || one->is == condition::killed;
  if (!asked) {
    ++deaths_;
    ++one->deaths;
  }
  // What dies during the stop of its group, asked or not, is part of a restart already decided.
  if (asked || giving_up_ || in_restarting_group(key)) {
    settle(key, *one, out);
  } else if (is_restarted(one->spec.restarts, how)) {
    decide_restart(key, *one, now, drawn, out);
  } else {
    retire(key, *one, out);
  }
  return advance(now, std::move(out));
}

commands restart_policy::wake(time_point now) {
  ordered_wake_.reset();
  return advance(now, {});
}

commands restart_policy::end(time_point now) {
  commands out;
  begun_ = true;
  begin_giving_up({give_up::why::asked, {}}, out);
  return advance(now, std::move(out));
}

commands restart_policy::add(child_spec spec, time_point now) {
  insert(std::move(spec));
  if (giving_up_) children_[last_key_].is = condition::over;
  return advance(now, {});
}

commands restart_policy::remove(child_key key, time_point now) {
  const auto found = children_.find(key);
  if (found == children_.end()) return {};
  commands out;
  auto& one = found->second;
  one.removing = true;
  if (!alive(one)) {
    forget_child(key, out);
  } else if (one.is == condition::up || one.is == condition::starting) {
    order_stop(key, one, now, out);
  }
  return advance(now, std::move(out));
}

restart_policy::child_view restart_policy::view(child_key key) const {
  const auto found = children_.find(key);
  if (found == children_.end()) return {};
  const auto& one = found->second;
  return {alive(one), one.life, one.life.value > 0 ? one.life.value - 1 : 0, one.deaths};
}

bool restart_policy::returns(child_key key) const {
  const auto found = children_.find(key);
  if (found == children_.end() || giving_up_) return false;
  const auto& one = found->second;
  if (one.removing || one.is == condition::over) return false;
  const bool leaving = one.is == condition::stopping || one.is == condition::killed;
  return !leaving || one.spec.restarts != child_class::temporary;
}

bool restart_policy::grouped() const noexcept {
  return rules_.how == strategy::one_for_all || rules_.how == strategy::rest_for_one;
}

bool restart_policy::alive(const child& one) noexcept {
  return one.is != condition::waiting && one.is != condition::over;
}

bool restart_policy::in_restarting_group(child_key key) const noexcept {
  return restart_from_ && key >= restart_from_;
}

restart_policy::child* restart_policy::current(child_key key, incarnation life) {
  const auto found = children_.find(key);
  if (found == children_.end()) return nullptr;
  auto& one = found->second;
  return one.life == life && alive(one) ? &one : nullptr;
}

// An end that calls for no decision.
void restart_policy::settle(child_key key, child& one, commands& out) {
  if (one.removing && !giving_up_) return forget_child(key, out);
  const bool comes_back =
      !giving_up_ && in_restarting_group(key) && one.spec.restarts != child_class::temporary;
  one.is = comes_back ? condition::waiting : condition::over;
  one.not_before = {};
}

void restart_policy::decide_restart(child_key key, child& one, time_point now, double drawn,
                                    commands& out) {
  const bool lived_quietly = one.is == condition::up && now - one.up_since >= one.spec.pause.quiet;
  one.in_a_row = lived_quietly ? 1 : one.in_a_row + 1;
  one.is = condition::waiting;
  ++restarts_;
  if (too_many(now)) {
    return begin_giving_up({give_up::why::too_many_restarts, key}, out);
  }
  const auto resume = now + one.spec.pause.pause(one.in_a_row, drawn);
  if (grouped()) {
    const auto lowest = rules_.how == strategy::one_for_all ? children_.begin()->first : key;
    restart_from_ = restart_from_ ? std::min(restart_from_, lowest) : lowest;
    resume_ = std::max(resume_, resume);
  } else {
    one.not_before = resume;
  }
}

bool restart_policy::too_many(time_point now) {
  recent_restarts_.push_back(now);
  while (recent_restarts_.front() < now - rules_.period) recent_restarts_.pop_front();
  return recent_restarts_.size() > rules_.max_restarts;
}

// The child ended by itself and is not restarted.
void restart_policy::retire(child_key key, child& one, commands& out) {
  one.is = condition::over;
  if (one.spec.significant && significant_end_counts()) {
    begin_giving_up({give_up::why::significant_child, key}, out);
  }
  if (rules_.how == strategy::simple_one_for_one) forget_child(key, out);
}

bool restart_policy::significant_end_counts() const {
  if (rules_.ends_with != auto_shutdown::all) return rules_.ends_with == auto_shutdown::any;
  return std::none_of(children_.begin(), children_.end(), [](const auto& entry) {
    return entry.second.spec.significant && entry.second.is != condition::over;
  });
}

void restart_policy::forget_child(child_key key, commands& out) {
  children_.erase(key);
  out.emplace_back(forget{key});
}

void restart_policy::begin_giving_up(give_up why, commands& out) {
  if (giving_up_) return;
  giving_up_ = why.reason;
  restart_from_ = {};
  for (auto& [key, one] : children_) {
    if (one.is == condition::waiting) one.is = condition::over;
  }
  out.emplace_back(why);
}

commands restart_policy::advance(time_point now, commands out) {
  if (!begun_ || finished_) return out;
  enforce_limits(now, out);
  if (giving_up_) {
    finished_ = stop_down_to({}, now, out);
    if (finished_) out.emplace_back(finished{});
  } else {
    advance_group(now, out);
    if (!restart_from_) start_waiting(now, out);
    report_ready(out);
  }
  order_wake(now, out);
  return out;
}

void restart_policy::advance_group(time_point now, commands& out) {
  if (!restart_from_ || !stop_down_to(restart_from_, now, out) || now < resume_) return;
  for (auto at = children_.lower_bound(restart_from_); at != children_.end(); ++at) {
    auto& one = at->second;
    const bool ended_before =
        one.is == condition::over && one.spec.restarts != child_class::temporary;
    if (ended_before) one.is = condition::waiting;
    one.not_before = {};
  }
  restart_from_ = {};
  resume_ = {};
}

void restart_policy::enforce_limits(time_point now, commands& out) {
  for (auto& [key, one] : children_) {
    if (one.is == condition::stopping && one.spec.shutdown_time && one.not_before <= now) {
      one.is = condition::killed;
      out.emplace_back(kill{key});
    }
  }
}

// Stops one child at a time, the last first. True: nothing from `lowest` on is alive.
bool restart_policy::stop_down_to(child_key lowest, time_point now, commands& out) {
  for (auto at = children_.rbegin(); at != children_.rend() && at->first >= lowest; ++at) {
    auto& [key, one] = *at;
    if (!alive(one)) continue;
    if (one.is == condition::up || one.is == condition::starting) order_stop(key, one, now, out);
    return false;
  }
  return true;
}

void restart_policy::order_stop(child_key key, child& one, time_point now, commands& out) {
  one.is = condition::stopping;
  if (one.spec.shutdown_time) one.not_before = now + *one.spec.shutdown_time;
  out.emplace_back(stop{key});
}

// In a group every child waits for those before it; elsewhere only the very first start is in
// order.
void restart_policy::start_waiting(time_point now, commands& out) {
  bool in_line = false;  // an earlier child is still to come
  for (auto& [key, one] : children_) {
    const bool ordered = grouped() || (!one.has_run && rules_.how == strategy::one_for_one);
    if (one.is == condition::waiting && one.not_before <= now && !(ordered && in_line)) {
      one.is = condition::starting;
      ++one.life.value;
      out.emplace_back(start{key, one.life});
    }
    in_line =
        in_line || (ordered && (one.is == condition::waiting || one.is == condition::starting));
  }
}

void restart_policy::report_ready(commands& out) {
  if (ready_) return;
  ready_ = std::all_of(children_.begin(), children_.end(), [](const auto& entry) {
    return entry.second.is == condition::up || entry.second.is == condition::over;
  });
  if (ready_) out.emplace_back(ready{});
}

void restart_policy::order_wake(time_point now, commands& out) {
  std::optional<time_point> next;
  const auto consider = [&next](time_point due) { next = next ? std::min(*next, due) : due; };
  if (restart_from_ && resume_ > now) consider(resume_);
  for (const auto& [key, one] : children_) {
    const bool has_limit = one.is == condition::stopping && one.spec.shutdown_time;
    const bool pauses = one.is == condition::waiting && one.not_before > now;
    if (has_limit || pauses) consider(one.not_before);
  }
  if (!next || (ordered_wake_ && *ordered_wake_ <= *next)) return;
  ordered_wake_ = next;
  out.emplace_back(wake_at{*next});
}

}  // namespace troupe::supervision
