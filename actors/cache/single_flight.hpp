#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/ids.hpp"

namespace troupe {

/// Of all who want the same at the same time, one computes (it leads) and the others follow: they
/// have its answer, or one of them takes its place when it gives up or its time is over. Pure: the
/// caller passes the time, keeps the askers and tells them.
///
///   ask --no flight--> leads --done--> every follower is told
///    +---- flight ---> follows  |
///                        ^      +--abandon, deadline--> the follower that came first leads
///                        +--------------------------------+
///
/// What it does not do: time followers out. One that has waited long enough is taken out by `leave`
/// and computes by itself; whoever finds all places taken does so at once. A follower whose
/// deadline has come cannot lead, and is not told any more.
class single_flight {
 public:
  struct options {
    std::uint32_t waiting_limit = 4096;  // followers, over all keys
  };

  enum class role : std::uint8_t { leads, follows, alone };

  struct seat {
    role is = role::alone;
    std::uint64_t ticket = 0;  // leads: what names its turn; never given twice
  };

  /// One who followed and leads from now on.
  struct successor {
    std::uint64_t who = 0;
    std::uint64_t ticket = 0;
  };

  explicit single_flight(options limits) : limits_(limits) {}

  /// `who` wants what is under `key`, and may lead until `deadline`. 0: someone who does not
  /// wait, and leads or goes alone.
  [[nodiscard]] seat ask(const content_hash& key, std::uint64_t who, time_point deadline,
                         time_point now);

  /// There is an answer: all who followed, in the order they came. The flight is over.
  [[nodiscard]] std::vector<std::uint64_t> done(const content_hash& key);

  /// The leader with this ticket has none. Nothing: nobody follows (the flight is over), or it was
  /// not the leader any more.
  [[nodiscard]] std::optional<successor> abandon(const content_hash& key, std::uint64_t ticket,
                                                 time_point now);

  /// `who` does not wait any longer.
  void leave(const content_hash& key, std::uint64_t who);

  /// Those who take the place of leaders whose deadline has come.
  [[nodiscard]] std::vector<successor> overdue(time_point now);

  [[nodiscard]] std::optional<time_point> next_due() const;
  [[nodiscard]] std::size_t flights() const noexcept { return flights_.size(); }
  [[nodiscard]] std::uint32_t waiting() const noexcept { return waiting_; }

 private:
  struct follower {
    std::uint64_t who = 0;
    time_point deadline;
  };
  struct flight {
    std::uint64_t ticket = 0;
    time_point deadline;  // of who leads
    std::deque<follower> followers;
  };
  using table = std::unordered_map<content_hash, flight>;

  std::uint64_t lead(table::iterator position, time_point deadline);
  std::optional<successor> replace(table::iterator position, time_point now);

  options limits_;
  table flights_;
  std::set<std::tuple<time_point, std::uint64_t, content_hash>> by_deadline_;
  std::uint64_t last_ticket_ = 0;
  std::uint32_t waiting_ = 0;
};

}  // namespace troupe
