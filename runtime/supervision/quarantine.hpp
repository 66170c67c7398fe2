#pragma once

#include <deque>
#include <unordered_map>
#include <utility>

#include "messages/ids.hpp"

namespace troupe {

/// Remembers what was found poisonous, so that the same content asked for again and again costs no
/// further lives. A job that killed its workers may have been unlucky: its content is refused only
/// from the second such job on. Bounded: the oldest is forgotten first, and everything after
/// `lasts`.
class quarantine {
 public:
  static constexpr std::uint32_t jobs_needed = 2;

  quarantine(std::size_t limit, duration lasts) : limit_(limit), lasts_(lasts) {}

  /// A job of this content was poisonous.
  void add(const content_hash& content, time_point now) {
    if (limit_ == 0 || lasts_ <= duration{0} || content == content_hash{}) return;
    while (!order_.empty() && (order_.front().first <= now || order_.size() >= limit_)) {
      drop_oldest();
    }
    auto& one = known_[content];
    one.until = now + lasts_;
    ++one.jobs;
    order_.emplace_back(one.until, content);
  }

  /// The empty hash names nothing and is never held.
  [[nodiscard]] bool holds(const content_hash& content, time_point now) const {
    if (known_.empty()) return false;
    const auto found = known_.find(content);
    return found != known_.end() && found->second.jobs >= jobs_needed && now < found->second.until;
  }

  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

 private:
  struct suspect {
    time_point until;
    std::uint32_t jobs = 0;
  };

  void drop_oldest() {
    const auto [until, content] = order_.front();
    order_.pop_front();
    const auto found = known_.find(content);
    if (found != known_.end() && found->second.until == until) known_.erase(found);
  }

  std::size_t limit_;
  duration lasts_;
  std::unordered_map<content_hash, suspect> known_;
  std::deque<std::pair<time_point, content_hash>> order_;  // one entry for each `add`
};

}  // namespace troupe
