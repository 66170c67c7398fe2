#include "actors/pipeline/grammar/cuts.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace troupe::grammar {

namespace {

constexpr double certain = 9.0;      // log-odds
constexpr double word_weight = 2.0;  // log-odds, against a boundary inside

/// Column `at` and its neighbours; beyond the edges there is an empty column.
struct gap {
  const column_table& table;
  std::uint32_t at;
  byte_order order;

  [[nodiscard]] column near(std::int64_t step) const {
    const auto index = static_cast<std::int64_t>(at) + step;
    const bool inside = index >= 0 && index < static_cast<std::int64_t>(table.columns.size());
    return inside ? table.columns[static_cast<std::size_t>(index)] : column{};
  }
};

/// How much of the poorer column's variety its neighbour shares, 0..1.
double shared_information(const column& left, const column& right, const column_pair& both) {
  const double least = std::min(left.entropy, right.entropy);
  if (least <= 0.2) return 0;
  const double shared = left.entropy + right.entropy - both.joint_entropy;
  return std::clamp(shared / least, 0.0, 1.0);
}

/// Weights of evidence, in log-odds. Numbers of the big-endian world end where variety falls and
/// begin with zeros. The weights follow a logistic fit of the boundary rates of 24 labelled binary
/// protocols, pruned and rounded; before that its F1 on gaps was 0.69 on protocols in the fit, 0.66
/// on those left out. Counter weights are set by hand.
double log_odds(const gap& here) {
  const auto left = here.near(-1);
  const auto right = here.near(0);
  const auto& both = here.table.pairs[here.at];
  double odds = 0.3;  // a boundary that is as likely as not counts more than a missing one
  odds += 1.0 * left.small - 0.4 * left.zero - 0.5 * left.printable;
  odds += 0.35 * right.zero - 0.65 * right.high;
  odds += 0.35 * here.near(-2).zero - 0.25 * here.near(1).zero;
  odds += 0.9 * both.other_zero + 0.5 * left.small * right.small;
  odds -= 1.0 * both.text + 1.0 * both.equal;
  odds += 0.9 * std::max(0.0, left.variety - right.variety);
  odds -= 1.8 * std::min(left.variety, right.variety);
  odds -= 0.4 * shared_information(left, right, both);
  if (left.distinct == 1) odds -= 0.35;
  // The fast byte of a counter is the last one of its word, or the first where the order is little.
  const bool big = here.order == byte_order::big;
  if (left.counts_up > counting) odds += big ? 2.0 : -1.0;
  if (right.counts_up > counting) odds += big ? -1.0 : 2.0;
  if (here.order == byte_order::little) odds += 1.4 * both.zero_other - 1.3 * both.other_zero;
  return odds;
}

/// In a little-endian protocol `xx .. 00 00` is one word of four bytes: its upper half is zero.
void keep_little_words(const column_table& table, std::vector<double>& odds) {
  constexpr double nearly_always = 0.9;
  for (std::size_t at = 0; at + 3 < odds.size(); ++at) {
    const bool starts = at == 0 || odds[at] > 0;
    const auto& word = table.columns;
    if (!starts || word[at].zero > nearly_always || word[at + 2].zero < nearly_always ||
        word[at + 3].zero < nearly_always) {
      continue;
    }
    for (std::size_t inside = at + 1; inside < at + 4; ++inside) odds[inside] -= word_weight;
    if (at + 4 < odds.size()) odds[at + 4] = std::max(odds[at + 4], 0.1);
    at += 3;
  }
}

/// A long run of zeros is one unused field.
void keep_zero_runs(const column_table& table, std::vector<double>& odds) {
  constexpr std::size_t long_run = 64;
  constexpr double nearly_always = 0.9;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= odds.size(); ++at) {
    if (at < odds.size() && table.columns[at].zero > nearly_always) continue;
    if (at - begin >= long_run) {
      for (auto inside = begin + 1; inside < at; ++inside) odds[inside] -= word_weight;
    }
    begin = at + 1;
  }
}

}  // namespace

namespace {

/// Log-odds that an offset gets from its place in a word of four bytes.
double alignment(const column_pair& both, std::uint32_t in_word, byte_order order) {
  if (in_word % 2 != 0) return -0.7;
  const double zeros = order == byte_order::big ? 0.6 : 0.0;
  return (in_word == 0 ? 0.5 + zeros * both.zero_zero : 0.0) + 0.4 * both.other_zero +
         0.4 * both.zero_zero + 0.6 * both.zero_other;
}

/// Words need not be aligned to the message: behind a header of odd size they are shifted. Where
/// the other evidence around an offset speaks for odd places much more than for even ones, they
/// are.
class word_phases {
 public:
  word_phases(const std::vector<double>& odds, std::uint32_t first_offset, byte_order order)
      : first_(first_offset), order_(order) {
    for (const auto one : odds) surplus_.push_back(std::tanh(one / 2));
  }

  [[nodiscard]] double bonus(const column_pair& both, std::size_t at) const {
    const auto offset = first_ + static_cast<std::uint32_t>(at);
    return alignment(both, (offset + 4 - phase_around(at)) % 4, order_);
  }

 private:
  [[nodiscard]] std::uint32_t phase_around(std::size_t at) const {
    std::array<double, 4> evidence{};
    const auto begin = at > reach ? at - reach : 1;
    for (auto i = begin; i < std::min(surplus_.size(), at + reach + 1); ++i) {
      evidence[(first_ + i) % 4] += surplus_[i];
    }
    if (evidence[1] + evidence[3] < evidence[0] + evidence[2] + decisive) return 0;
    return evidence[1] > evidence[3] ? 1 : 3;
  }

  static constexpr std::size_t reach = 12;
  static constexpr double decisive = 2.5;
  std::uint32_t first_;
  byte_order order_;
  std::vector<double> surplus_;
};

}  // namespace

std::vector<double> boundary_log_odds(const column_table& table, std::uint32_t first_offset,
                                      byte_order order) {
  std::vector<double> out(table.columns.size(), certain);
  for (std::uint32_t at = 1; at < table.columns.size(); ++at) {
    out[at] = log_odds({table, at, order});
  }
  const word_phases phases(out, first_offset, order);
  for (std::size_t at = 1; at < out.size(); ++at) out[at] += phases.bonus(table.pairs[at], at);
  if (order == byte_order::little) keep_little_words(table, out);
  keep_zero_runs(table, out);
  return out;
}

std::vector<std::uint32_t> choose_cuts(std::span<const double> odds) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t at = 0; at < odds.size(); ++at) {
    if (odds[at] > 0) out.push_back(at);
  }
  return out;
}

}  // namespace troupe::grammar
