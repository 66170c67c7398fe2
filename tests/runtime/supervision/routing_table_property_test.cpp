#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <map>
#include <random>

#include "runtime/supervision/routing_table.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using admission = routing_table::admission;
using fate = routing_table::fate;
using loss = routing_table::loss;

constexpr time_point begin = time_point{} + 1h;

TEST(routing_table_property, every_accepted_job_ends_exactly_once) {
  constexpr std::uint64_t seeds = 1'000;
  std::cout << "seeds 1 to " << seeds << "\n";
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    routing_table table{
        {.waiting_limit = 5, .pool_depth = 3, .detached_depth = 1, .retries = {0.3, 0.3, 3}}};
    auto now = begin;
    std::map<routing_table::job_key, int> ends;
    std::vector<routing_table::departure> flying;
    std::array<std::uint64_t, 3> lives{};
    const auto end = [&](const std::vector<routing_table::job_key>& jobs) {
      for (const auto job : jobs) ++ends.at(job);
    };
    for (int step = 0; step < 400; ++step) {
      now += duration{static_cast<duration::rep>(random() % 2'000'000)};
      const auto worker = random() % lives.size();
      const auto path = std::array{"a", "b", "c"}[worker];  // two detached, one on the pool
      switch (random() % 7) {
        case 0:
        case 1: {
          const auto cost = random() % 2 == 0 ? 0ns : 1ms;
          const auto got = table.admit(
              {{1}, cost, now + (random() % 2 == 0 ? 1s : 3ms), {}, random() % 2 == 0}, now);
          if (got.verdict == admission::accepted) {
            ASSERT_TRUE(ends.emplace(got.job, 0).second) << "a key was used again";
          }
          break;
        }
        case 2:
          table.up(path, {++lives[worker]}, worker < 2 ? placement::detached : placement::pool);
          break;
        case 3: end(table.down(path, {lives[worker]}, random() % 2 == 0)); break;
        case 4: end(table.sweep(now)); break;
        default:
          if (flying.empty()) break;
          const auto at = static_cast<std::ptrdiff_t>(random() % flying.size());
          const auto sent = flying[static_cast<std::size_t>(at)];
          flying.erase(flying.begin() + at);
          if (random() % 2 == 0) {
            table.took(sent, now);
            if (table.answered(sent, random() % 2 == 0)) ++ends.at(sent.job);
            break;
          }
          const auto how = random() % 2 == 0 ? loss::crashed : loss::dropped;
          const auto what =
              table.lost(sent, how, "", now, static_cast<double>(random() % 100) / 100);
          if (what != fate::parked && what != fate::late) ++ends.at(sent.job);
      }
      while (const auto next = table.next(now)) {
        if (next->expired) {
          ++ends.at(next->job);
        } else {
          flying.push_back(*next);
        }
      }
      while (const auto hedge = table.next_hedge(now)) flying.push_back(*hedge);
      ASSERT_LE(table.waiting(), 5u + 3u * 3u) << "parked jobs come on top of the limit";
    }
    end(table.stop());
    for (const auto& [job, times] : ends) ASSERT_EQ(times, 1);
    const auto& counted = table.counters();
    ASSERT_EQ(counted.accepted, ends.size());
    ASSERT_EQ(counted.accepted, counted.answered + counted.failed + counted.poisoned +
                                    counted.expired + counted.abandoned);
  }
}

}  // namespace
}  // namespace troupe
