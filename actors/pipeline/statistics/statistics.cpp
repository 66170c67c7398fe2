#include "actors/pipeline/statistics/statistics.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "actors/pipeline/statistics/columns.hpp"
#include "actors/pipeline/statistics/content.hpp"
#include "actors/pipeline/statistics/frequent.hpp"
#include "actors/pipeline/statistics/sampling.hpp"

namespace troupe {

namespace {

struct bounds {
  std::uint32_t messages;
  std::uint64_t bytes;
};

bounds bounds_of(quality_mode effort) {
  switch (effort) {
    case quality_mode::fast: return {256, std::uint64_t{1} << 16U};
    case quality_mode::balanced: return {1024, std::uint64_t{1} << 18U};
    case quality_mode::accurate: return {16384, std::uint64_t{1} << 24U};
  }
  return {256, std::uint64_t{1} << 16U};
}

length_statistics describe_lengths(const traffic_group& group) {
  if (group.messages.empty()) return {};
  std::vector<std::uint32_t> sizes;
  sizes.reserve(group.messages.size());
  double sum = 0;
  for (const auto& one : group.messages) {
    sizes.push_back(one.size);
    sum += one.size;
  }
  std::sort(sizes.begin(), sizes.end());
  length_statistics out;
  out.minimum = sizes.front();
  out.median = sizes[(sizes.size() - 1) / 2];
  out.p95 = sizes[(sizes.size() - 1) * 95 / 100];
  out.maximum = sizes.back();
  out.mean = sum / static_cast<double>(sizes.size());
  out.distinct =
      static_cast<std::uint32_t>(std::unique(sizes.begin(), sizes.end()) - sizes.begin());
  return out;
}

double printable_share(const byte_counts& counts, std::uint64_t bytes) {
  std::uint64_t printable = counts['\t'] + counts['\r'] + counts['\n'];
  for (std::size_t value = 0x20; value < 0x7f; ++value) printable += counts[value];
  return bytes == 0 ? 0 : static_cast<double>(printable) / static_cast<double>(bytes);
}

}  // namespace

statistics compute_statistics(const traffic_group& group, const work_context& work) {
  statistics out;
  out.messages = group.messages.size();
  out.length = describe_lengths(group);
  for (const auto& one : group.messages) out.bytes += one.size;

  const auto limit = bounds_of(work.effort);
  const auto chosen = sample_messages(group, limit.messages, limit.bytes, work.seed);
  std::uint64_t counted = 0;
  for (std::size_t position = 0; position < chosen.size(); ++position) {
    if (position % 64 == 63 && work.stop.stop_requested()) break;
    const auto bytes = group.payload(group.messages[chosen[position]]);
    for (const auto byte : bytes) ++out.histogram[byte];
    counted += bytes.size();
  }
  out.entropy = counted == 0 ? 0 : entropy_of(out.histogram);
  out.printable_share = printable_share(out.histogram, counted);
  out.columns = describe_columns(group, chosen, work.stop);
  auto content = judge_content(group, chosen, work.stop);
  out.content = content.kind;
  out.content_evidence = std::move(content.evidence);
  out.frequent = frequent_strings(group, chosen, work);
  out.text_runs = text_runs(group, chosen, work.stop);
  out.cut_short = work.stop.stop_requested();
  return out;
}

}  // namespace troupe
