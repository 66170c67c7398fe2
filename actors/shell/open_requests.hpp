#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "messages/caf.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// The accepted and not yet answered requests of one actor. Each leaves with exactly one answer: by
/// `answer`, by `sweep` when its deadline has come, or by the table's end: then it is CAF's
/// `request_receiver_down`, as for a request that was still in the mailbox, because none of them
/// need be the one that ended the actor.
/// `Promise` is anything with `deliver(T)` and `deliver(caf::error)`.
///
/// Not for keeping what a request needs while it runs; only for who is to be answered, and when at
/// the latest.
template <class Promise>
class open_requests {
 public:
  open_requests() = default;
  open_requests(const open_requests&) = delete;
  open_requests& operator=(const open_requests&) = delete;

  ~open_requests() {
    for (auto& [key, held] : open_) {
      held.promise.deliver(caf::make_error(caf::sec::request_receiver_down));
    }
  }

  /// Takes over the duty to answer. Returns the entry's key, never 0.
  std::uint64_t add(Promise promise, time_point deadline) {
    const auto key = ++last_key_;
    const auto due = by_deadline_.emplace(deadline, key);
    open_.emplace(key, entry{std::move(promise), due});
    return key;
  }

  /// False: answered before, so this answer came late and is counted.
  template <class Answer>
  bool answer(std::uint64_t key, Answer&& with) {
    const auto found = open_.find(key);
    if (found == open_.end()) {
      ++late_;
      return false;
    }
    auto promise = std::move(found->second.promise);
    by_deadline_.erase(found->second.due);
    open_.erase(found);
    promise.deliver(std::forward<Answer>(with));
    return true;
  }

  /// The key of an entry whose deadline is at or before `now`, the earliest first; nothing when
  /// none is due.
  [[nodiscard]] std::optional<std::uint64_t> first_due(time_point now) const {
    if (by_deadline_.empty() || by_deadline_.begin()->first > now) return std::nullopt;
    return by_deadline_.begin()->second;
  }

  /// The earliest deadline of all entries; nothing when there is none.
  [[nodiscard]] std::optional<time_point> next_due() const {
    if (by_deadline_.empty()) return std::nullopt;
    return by_deadline_.begin()->first;
  }

  /// The deadline of an entry; nothing when it has been answered.
  [[nodiscard]] std::optional<time_point> deadline_of(std::uint64_t key) const {
    const auto found = open_.find(key);
    if (found == open_.end()) return std::nullopt;
    return found->second.due->first;
  }

  /// Answers `deadline_exceeded` to all that are due at `now`.
  void sweep(time_point now) {
    while (const auto key = first_due(now)) {
      answer(*key, make_error(errc::deadline_exceeded, "no answer before the deadline"));
    }
  }

  [[nodiscard]] bool contains(std::uint64_t key) const { return open_.contains(key); }
  [[nodiscard]] std::size_t size() const noexcept { return open_.size(); }
  [[nodiscard]] bool empty() const noexcept { return open_.empty(); }
  [[nodiscard]] std::uint64_t late() const noexcept { return late_; }

 private:
  using schedule = std::multimap<time_point, std::uint64_t>;

  struct entry {
    Promise promise;
    schedule::iterator due;
  };

  std::unordered_map<std::uint64_t, entry> open_;
  schedule by_deadline_;
  std::uint64_t last_key_ = 0;
  std::uint64_t late_ = 0;
};

}  // namespace troupe
