#include "runtime/supervision/routing_table.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

// A worker that lost a job is most likely dead, and its supervisor says so within microseconds.
// Should it live after all, it is tried again after a rest that doubles.
constexpr duration first_rest = std::chrono::milliseconds(1);
constexpr duration longest_rest = 64 * first_rest;

// How often a worker is given another job while it answers none.
constexpr duration overdue_pause = std::chrono::seconds(1);

bool lies_below(std::string_view path, std::string_view supervisor) {
  if (supervisor.empty()) return true;
  return path.size() > supervisor.size() && path.starts_with(supervisor) &&
         path[supervisor.size()] == '/';
}

}  // namespace

routing_table::routing_table(routing_options settings)
    : settings_(settings),
      poisonous_(settings.quarantine_limit, settings.quarantine_time),
      retries_(settings.retries) {
  settings_.backoff.attempts = settings.kills_limit;
}

routing_table::admission routing_table::judge(const offer& job, time_point now) const {
  if (stopping_) return admission::stopping;
  if (job.deadline <= now) return admission::expired;
  if (hopeless()) return admission::unavailable;
  if (poisonous_.holds(job.content, now)) return admission::quarantined;
  if (waiting_ >= settings_.waiting_limit) return admission::overloaded;
  return admission::accepted;
}

routing_table::admitted routing_table::admit(const offer& job, time_point now) {
  const auto verdict = judge(job, now);
  if (verdict != admission::accepted) {
    ++(verdict == admission::quarantined ? counters_.quarantined : counters_.refused);
    return {verdict, {}};
  }
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(entries_.size()));
    entries_.emplace_back();
  }
  const auto index = free_.back();
  free_.pop_back();
  auto& one = entries_[index];
  const auto goes_to = job.cost < settings_.pool_cost ? pool_lane : detached_lane;
  entry fresh;
  fresh.is = condition::waiting;
  fresh.goes_to = goes_to;
  fresh.generation = one.generation;
  fresh.order = ++last_order_;
  fresh.deadline = job.deadline;
  fresh.id = job.id;
  fresh.content = job.content;
  fresh.cost = job.cost;
  // What runs on the pool is over before anybody could look whether it is slow.
  fresh.hedge = job.hedge && goes_to == detached_lane && settings_.retries.hedge_share > 0;
  one = fresh;
  retries_.first_attempt(now);
  const auto key = key_of(index);
  queues_[goes_to].push_back(key);
  ++waiting_;
  ++counters_.accepted;
  next_deadline_ = std::min(next_deadline_, job.deadline);
  return {verdict, key};
}

std::optional<routing_table::departure> routing_table::next(time_point now) {
  if (waiting_ == 0) return {};
  if (overdue_ > 0) give_up_overdue(now);
  end_pauses(now);
  if (auto one = leave(pool_lane, now)) return one;
  return leave(detached_lane, now);
}

std::optional<routing_table::departure> routing_table::leave(lane which, time_point now) {
  auto& queue = queues_[which];
  while (!queue.empty() && find(queue.front()) == nullptr) queue.pop_front();
  if (queue.empty()) return {};
  const auto job = queue.front();
  auto& one = *find(job);
  if (one.deadline <= now) {
    queue.pop_front();
    ++counters_.expired;
    release(job);
    return departure{job, true, 0, {}, 0, now};
  }
  const auto other = which == pool_lane ? detached_lane : pool_lane;
  const auto found = least_loaded(has_workers(which) ? which : other, now);
  if (!found) return {};
  queue.pop_front();
  --waiting_;
  one.is = condition::in_flight;
  one.at = *found;
  one.life = workers_[*found].life;
  one.sent = ++last_sent_;
  one.since = now;
  ++one.issues;
  auto& chosen = workers_[*found];
  ++chosen.in_flight;
  if (one.hedge) {
    if (const auto slow = slow_.slow_after(one.cost)) checks_.push({now + *slow, job, one.sent});
  }
  return departure{job, false, *found, chosen.life, one.sent, now};
}

// The place of a job at its worker is free again, unless it was given up before.
void routing_table::come_back(const departure& sent) {
  auto& from = workers_[sent.worker];
  if (from.life != sent.life) return;
  const auto late = std::find_if(from.overdue.begin(), from.overdue.end(),
                                 [&](const auto& one) { return one.first == sent.job; });
  if (late != from.overdue.end()) {
    from.overdue.erase(late);
    --overdue_;
  } else if (find(sent.job) == nullptr) {
    return;
  }
  if (from.in_flight > 0) --from.in_flight;
}

