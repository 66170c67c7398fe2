#include "actors/resilience/admission.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

std::size_t place(admission::priority rank) noexcept { return static_cast<std::size_t>(rank); }

}  // namespace

admission::admission(options settings)
    : settings_(settings),
      limit_(settings.limit),
      jobs_(static_cast<std::uint32_t>(std::max(settings.limit.max, 1.0)) + settings.waiting) {}

admission::answer admission::offer(priority rank, time_point deadline, duration cost,
                                   time_point reading) {
  const auto now = time_.at(reading);
  const auto until = time_.ahead(deadline);
  answer out;
  count(now);
  note_queue(now);
  last_cost_ = cost;
  if (cost > until - now || until <= now) {
    refuse({}, errc::deadline_exceeded, now, out.todo);
    return out;
  }
  drop_stale(now, out.todo);
  const auto ahead = before(rank);
  const bool free = running_ < limit_.limit();
  if (free && ahead == 0) {
    out.who = jobs_.insert({rank, false, until, cost, now});
    start(out.who, *jobs_.find(out.who), now, out.todo);
    return out;
  }
  const auto wait = wait_behind(ahead + 1, cost);
  const bool in_time = wait <= patience() && wait <= until - now - cost;
  if (!in_time || !make_room(rank, now, out.todo)) {
    refuse({}, errc::overloaded, now, out.todo);
    return out;
  }
  out.who = jobs_.insert({rank, false, until, cost, now});
  queues_[place(rank)].push_back(out.who);
  note_queue(now);
  go_on(now, out.todo);
  return out;
}

admission::orders admission::finish(ticket who, time_point reading, bool measured) {
  const auto now = time_.at(reading);
  orders out;
  const auto* found = jobs_.find(who);
  if (found == nullptr) return out;
  const auto ended = *found;
  jobs_.erase(who);
  if (ended.running) {
    if (measured) limit_.record(now - ended.since, running_, now);
    --running_;
  } else {
    std::erase(queues_[place(ended.rank)], who);
  }
  count(now);
  note_queue(now);
  go_on(now, out);
  return out;
}

admission::orders admission::tick(time_point reading) {
  const auto now = time_.at(reading);
  orders out;
  count(now);
  note_queue(now);
  std::vector<ticket> lost;
  std::vector<ticket> late;
  jobs_.for_each([&](ticket who, const job& one) {
    const auto end = one.running ? later(one.deadline, settings_.lost_after) : one.deadline;
    const bool hopeless = !one.running && one.cost > one.deadline - now;
    if (end <= now || hopeless) (one.running ? lost : late).push_back(who);
  });
  for (const auto who : lost) {
    jobs_.erase(who);
    --running_;
  }
  for (const auto who : late) {
    std::erase(queues_[place(jobs_.find(who)->rank)], who);
    refuse(who, errc::deadline_exceeded, now, out);
  }
  go_on(now, out);
  return out;
}

bool admission::swamped_at(time_point now) const noexcept {
  return turned_away_ && now - *turned_away_ < settings_.interval;
}

duration admission::patience() const noexcept {
  return overloaded_ ? settings_.target : settings_.interval;
}

duration admission::longest_wait(time_point now) noexcept {
  duration longest{0};
  for (const auto& queue : queues_) {
    if (!queue.empty()) longest = std::max(longest, now - jobs_.find(queue.front())->since);
  }
  return longest;
}

duration admission::wait_behind(std::size_t before, duration cost) const noexcept {
  const auto each = limit_.typical() > duration{0} ? limit_.typical() : cost;
  const auto wait = static_cast<double>(before) * static_cast<double>(each.count()) /
                    static_cast<double>(limit_.limit());
  const auto most = static_cast<double>(std::chrono::hours(1) / duration{1});
  return duration{static_cast<duration::rep>(std::min(wait, most))};
}

// Until all that wait or were refused in the last interval would have been served.
duration admission::retry_after() const noexcept {
  const auto owed = waiting() + 1 + std::max(refused_before_, refused_now_);
  return std::clamp(wait_behind(owed, last_cost_), settings_.target,
                    std::max(settings_.target, settings_.longest_retry_after));
}

std::size_t admission::before(priority rank) const noexcept {
  std::size_t sum = 0;
  for (auto at = place(rank); at < ranks; ++at) sum += queues_[at].size();
  return sum;
}

bool admission::make_room(priority rank, time_point now, orders& out) {
  if (waiting() < settings_.waiting) return true;
  for (std::size_t lowest = 0; lowest < place(rank); ++lowest) {
    if (queues_[lowest].empty()) continue;
    const auto newest = queues_[lowest].back();
    queues_[lowest].pop_back();
    refuse(newest, errc::overloaded, now, out);
    return true;
  }
  return false;
}

void admission::start(ticket who, job& one, time_point now, orders& out) {
  one.running = true;
  one.since = now;
  ++running_;
  out.start.push_back(who);
}

void admission::refuse(ticket who, errc why, time_point now, orders& out) {
  if (who || why == errc::overloaded) turned_away_ = now;
  if (who) jobs_.erase(who);
  if (why == errc::overloaded) ++refused_now_;
  out.refuse.push_back({who, why, why == errc::overloaded ? retry_after() : duration{0}});
}

void admission::go_on(time_point now, orders& out) {
  drop_stale(now, out);
  for (auto queue = queues_.rbegin(); queue != queues_.rend(); ++queue) {
    while (running_ < limit_.limit() && !queue->empty()) {
      const bool newest_first = overloaded_;
      const auto next = newest_first ? queue->back() : queue->front();
      if (newest_first) {
        queue->pop_back();
      } else {
        queue->pop_front();
      }
      auto& one = *jobs_.find(next);
      if (one.cost > one.deadline - now || one.deadline <= now) {
        refuse(next, errc::deadline_exceeded, now, out);
      } else {
        start(next, one, now, out);
      }
    }
  }
  note_queue(now);
}

void admission::drop_stale(time_point now, orders& out) {
  for (auto& queue : queues_) {
    while (!queue.empty() && now - jobs_.find(queue.front())->since > patience()) {
      const auto oldest = queue.front();
      queue.pop_front();
      refuse(oldest, errc::overloaded, now, out);
    }
  }
  note_queue(now);
}

void admission::note_queue(time_point now) {
  if (!swamped_at(now)) overloaded_ = false;
  const auto wait = longest_wait(now);
  if (wait <= settings_.target) {
    above_ = false;
    return;
  }
  if (above_ && now - above_since_ <= settings_.interval) {
    peak_wait_ = std::max(peak_wait_, wait);
    return;
  }
  if (above_ && 4 * wait >= 3 * peak_wait_ && !overloaded_) {
    overloaded_ = true;
    turned_away_ = now;
  }
  above_ = true;
  above_since_ = now;
  peak_wait_ = wait;
}

void admission::count(time_point now) {
  const auto passed = now - interval_began_;
  if (passed < settings_.interval) return;
  refused_before_ = passed < 2 * settings_.interval ? refused_now_ : 0;
  refused_now_ = 0;
  interval_began_ = now;
}

}  // namespace troupe
