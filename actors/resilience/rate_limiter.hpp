#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "actors/resilience/forward_time.hpp"
#include "actors/resilience/token_bucket.hpp"
#include "messages/ids.hpp"

namespace troupe {

/// How many requests each client, and all of them together, may make: a token bucket each (see RFC
/// 2697 for the idea of rate and burst). Pure: the caller passes the time, which may jump.
///
/// A request pays to both buckets or to none. Of the clients it remembers `max_clients`; the one
/// that asked longest ago is forgotten first and has a full bucket when it comes again, so the
/// total is what holds against callers that make up clients.
class rate_limiter {
 public:
  struct options {
    token_rate per_client{100, std::chrono::seconds(1), 200};
    token_rate total{1'000, std::chrono::seconds(1), 2'000};
    std::uint32_t max_clients = 10'000;
  };

  enum class verdict : std::uint8_t {
    allowed,
    client_limit,
    total_limit,
    never  // costs more than a bucket can hold: come back with less
  };

  struct answer {
    verdict how = verdict::allowed;
    duration retry_after{0};  // the same request is allowed then, if no other comes before it

    friend bool operator==(const answer&, const answer&) = default;
  };

  explicit rate_limiter(options limits);

  [[nodiscard]] answer take(client_id client, std::uint64_t cost, time_point now);

  [[nodiscard]] std::size_t clients() const noexcept { return index_.size(); }

 private:
  struct entry {
    client_id client;
    token_bucket bucket;
  };
  using order = std::list<entry>;  // the latest first

  [[nodiscard]] token_bucket& bucket_of(client_id client, time_point now);

  options limits_;
  forward_time time_;
  token_bucket total_;
  order order_;
  std::unordered_map<client_id, order::iterator> index_;
};

}  // namespace troupe
