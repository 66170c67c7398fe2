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
constexpr std::size_t fewest_steps = 8;
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
  column_reader(std::span<const scope> within, const samples& from) {
    const auto before = predecessors(within, from);
    rows_.reserve(within.size());
    for (std::uint32_t i = 0; i < within.size(); ++i) {
      const auto then = before[i] == nobody ? bytes_view{} : within[before[i]].bytes;
      rows_.push_back({within[i].bytes, then});
    }
  }

  /// The column at `at`, and the pair that it makes with its left neighbour if it has one.
  std::pair<column, column_pair> read(std::uint32_t at) {
    std::array<std::uint32_t, 256> seen{};
    column out;
    column_pair with_left;
    joint_.clear();
    std::size_t present = 0;
    std::size_t steps = 0;
    std::size_t ups = 0;
    for (const auto& one : rows_) {
      if (at >= one.now.size()) continue;
      const auto value = one.now[at];
      ++seen[value];
      ++present;
      const bool follows = at < one.then.size();
      if (follows) {
        const auto step = static_cast<std::uint8_t>(value - one.then[at]);
        ++steps;
        ups += step >= 1 && step <= largest_step ? 1 : 0;
      }
      if (at == 0) continue;
      const auto left = one.now[at - 1];
      joint_.push_back(static_cast<std::uint16_t>(left << 8U | value));
      if (follows) add_change(with_left, left != one.then[at - 1], value != one.then[at]);
    }
    out.present = static_cast<double>(present);
    if (present == 0) return {out, with_left};
    const auto share_up = static_cast<double>(ups) / static_cast<double>(std::max(steps, 1UL));
    out.counts_up = steps < fewest_steps ? 0 : share_up;
    finish(out, seen, present);
    finish(with_left, static_cast<double>(steps));
    return {out, with_left};
  }

 private:
  static double& share_of(column& out, std::uint8_t value) {
    if (value == 0) return out.zero;
    if (value < 0x20) return out.small;
    if (value < 0x7f) return out.printable;
    return value < 0xff ? out.high : out.full;
  }

  static void finish(column& out, const std::array<std::uint32_t, 256>& seen, std::size_t present) {
    double logs = 0;
    for (std::size_t value = 0; value < 256; ++value) {
      if (seen[value] == 0) continue;
      ++out.distinct;
      logs += n_log_n(seen[value]);
      share_of(out, static_cast<std::uint8_t>(value)) += seen[value] / out.present;
    }
    out.entropy = entropy_bits(logs, present);
    const double most = std::log2(std::min(256.0, out.present));
    out.variety = most > 0 ? std::min(1.0, out.entropy / most) : 0;
  }

  static void add_change(column_pair& out, bool left, bool right) {
    out.left_changes += left ? 1 : 0;
    out.right_changes += right ? 1 : 0;
    out.both_change += left && right ? 1 : 0;
  }

  static void add_values(column_pair& out, std::uint16_t pair, double times) {
    const auto left = static_cast<std::uint8_t>(pair >> 8U);
    const auto right = static_cast<std::uint8_t>(pair);
    if (left == 0) (right == 0 ? out.zero_zero : out.zero_other) += times;
    if (left != 0 && right == 0) out.other_zero += times;
    if (is_printable(left) && is_printable(right)) out.text += times;
    if (left == right) out.equal += times;
  }

  void finish(column_pair& out, double steps) {
    if (joint_.empty()) return;
    double logs = 0;
    each_pair([&](std::uint16_t pair, std::size_t times) {
      logs += n_log_n(times);
      add_values(out, pair, static_cast<double>(times));
    });
    out.joint_entropy = entropy_bits(logs, joint_.size());
    const auto count = static_cast<double>(joint_.size());
    for (auto* share : {&out.zero_zero, &out.zero_other, &out.other_zero, &out.text, &out.equal}) {
      *share /= count;
    }
    if (steps == 0) return;
    for (auto* share : {&out.left_changes, &out.right_changes, &out.both_change}) *share /= steps;
  }

  /// Visits each pair of values once, with its count. Many are counted in a table, few are sorted:
  /// the table is larger than what else is looked at.
  template <class Visit>
  void each_pair(Visit visit) {
    constexpr std::size_t many = 48;
    if (joint_.size() < many) {
      std::ranges::sort(joint_);
      for (std::size_t i = 0, begin = 0; i < joint_.size(); ++i) {
        if (i + 1 < joint_.size() && joint_[i + 1] == joint_[i]) continue;
        visit(joint_[i], i + 1 - begin);
        begin = i + 1;
      }
      return;
    }
    counts_.resize(std::size_t{1} << 16U);
    for (const auto pair : joint_) ++counts_[pair];
    for (const auto pair : joint_) {
      if (const auto times = std::exchange(counts_[pair], 0)) visit(pair, times);
    }
  }

  struct row {
    bytes_view now;
    bytes_view then;  // the scope before it in the same flow and direction; empty where none is
  };

  std::vector<row> rows_;
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
    const auto [one, with_left] = reader.read(at);
    out.columns.push_back(one);
    out.pairs.push_back(with_left);
  }
  return out;
}

}  // namespace troupe::grammar
