#include "actors/cache/single_flight.hpp"

namespace troupe {

single_flight::seat single_flight::ask(const content_hash& key, std::uint64_t who,
                                       time_point deadline, time_point now) {
  const auto [position, fresh] = flights_.try_emplace(key);
  if (fresh) {
    if (deadline > now) return {role::leads, lead(position, deadline)};
    flights_.erase(position);  // too late to lead anybody
    return {};
  }
  if (who == 0 || waiting_ >= limits_.waiting_limit) return {};
  position->second.followers.push_back({who, deadline});
  ++waiting_;
  return {role::follows, 0};
}

std::uint64_t single_flight::lead(table::iterator position, time_point deadline) {
  auto& one = position->second;
  by_deadline_.erase({one.deadline, one.ticket, position->first});
  one.ticket = ++last_ticket_;
  one.deadline = deadline;
  by_deadline_.emplace(deadline, one.ticket, position->first);
  return one.ticket;
}

std::vector<std::uint64_t> single_flight::done(const content_hash& key) {
  std::vector<std::uint64_t> out;
  const auto found = flights_.find(key);
  if (found == flights_.end()) return out;
  auto& one = found->second;
  out.reserve(one.followers.size());
  for (const auto& each : one.followers) out.push_back(each.who);
  waiting_ -= static_cast<std::uint32_t>(one.followers.size());
  by_deadline_.erase({one.deadline, one.ticket, key});
  flights_.erase(found);
  return out;
}

std::optional<single_flight::successor> single_flight::replace(table::iterator position,
                                                               time_point now) {
  auto& one = position->second;
  while (!one.followers.empty()) {
    const auto next = one.followers.front();
    one.followers.pop_front();
    --waiting_;
    if (next.deadline > now) return successor{next.who, lead(position, next.deadline)};
  }
  by_deadline_.erase({one.deadline, one.ticket, position->first});
  flights_.erase(position);
  return std::nullopt;
}

std::optional<single_flight::successor> single_flight::abandon(const content_hash& key,
                                                               std::uint64_t ticket,
                                                               time_point now) {
  const auto found = flights_.find(key);
  if (found == flights_.end() || found->second.ticket != ticket) return std::nullopt;
  return replace(found, now);
}

void single_flight::leave(const content_hash& key, std::uint64_t who) {
  const auto found = flights_.find(key);
  if (found == flights_.end()) return;
  waiting_ -= static_cast<std::uint32_t>(std::erase_if(
      found->second.followers, [who](const follower& each) { return each.who == who; }));
}

std::vector<single_flight::successor> single_flight::overdue(time_point now) {
  std::vector<successor> out;
  while (!by_deadline_.empty() && std::get<0>(*by_deadline_.begin()) <= now) {
    const auto key = std::get<2>(*by_deadline_.begin());
    by_deadline_.erase(by_deadline_.begin());
    if (const auto next = replace(flights_.find(key), now)) out.push_back(*next);
  }
  return out;
}

std::optional<time_point> single_flight::next_due() const {
  if (by_deadline_.empty()) return std::nullopt;
  return std::get<0>(*by_deadline_.begin());
}

}  // namespace troupe
