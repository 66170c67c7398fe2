// Writes the costs of the real stages, as the simulator's cost table wants them (standard output):
//
//   bench_stage_costs > costs.txt; troupe-chaos simulate ... --costs costs.txt
//
// Every stage runs on its own, on DNS-like traffic, as often as fits the time of each row.

#include <algorithm>
#include <cstdio>
#include <vector>

#include "bench/support/samples.hpp"
#include "bench/support/traffic.hpp"
#include "runtime/node/implementation.hpp"

namespace troupe::bench {
namespace {

constexpr auto time_for_a_row = std::chrono::milliseconds(250);
constexpr std::size_t fewest = 20;

void measure(const stage_table& stages, quality_mode mode, std::size_t messages) {
  const auto input = dns_like(messages, 7);
  std::array<std::vector<std::int64_t>, all_stages.size()> took;
  const auto until = clock::now() + time_for_a_row * all_stages.size();
  while (clock::now() < until || took[0].size() < fewest) {
    findings found;
    for (const auto which : all_stages) {
      const auto index = static_cast<std::size_t>(which);
      bool cut_short = false;
      const auto from = clock::now();
      static_cast<void>(
          stages[index]({*input, validation_level::standard, {mode, 1, {}}}, found, cut_short));
      took[index].push_back((clock::now() - from).count());
    }
  }
  for (const auto which : all_stages) {
    auto& values = took[static_cast<std::size_t>(which)];
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
      return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    std::printf("%s %s %zu %ld %ld %ld %ld %ld %ld\n", to_string(which).data(),
                to_string(mode).data(), messages, at(0), at(0.1), at(0.5), at(0.9), at(0.99),
                at(1));
  }
}

}  // namespace
}  // namespace troupe::bench

int main() {
  using namespace troupe;
  options settings;
  settings.config_folder = "config";
  const auto parts = real_parts(settings);
  std::printf("# stage mode messages, then nanoseconds at 0, 10, 50, 90, 99 and 100 %%\n");
  for (const auto mode : {quality_mode::fast, quality_mode::balanced, quality_mode::accurate}) {
    for (const std::size_t messages : {10U, 100U, 1000U})
      bench::measure(*parts.stages, mode, messages);
  }
}
