#include "actors/pipeline/parser/parse_all.hpp"

#include <utility>

#include "actors/pipeline/parser/parser.hpp"

namespace troupe {

namespace {

constexpr std::size_t failures_kept = 32;

std::uint64_t explained_bytes(const parse_tree& tree) {
  std::uint64_t bytes = 0;
  for (const auto& leaf : tree.leaves)
    if (leaf.kind != field_kind::opaque) bytes += leaf.size;
  return bytes;
}

}  // namespace

parse_report parse_all(const format& what, const traffic_group& group, const work_context& work) {
  // The caller's format outlives this call: no copy.
  const parser machine(std::shared_ptr<const format>(std::shared_ptr<void>(), &what));
  parse_report report;
  report.per_type.resize(what.types.size());
  parse_tree tree;
  std::uint64_t bytes = 0;
  std::uint64_t explained = 0;
  for (std::uint32_t i = 0; i < group.messages.size(); ++i) {
    if (work.stop.stop_requested()) {
      report.cut_short = true;
      break;
    }
    const auto payload = group.payload(group.messages[i]);
    machine.parse_into(tree, payload, group.messages[i].dir);
    ++report.messages;
    report.fields += tree.leaves.size();
    bytes += payload.size();
    explained += explained_bytes(tree);
    if (tree.type.type < report.per_type.size()) ++report.per_type[tree.type.type];
    if (!tree.error)
      ++report.parsed;
    else if (report.failures.size() < failures_kept)
      report.failures.push_back({i, std::move(*tree.error)});
  }
  if (bytes > 0)
    report.explained_share = static_cast<double>(explained) / static_cast<double>(bytes);
  return report;
}

}  // namespace troupe
