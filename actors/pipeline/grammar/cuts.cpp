#include "actors/pipeline/grammar/cuts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace troupe::grammar {

namespace {

constexpr double certain = 9.0;      // log-odds
constexpr double word_weight = 2.0;  // log-odds, against a boundary inside

/// Column `at` and its neighbours; beyond the edges there is an empty column.
struct gap {
  const column_table& table;
  const gap_place& place;
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

double sum_of(const gap_evidence& evidence, const gap_evidence& weights) {
  return std::inner_product(evidence.begin(), evidence.end(), weights.begin(), 0.0);
}

/// Types of few messages have the header of all.
double in_whole_messages(const gap& here) {
  const auto offset = std::size_t{here.place.first_offset} + here.at;
  if (!here.place.is_same || offset >= here.place.whole.size()) return 0;
  return std::tanh(here.place.whole[offset] / 2);
}

/// Headers begin with small fields.
double near_start(const gap& here) {
  constexpr double reach = 24;  // bytes
  return here.place.is_same
             ? std::exp(-static_cast<double>(here.place.first_offset + here.at) / reach)
             : 0;
}

/// What the columns say; the place in a word is still to come (see `add_place`).
gap_evidence evidence_of(const gap& here) {
  const auto left = here.near(-1);
  const auto right = here.near(0);
  const auto& both = here.table.pairs[here.at];
  const bool big = here.order == byte_order::big;
  const double little = big ? 0 : 1;
  // The fast byte of a counter is the last one of its word, or the first where the order is little.
  const bool behind_fast = (big ? left : right).counts_up > counting;
  const bool before_fast = (big ? right : left).counts_up > counting;
  return {1,
          left.small,
          left.zero,
          right.zero,
          right.high,
          here.near(-2).zero,
          both.other_zero,
          both.text,
          both.equal,
          std::max(0.0, left.variety - right.variety),
          std::min(left.variety, right.variety),
          shared_information(left, right, both),
          left.distinct == 1 ? 1.0 : 0.0,
          right.distinct == 1 ? 1.0 : 0.0,
          left.distinct == 1 && right.distinct == 1 ? 1.0 : 0.0,
          in_whole_messages(here),
          near_start(here),
          behind_fast ? 1.0 : 0.0,
          before_fast ? 1.0 : 0.0,
          little * both.zero_other,
          little * both.other_zero,
          0};
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

constexpr std::size_t first_of_place = 21;  // evidence from here on is of the place in a word
static_assert(gap_evidence_names[first_of_place] == "odd_place");

/// What the place of an offset in a word of four bytes says.
void add_place(gap_evidence& to, const column_pair& both, std::uint32_t in_word, byte_order order) {
  const bool even = in_word % 2 == 0;
  const double starts = in_word == 0 ? 1 : 0;
  const double big = order == byte_order::big ? 1 : 0;
  const std::array<double, gap_evidences - first_of_place> place{
      even ? 0.0 : 1.0, starts, starts * big * both.zero_zero, even ? both.other_zero : 0,
      even ? both.zero_other : 0};
  std::ranges::copy(place, to.begin() + first_of_place);
}

/// Words need not be aligned to the message: behind a header of odd size they are shifted. Where
/// the other evidence around an offset speaks for odd places much more than for even ones, they
/// are.
class word_phases {
 public:
  word_phases(std::span<const gap_evidence> evidence, std::uint32_t first_offset,
              const gap_evidence& weights)
      : first_(first_offset) {
    for (const auto& one : evidence) {
      surplus_.push_back(std::tanh(sum_of(one, weights) / 2));
    }
    if (!surplus_.empty()) surplus_.front() = 1;
  }

  [[nodiscard]] std::uint32_t place_of(std::size_t at) const {
    const auto offset = first_ + static_cast<std::uint32_t>(at);
    return (offset + 4 - phase_around(at)) % 4;
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
  std::vector<double> surplus_;
};

}  // namespace

std::vector<gap_evidence> judge_gaps(const column_table& table, const gap_place& place,
                                     byte_order order, const gap_evidence& weights) {
  std::vector<gap_evidence> out(table.columns.size(), gap_evidence{});
  for (std::uint32_t at = 1; at < out.size(); ++at)
    out[at] = evidence_of({table, place, at, order});
  const word_phases phases(out, place.first_offset, weights);
  for (std::size_t at = 1; at < out.size(); ++at) {
    add_place(out[at], table.pairs[at], phases.place_of(at), order);
  }
  return out;
}

std::vector<double> boundary_log_odds(const column_table& table,
                                      std::span<const gap_evidence> evidence, byte_order order,
                                      const gap_evidence& weights) {
  std::vector<double> out(table.columns.size(), certain);
  for (std::uint32_t at = 1; at < out.size(); ++at) out[at] = sum_of(evidence[at], weights);
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
