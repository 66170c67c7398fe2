// Claim: a call to a healthy dependency pays p50 <= 1 us for its protection: rate limiter, breaker,
// bulkhead and retry budget together. Beside it what each costs alone, what admission costs, and
// what a breaker costs that is open.

#include <cstdio>

#include "actors/resilience/admission.hpp"
#include "actors/resilience/bulkhead.hpp"
#include "actors/resilience/circuit_breaker.hpp"
#include "actors/resilience/rate_limiter.hpp"
#include "actors/resilience/retry_budget.hpp"
#include "bench/support/samples.hpp"

namespace troupe::bench {
namespace {

constexpr int rounds = 20'000;
constexpr int calls =
    100;  // measured together, as one reading of the clock costs as much as a call
constexpr token_rate plenty{1'000'000'000, std::chrono::seconds(1), 1'000'000'000};

/// Runs `call(time)` on a clock of its own that moves 10 us with every call.
template <class Call>
void measure(const char* what, Call call) {
  samples seen;
  time_point now{std::chrono::hours(1)};
  for (int round = 0; round < rounds; ++round) {
    const auto from = clock::now();
    for (int i = 0; i < calls; ++i) call(now += std::chrono::microseconds(10));
    seen.add((clock::now() - from) / calls);
  }
  std::printf("  %-34s p50 %6.3f us  p99 %6.3f us\n", what, seen.microseconds(50),
              seen.microseconds(99));
}

struct healthy_path {
  rate_limiter limiter{{.per_client = plenty, .total = plenty}};
  circuit_breaker breaker{{}};
  bulkhead wall{{}};
  retry_budget budget{{}};
  std::uint64_t client = 0;

  void limit(time_point now) { keep(limiter.take({1 + client++ % 1'000}, 1, now)); }
  void protect(time_point now) {
    const auto got = breaker.try_acquire(now);
    keep(breaker.record(*got.granted, circuit_breaker::outcome::succeeded, duration{1}, now));
  }
  void bound(time_point now) {
    const auto got = wall.enter(now + std::chrono::seconds(1), now);
    keep(wall.leave(got.granted, now));
  }
  void pay(time_point now) { budget.first_attempt(now); }
};

void open_breaker() {
  circuit_breaker breaker{{}};
  (void)breaker.force_open(time_point{});
  measure("an open breaker", [&](time_point now) { keep(breaker.try_acquire(now)); });
}

void admit() {
  admission gate{{}};
  measure("admission", [&](time_point now) {
    const auto got = gate.offer(admission::priority::normal, now + std::chrono::seconds(1),
                                std::chrono::milliseconds(1), now);
    keep(gate.finish(got.who, now));
  });
}

}  // namespace
}  // namespace troupe::bench

int main() {
  using namespace troupe;
  using namespace troupe::bench;
  healthy_path path;
  measure("rate limiter, 1000 clients", [&](time_point now) { path.limit(now); });
  measure("closed breaker", [&](time_point now) { path.protect(now); });
  measure("bulkhead", [&](time_point now) { path.bound(now); });
  measure("retry budget", [&](time_point now) { path.pay(now); });
  measure("all four, the healthy path", [&](time_point now) {
    path.limit(now);
    path.protect(now);
    path.bound(now);
    path.pay(now);
  });
  circuit_breaker by_time{{.window = {.by = call_window::kind::time}}};
  measure("closed breaker, window by time", [&](time_point now) {
    const auto got = by_time.try_acquire(now);
    keep(by_time.record(*got.granted, circuit_breaker::outcome::succeeded, duration{1}, now));
  });
  open_breaker();
  admit();
}