void routing_table::give_up_overdue(time_point now) {
  for (auto& one : workers_) {
    if (one.overdue.empty() || now - one.given_up < overdue_pause) continue;
    one.given_up = now;
    one.overdue.pop_front();
    --overdue_;
    if (one.in_flight > 0) --one.in_flight;
  }
}

bool routing_table::answered(const departure& sent, bool was_failure, time_point at) {
  const auto now = std::max(at, sent.when);
  come_back(sent);
  auto& from = workers_[sent.worker];
  if (from.life == sent.life) {
    from.losses = 0;
    while (!from.overdue.empty() && from.overdue.front().second < sent.sent) {
      from.overdue.pop_front();
      --overdue_;
      if (from.in_flight > 0) --from.in_flight;
    }
  }
  if (find(sent.job) == nullptr) {
    ++counters_.late;
    return false;
  }
  ++(was_failure ? counters_.failed : counters_.answered);
  const auto& one = *find(sent.job);
  if (one.hedge_sent == sent.sent) {
    ++counters_.hedges_won;
    leave_behind(sent.job, one.at, one.life, one.sent, now);
  } else if (one.hedge_sent != 0) {
    leave_behind(sent.job, one.hedge_at, one.hedge_life, one.hedge_sent, now);
  }
  release(sent.job);
  return true;
}

routing_table::fate routing_table::lost(const departure& sent, loss how, std::string_view reason,
                                        time_point now, double drawn) {
  auto& from = workers_[sent.worker];
  auto* one = find(sent.job);
  come_back(sent);
  if (from.life == sent.life) {
    // Sent to a corpse whose end is not announced yet: nothing that this job could have caused.
    const bool first = one != nullptr && one->sent == sent.sent;
    if (how == loss::dropped && from.losses > 0 && first) --one->issues;
    from.rests_until = now + doubled(first_rest, longest_rest, ++from.losses);
  }
  if (how == loss::crashed) ++counters_.crashes;
  if (one == nullptr) {
    ++counters_.late;
    return fate::late;
  }
  if (how == loss::crashed && ++one->kills >= settings_.kills_limit) {
    blame(from, *one, reason);
    poisonous_.add(one->content, now);
    ++counters_.poisoned;
    if (drop_attempt(*one, sent)) leave_behind(sent.job, one->at, one->life, one->sent, now);
    release(sent.job);
    return fate::poisoned;
  }
  if (drop_attempt(*one, sent)) return fate::late;
  if (hopeless() || one->issues >= settings_.issues_limit) {
    ++counters_.abandoned;
    release(sent.job);
    return fate::abandoned;
  }
  if (how == loss::dropped) {
    park(*one);
    enqueue(sent.job, *one);
    return fate::parked;
  }
  const auto pause = settings_.backoff.pause(one->kills, drawn, one->deadline - now);
  if (const auto why_not = may_not_retry(pause, now)) {
    ++counters_.abandoned;
    release(sent.job);
    return *why_not;
  }
  ++counters_.retried;
  park(*one);
  pauses_.push({now + *pause, sent.job});
  return fate::parked;
}

void routing_table::park(entry& one) {
  one.is = condition::waiting;
  ++waiting_;
  ++counters_.reissued;
}

void routing_table::enqueue(job_key job, const entry& one) {
  auto& queue = queues_[one.goes_to];
  // Parked jobs are older than nearly all that wait: their place is near the front.
  const auto place = std::find_if(queue.begin(), queue.end(), [&](job_key other) {
    const auto* waits = find(other);
    return waits != nullptr && waits->order > one.order;
  });
  queue.insert(place, job);
}

void routing_table::blame(const worker& died, const entry& one, std::string_view reason) {
  if (letters_.size() >= settings_.dead_letters_limit && !letters_.empty()) letters_.pop_front();
  if (settings_.dead_letters_limit == 0) return;
  letters_.push_back({died.path, one.id, std::string(reason), one.kills});
}

