#include "actors/pipeline/grammar/cuts.hpp"

#include <algorithm>

namespace troupe::grammar {

namespace {

constexpr double certain = 9.0;      // log-odds
constexpr double word_weight = 2.0;  // log-odds, against a boundary inside

/// Column `at` and its neighbours; beyond the edges there is an empty column.
struct gap {
  const column_table& table;
  std::uint32_t at;
  std::uint32_t offset;  // in the message
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

/// Weights of evidence, in log-odds, in units of 0.05: small integers of the big-endian world end
/// where variety falls, begin with zeros and prefer even offsets. The size of the weights follows
/// the rates at which labelled messages of 24 binary protocols have boundaries; fitted with whole
/// protocols left out, they lose 0.04 of F1 on those.
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
  if (here.offset % 4 == 0) odds += 0.5;
  if (here.offset % 2 == 0) {
    odds += 0.4 * both.other_zero + 0.4 * both.zero_zero + 0.6 * both.zero_other;
  } else {
    odds -= 0.7;
  }
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

std::vector<double> boundary_log_odds(const column_table& table, std::uint32_t first_offset,
                                      byte_order order) {
  std::vector<double> out(table.columns.size(), certain);
  for (std::uint32_t at = 1; at < table.columns.size(); ++at) {
    out[at] = log_odds({table, at, first_offset + at, order});
  }
  if (order == byte_order::little) keep_little_words(table, out);
  keep_zero_runs(table, out);
  return out;
}

std::vector<std::uint32_t> choose_cuts(const column_table& table, std::uint32_t first_offset,
                                       byte_order order) {
  const auto odds = boundary_log_odds(table, first_offset, order);
  std::vector<std::uint32_t> out;
  for (std::uint32_t at = 0; at < odds.size(); ++at) {
    if (odds[at] > 0) out.push_back(at);
  }
  return out;
}

}  // namespace troupe::grammar
