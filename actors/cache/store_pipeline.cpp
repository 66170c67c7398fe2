#include "actors/cache/store_pipeline.hpp"

#include <algorithm>

namespace troupe {

store_pipeline::begun store_pipeline::begin(std::uint64_t bytes, time_point now) {
  if (!is_connected_) return {0, refusal::not_connected};
  if (calls_.size() >= limits_.calls || bytes_ + bytes > limits_.bytes) return {0, refusal::full};
  const auto leave = breaker_.try_acquire(now);
  if (!leave.granted) return {0, refusal::open};
  const auto number = ++last_call_;
  calls_.emplace(number, call{bytes, now, *leave.granted});
  waiting_.push_back(number);
  unreplied_.push_back(number);
  bytes_ += bytes;
  return {number, refusal::none};
}

void store_pipeline::record(const call& one, bool good, time_point now) {
  using outcome = circuit_breaker::outcome;
  // The change of state is seen in breaker(): nobody needs it at once.
  static_cast<void>(breaker_.record(one.permit, good ? outcome::succeeded : outcome::failed,
                                    std::max(now - one.begun, duration{0}), now));
}

bool store_pipeline::end(std::uint64_t number, bool good, time_point now) {
  const auto found = calls_.find(number);
  if (found == calls_.end()) return false;
  const auto one = found->second;
  calls_.erase(found);
  bytes_ -= one.bytes;
  told_stuck_ = false;
  if (one.timed_out) return false;
  record(one, good, now);
  return true;
}

std::vector<std::uint64_t> store_pipeline::overdue(time_point now) {
  std::vector<std::uint64_t> out;
  while (!waiting_.empty()) {
    const auto found = calls_.find(waiting_.front());
    if (found != calls_.end()) {
      auto& one = found->second;
      if (now < one.begun + limits_.timeout) break;
      one.timed_out = true;
      record(one, false, now);
      out.push_back(found->first);
    }
    waiting_.pop_front();
  }
  return out;
}

std::vector<std::uint64_t> store_pipeline::disconnected(time_point now) {
  std::vector<std::uint64_t> out;
  is_connected_ = false;
  told_stuck_ = false;
  for (const auto number : waiting_) {
    const auto found = calls_.find(number);
    if (found == calls_.end() || found->second.timed_out) continue;
    record(found->second, false, now);
    out.push_back(number);
  }
  calls_.clear();
  waiting_.clear();
  unreplied_.clear();
  bytes_ = 0;
  return out;
}

bool store_pipeline::stuck(time_point now) {
  while (!unreplied_.empty() && !calls_.contains(unreplied_.front())) unreplied_.pop_front();
  if (unreplied_.empty() || told_stuck_) return false;
  told_stuck_ = now >= calls_.at(unreplied_.front()).begun + limits_.stuck_after;
  return told_stuck_;
}

breaker_status store_pipeline::status(time_point now) {
  auto out = breaker_.status(now);
  out.connected = is_connected_;
  return out;
}

void store_pipeline::obey(breaker_order order, time_point now) {
  static_cast<void>(breaker_.obey(order, now));
}

std::optional<time_point> store_pipeline::next_due() const {
  for (const auto number : waiting_) {
    const auto found = calls_.find(number);
    if (found != calls_.end()) return found->second.begun + limits_.timeout;
  }
  return std::nullopt;
}

}  // namespace troupe
