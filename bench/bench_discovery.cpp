// Claim: discovery of 100 DNS messages answers in FAST p50/p95/p99 1/5/10 ms, BALANCED 5/15/20 ms,
// ACCURATE 25/100/200 ms, every input new (no cache).

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <variant>

#include "bench/support/samples.hpp"
#include "bench/support/traffic.hpp"
#include "runtime/node.hpp"

namespace troupe::bench {
namespace {

void measure(node& runtime, quality_mode mode, duration budget, int requests) {
  samples seen;
  int partial = 0;
  int failed = 0;
  for (int i = 0; i < requests; ++i) {
    discovery_request request;
    request.input = dns_like(100, 1000 + static_cast<std::uint64_t>(i));
    request.mode = mode;
    request.budget = budget;
    request.use_cache = false;
    const auto from = clock::now();
    const auto outcome = runtime.discover(request).wait();
    seen.add(clock::now() - from);
    if (const auto* result = std::get_if<discovery_result_ptr>(&outcome)) {
      partial += (*result)->partial ? 1 : 0;
    } else {
      ++failed;
    }
  }
  std::printf("  %-9s p50 %8.2f ms  p95 %8.2f ms  p99 %8.2f ms  partial %d  failed %d of %d\n",
              std::string(to_string(mode)).c_str(), seen.microseconds(50) / 1000,
              seen.microseconds(95) / 1000, seen.microseconds(99) / 1000, partial, failed,
              requests);
}

}  // namespace
}  // namespace troupe::bench

int main(int argc, char** argv) {
  using namespace troupe;
  using namespace std::chrono_literals;
  options settings;
  settings.log.level = "warn";
  settings.compute.priority = "normal";
  settings.config_folder = argc > 1 ? argv[1] : "config";
  if (!std::filesystem::exists(settings.config_folder + "/models/classifier.model")) {
    settings.models.classifier.clear();
  }
  node runtime(settings);
  std::printf("100 DNS messages, a new input each time, one caller\n");
  troupe::bench::measure(runtime, quality_mode::fast, 10s, 300);
  troupe::bench::measure(runtime, quality_mode::balanced, 10s, 300);
  troupe::bench::measure(runtime, quality_mode::accurate, 10s, 300);
}
