#pragma once

#include <deque>
#include <unordered_map>
#include <utility>

#include "messages/ids.hpp"

namespace troupe {

/// Remembers what was found poisonous, so that the same content asked for again costs no further
/// life. Bounded: the oldest is forgotten first, and everything after `lasts`, because a death may
/// have had another reason than its message.
class quarantine {
 public:
  quarantine(std::size_t limit, duration lasts) : limit_(limit), lasts_(lasts) {}

  void add(const content_hash& content, time_point now) {
    if (limit_ == 0 || lasts_ <= duration{0} || content == content_hash{}) return;
    while (!order_.empty() && (order_.front().first <= now || order_.size() >= limit_))
      drop_oldest();
    const auto until = now + lasts_;
    until_[content] = until;
    order_.emplace_back(until, content);
  }

  /// The empty hash names nothing and is never held.
  [[nodiscard]] bool holds(const content_hash& content, time_point now) const {
    if (until_.empty()) return false;
    const auto found = until_.find(content);
    return found != until_.end() && now < found->second;
  }

  [[nodiscard]] std::size_t size() const noexcept { return until_.size(); }

 private:
  void drop_oldest() {
    const auto [until, content] = order_.front();
    order_.pop_front();
    const auto found = until_.find(content);
    if (found != until_.end() && found->second == until) until_.erase(found);  // not renewed since
  }

  std::size_t limit_;
  duration lasts_;
  std::unordered_map<content_hash, time_point> until_;
  std::deque<std::pair<time_point, content_hash>> order_;  // renewed ones more than once
};

}  // namespace troupe