std::vector<routing_table::job_key> routing_table::sweep(time_point now) {
  std::vector<job_key> out;
  if (now < next_deadline_) return out;
  next_deadline_ = time_point::max();
  for (std::size_t index = 0; index < entries_.size(); ++index) {
    const auto& one = entries_[index];
    if (one.is == condition::free) continue;
    if (one.deadline > now) {
      next_deadline_ = std::min(next_deadline_, one.deadline);
    } else {
      out.push_back(key_of(index));
    }
  }
  counters_.expired += out.size();
  for (const auto job : out) {
    const auto& one = *find(job);
    if (one.is == condition::in_flight) leave_behind(job, one.at, one.life, one.sent, now);
    if (one.hedge_sent != 0) {
      leave_behind(job, one.hedge_at, one.hedge_life, one.hedge_sent, now);
    }
    release(job);
  }
  // Keys of ended jobs would pile up while no worker takes any.
  for (auto& queue : queues_) {
    std::erase_if(queue, [this](job_key job) { return find(job) == nullptr; });
  }
  return out;
}

routing_table::worker_index routing_table::up(const std::string& path, incarnation life,
                                              placement where) {
  announced_ = true;
  auto found = std::find_if(workers_.begin(), workers_.end(),
                            [&](const worker& one) { return one.path == path; });
  if (found == workers_.end()) found = workers_.insert(workers_.end(), worker{});
  const auto index = static_cast<worker_index>(found - workers_.begin());
  if (life > found->life) {
    overdue_ -= found->overdue.size();
    const auto serves = where == placement::pool ? pool_lane : detached_lane;
    *found = {path, life, serves, true, true, 0, 0, {}, {}, {}};
  }
  return index;
}

std::vector<routing_table::job_key> routing_table::down(const std::string& path, incarnation life,
                                                        bool returns) {
  for (auto& one : workers_) {
    if (one.path != path || one.life > life) continue;  // the next incarnation is up already
    one.life = life;
    one.runs = false;
    one.known = returns;
  }
  return stranded();
}

std::vector<routing_table::job_key> routing_table::gone(std::string_view supervisor_path) {
  for (auto& one : workers_) {
    if (!lies_below(one.path, supervisor_path)) continue;
    one.runs = false;
    one.known = false;
  }
  return stranded();
}

std::vector<routing_table::job_key> routing_table::stop() {
  stopping_ = true;
  return end_all(true);
}

std::vector<routing_table::job_key> routing_table::stranded() {
  if (!hopeless()) return {};
  return end_all(false);
}

std::vector<routing_table::job_key> routing_table::end_all(bool also_in_flight) {
  std::vector<job_key> out;
  for (std::size_t index = 0; index < entries_.size(); ++index) {
    const auto is = entries_[index].is;
    if (is == condition::waiting || (also_in_flight && is == condition::in_flight)) {
      out.push_back(key_of(index));
    }
  }
  counters_.abandoned += out.size();
  for (const auto job : out) release(job);
  for (auto& queue : queues_) queue.clear();
  return out;
}

std::size_t routing_table::workers_up() const {
  return static_cast<std::size_t>(
      std::count_if(workers_.begin(), workers_.end(), [](const worker& one) { return one.runs; }));
}

const routing_table::entry* routing_table::find(job_key job) const {
  const auto& one = entries_[index_of(job)];
  return one.is != condition::free && one.generation == job.value >> 32U ? &one : nullptr;
}

routing_table::entry* routing_table::find(job_key job) {
  return const_cast<entry*>(std::as_const(*this).find(job));  // NOLINT(*-const-cast): it is ours
}

routing_table::job_key routing_table::key_of(std::size_t index) const {
  return {(std::uint64_t{entries_[index].generation} << 32U) | (index + 1)};
}

void routing_table::release(job_key job) {
  auto& one = entries_[index_of(job)];
  if (one.is == condition::waiting) --waiting_;
  one.is = condition::free;
  ++one.generation;
  free_.push_back(static_cast<std::uint32_t>(index_of(job)));
}

std::optional<routing_table::worker_index> routing_table::least_loaded(lane which,
                                                                       time_point now) const {
  const auto depth = which == pool_lane ? settings_.pool_depth : settings_.detached_depth;
  std::optional<worker_index> best;
  auto fewest = depth;
  for (worker_index index = 0; index < workers_.size(); ++index) {
    const auto& one = workers_[index];
    const bool ready = one.runs && one.serves == which && now >= one.rests_until;
    if (!ready || one.in_flight >= fewest) continue;
    best = index;
    fewest = one.in_flight;
  }
  return best;
}

bool routing_table::has_workers(lane which) const {
  return std::any_of(workers_.begin(), workers_.end(),
                     [which](const worker& one) { return one.known && one.serves == which; });
}

bool routing_table::hopeless() const {
  return announced_ && std::none_of(workers_.begin(), workers_.end(),
                                    [](const worker& one) { return one.known; });
}

}  // namespace troupe
