// What it costs to come from messages to a format: CPU time, peak of the heap, and how both grow.
//
//   bench_inference_cost [FILE]      a capture or JSONL file; else DNS-like traffic made by us
//
// Statistics, grammar and parser, as functions on one thread. The median of five runs and more.

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>
#include <string>
#include <vector>

#include "actors/ingest/input.hpp"
#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/grammar/grammar_model.hpp"
#include "actors/pipeline/parser/parse_all.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "bench/support/traffic.hpp"

namespace {

// Every allocation of this program, for the peak. One thread.
std::size_t in_use = 0;
std::size_t peak = 0;

void* counted_allocation(std::size_t size) {
  void* at = std::malloc(size == 0 ? 1 : size);
  if (at == nullptr) throw std::bad_alloc();
  in_use += malloc_usable_size(at);
  peak = std::max(peak, in_use);
  return at;
}

void counted_free(void* at) noexcept {
  in_use -= malloc_usable_size(at);
  std::free(at);
}

}  // namespace

void* operator new(std::size_t size) { return counted_allocation(size); }
void* operator new[](std::size_t size) { return counted_allocation(size); }
void operator delete(void* at) noexcept { counted_free(at); }
void operator delete[](void* at) noexcept { counted_free(at); }
void operator delete(void* at, std::size_t) noexcept { counted_free(at); }
void operator delete[](void* at, std::size_t) noexcept { counted_free(at); }

namespace troupe::bench {
namespace {

constexpr std::size_t fewest_runs = 5;
constexpr double seconds_for_a_row = 1;

double cpu_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct cost {
  double seconds = 0;
  std::size_t bytes = 0;  // heap, above what the messages take
  std::uint64_t parsed = 0;
};

cost once(const traffic_group& group, const work_context& work, const grammar::cut_rules& cuts) {
  const auto before = in_use;
  peak = in_use;
  const auto from = cpu_seconds();
  const auto found = infer_format(group, compute_statistics(group, work), work, cuts);
  const auto report = parse_all(found, group, work);
  return {cpu_seconds() - from, peak - before, report.parsed};
}

cost median(const traffic_group& group, const work_context& work, const grammar::cut_rules& cuts) {
  std::vector<cost> runs;
  double spent = 0;
  while (runs.size() < fewest_runs || spent < seconds_for_a_row) {
    runs.push_back(once(group, work, cuts));
    spent += runs.back().seconds;
  }
  std::sort(runs.begin(), runs.end(),
            [](const cost& a, const cost& b) { return a.seconds < b.seconds; });
  return runs[runs.size() / 2];
}

/// The first messages of the largest group.
traffic_group first_of(const traffic_group& all, std::size_t count) {
  auto part = all;
  part.messages.resize(std::min(count, all.messages.size()));
  part.messages_seen = part.messages.size();
  return part;
}

traffic_group_ptr largest(const std::string& path) {
  const auto read = read_file(path, {});
  if (const auto* why = std::get_if<failure>(&read)) {
    std::fprintf(stderr, "%s\n", why->what.c_str());
    std::exit(1);
  }
  const auto& groups = std::get<ingest_result>(read).groups;
  return *std::max_element(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
    return a->messages.size() < b->messages.size();
  });
}

/// The shipped weights; run from the project's folder.
grammar::cut_rules shipped_cuts() {
  const auto read = load_grammar_model("config/models/grammar.model");
  if (const auto* why = std::get_if<failure>(&read)) {
    std::fprintf(stderr, "%s\n", why->what.c_str());
    std::exit(1);
  }
  return {std::get<grammar_model>(read).weights, {}};
}

void run(const traffic_group_ptr& given) {
  const auto cuts = shipped_cuts();
  std::printf(
      "| messages | mode | CPU ms | messages/s | peak MiB | time for each more message |\n");
  std::printf("|---|---|---|---|---|---|\n");
  for (const auto mode : {quality_mode::fast, quality_mode::balanced, quality_mode::accurate}) {
    cost before;
    std::size_t messages_before = 0;
    for (const std::size_t wanted : {30U, 100U, 1'000U, 10'000U}) {
      const auto group = given ? first_of(*given, wanted) : *dns_like(wanted, 7);
      const auto messages = group.messages.size();
      if (messages < wanted) break;
      const auto now = median(group, {mode, 1, {}}, cuts);
      const auto more =
          (now.seconds - before.seconds) / static_cast<double>(messages - messages_before) * 1e6;
      std::printf("| %zu | %s | %.2f | %.0f | %.2f | %.1f us |\n", messages, to_string(mode).data(),
                  now.seconds * 1e3, static_cast<double>(messages) / now.seconds,
                  static_cast<double>(now.bytes) / (1 << 20), more);
      before = now;
      messages_before = messages;
    }
  }
}

}  // namespace
}  // namespace troupe::bench

int main(int count, char** arguments) {
  troupe::bench::run(count > 1 ? troupe::bench::largest(arguments[1]) : nullptr);
  return 0;
}
