#include "actors/pipeline/grammar/columns.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "actors/pipeline/grammar/count_logs.hpp"

namespace troupe::grammar {

namespace {

constexpr std::uint8_t largest_step = 16;
constexpr double fewest_steps = 8;
constexpr std::uint32_t nobody = 0xffffffffU;

/// For each scope the one before it in the same flow and direction.
std::vector<std::uint32_t> predecessors(std::span<const scope> within, const samples& from) {
  std::unordered_map<std::uint64_t, std::uint32_t> last;
  std::vector<std::uint32_t> out(within.size(), nobody);
  for (std::uint32_t i = 0; i < within.size(); ++i) {
    const auto& origin = from[within[i].of];
    const auto stream = std::uint64_t{origin.flow} * 2 + static_cast<std::uint64_t>(origin.dir);
    const auto [at, fresh] = last.try_emplace(stream, i);
    if (!fresh) out[i] = at->second;
    at->second = i;
  }
  return out;
}

class column_reader {
 public:
  column_reader(std::span<const scope> within, const samples& from)
      : within_(within), before_(predecessors(within, from)) {}

  column read(std::uint32_t at) const {
    std::array<std::uint32_t, 256> seen{};
    std::size_t present = 0;
    double logs = 0;
    column out;
    double steps = 0;
    for (std::uint32_t i = 0; i < within_.size(); ++i) {
      const auto& one = within_[i];
      if (at >= one.size()) continue;
      ++seen[one.bytes[at]];
      ++present;
      if (before_[i] == nobody || within_[before_[i]].size() <= at) continue;
      const auto step = static_cast<std::uint8_t>(one.bytes[at] - within_[before_[i]].bytes[at]);
      steps += 1;
      if (step >= 1 && step <= largest_step) out.counts_up += 1;
    }
    out.present = static_cast<double>(present);
    if (present == 0) return out;
    out.counts_up = steps < fewest_steps ? 0 : out.counts_up / steps;
    for (std::size_t value = 0; value < 256; ++value) {
      if (seen[value] == 0) continue;
      ++out.distinct;
      logs += n_log_n(seen[value]);
      share_of(out, static_cast<std::uint8_t>(value)) += seen[value] / out.present;
    }
    out.entropy = entropy_bits(logs, present);
    const double most = std::log2(std::min(256.0, out.present));
    out.variety = most > 0 ? std::min(1.0, out.entropy / most) : 0;
    return out;
  }

  column_pair read_pair(std::uint32_t at) {
    column_pair out;
    joint_.clear();
    double steps = 0;
    for (std::uint32_t i = 0; i < within_.size(); ++i) {
      const auto& one = within_[i];
      if (at >= one.size()) continue;
      const auto left = one.bytes[at - 1];
      const auto right = one.bytes[at];
      joint_.push_back(static_cast<std::uint16_t>(left << 8U | right));
      add_values(out, left, right);
      steps += add_change(out, i, at) ? 1 : 0;
    }
    finish(out, steps);
    return out;
  }

 private:
  static double& share_of(column& out, std::uint8_t value) {
    if (value == 0) return out.zero;
    if (value < 0x20) return out.small;
    if (value < 0x7f) return out.printable;
    return value < 0xff ? out.high : out.full;
  }

  static void add_values(column_pair& out, std::uint8_t left, std::uint8_t right) {
    if (left == 0) (right == 0 ? out.zero_zero : out.zero_other) += 1;
    if (left != 0 && right == 0) out.other_zero += 1;
    if (is_printable(left) && is_printable(right)) out.text += 1;
    if (left == right) out.equal += 1;
  }

  bool add_change(column_pair& out, std::uint32_t which, std::uint32_t at) const {
    if (before_[which] == nobody || within_[before_[which]].size() <= at) return false;
    const auto& now = within_[which].bytes;
    const auto& then = within_[before_[which]].bytes;
    const bool left = now[at - 1] != then[at - 1];
    const bool right = now[at] != then[at];
    out.left_changes += left ? 1 : 0;
    out.right_changes += right ? 1 : 0;
    out.both_change += left && right ? 1 : 0;
    return true;
  }

  void finish(column_pair& out, double steps) {
    if (joint_.empty()) return;
    const auto count = static_cast<double>(joint_.size());
    for (auto* share : {&out.zero_zero, &out.zero_other, &out.other_zero, &out.text, &out.equal}) {
      *share /= count;
    }
    if (steps > 0) {
      for (auto* share : {&out.left_changes, &out.right_changes, &out.both_change}) *share /= steps;
    }
    out.joint_entropy = entropy_bits(joint_logs(), joint_.size());
  }

  /// The sum of n ln n over the counts of the pairs. Many are counted in a table, few are sorted:
  /// the table is larger than what else is looked at.
  double joint_logs() {
    constexpr std::size_t many = 48;
    double logs = 0;
    if (joint_.size() < many) {
      std::ranges::sort(joint_);
      for (std::size_t i = 0, begin = 0; i < joint_.size(); ++i) {
        if (i + 1 < joint_.size() && joint_[i + 1] == joint_[i]) continue;
        logs += n_log_n(i + 1 - begin);
        begin = i + 1;
      }
      return logs;
    }
    counts_.resize(std::size_t{1} << 16U);
    for (const auto pair : joint_) ++counts_[pair];
    for (const auto pair : joint_) logs += n_log_n(std::exchange(counts_[pair], 0));
    return logs;
  }

  std::span<const scope> within_;
  std::vector<std::uint32_t> before_;
  std::vector<std::uint16_t> joint_;   // both values of a pair, of each scope
  std::vector<std::uint32_t> counts_;  // of pairs; all zero between two looks
};

}  // namespace

column_table describe_columns(std::span<const scope> within, const samples& from,
                              std::uint32_t end) {
  column_table out;
  out.columns.reserve(end);
  out.pairs.reserve(end);
  column_reader reader(within, from);
  for (std::uint32_t at = 0; at < end; ++at) {
    out.columns.push_back(reader.read(at));
    out.pairs.push_back(at == 0 ? column_pair{} : reader.read_pair(at));
  }
  return out;
}

}  // namespace troupe::grammar
