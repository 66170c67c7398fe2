#include "actors/pipeline/grammar/keywords.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

#include "actors/pipeline/grammar/ber_shape.hpp"
#include "actors/pipeline/grammar/count_logs.hpp"
#include "actors/pipeline/grammar/keyword_vetoes.hpp"
#include "actors/pipeline/grammar/length_fields.hpp"
#include "actors/pipeline/parser/selection.hpp"

namespace troupe::grammar {

namespace {

constexpr std::uint32_t candidate_offsets = 20;  // of the first two keywords
constexpr std::uint32_t far_offsets = 32;        // of the third
constexpr std::uint32_t target_offsets = 32;
constexpr std::uint32_t own_neighbours = 2;  // columns beside a candidate that may be of its field
constexpr std::uint32_t most_values = 32;
constexpr double most_rare = 0.2;  // share of the messages with a value seen less than three times
constexpr std::uint32_t fewest_per_value = 3;  // messages, on average
constexpr std::size_t most_samples = 1024;
constexpr double least_gain = 0.005;     // share of the whole description
constexpr double least_far_gain = 0.03;  // of the third keyword

std::uint16_t class_of(std::uint8_t byte) {
  if (byte == 0) return 0;
  if (byte < 0x20) return 1;
  if (byte < 0x7f) return 2;
  return byte < 0xff ? 3 : 4;
}

/// Renumbers arbitrary values as 0, 1, 2, ... in the order in which they come.
labels numbered(const std::vector<std::uint32_t>& values) {
  constexpr std::uint32_t tabled = 4096;
  constexpr std::uint16_t unseen = 0xffff;
  constexpr std::uint32_t most_numbers = unseen;
  labels out;
  out.of.reserve(values.size());
  const auto greatest = values.empty() ? 0 : *std::ranges::max_element(values);
  std::uint32_t next = 0;
  if (greatest < tabled) {
    std::vector<std::uint16_t> numbers(greatest + 1, unseen);
    for (const auto value : values) {
      auto& number = numbers[value];
      if (number == unseen) number = static_cast<std::uint16_t>(next++);
      out.of.push_back(number);
    }
  } else {
    std::unordered_map<std::uint32_t, std::uint16_t> numbers;
    for (const auto value : values) {
      const auto fresh = static_cast<std::uint16_t>(std::min(next, most_numbers));
      const auto [at, added] = numbers.try_emplace(value, fresh);
      if (added) ++next;
      out.of.push_back(at->second);
    }
  }
  out.values = next;
  return out;
}

/// N times the entropy of `target` within each group of `given`, in nats, and the number of cells
/// of the table that are in use.
struct description {
  double nats = 0;
  double cells = 0;
};

description describe(const labels& target, const labels& given, std::vector<std::uint32_t>& table) {
  table.assign(std::size_t{target.values} * given.values, 0);
  for (std::size_t i = 0; i < target.of.size(); ++i) {
    ++table[std::size_t{given.of[i]} * target.values + target.of[i]];
  }
  description out;
  for (std::uint32_t group = 0; group < given.values; ++group) {
    std::size_t sum = 0;
    for (std::uint32_t value = 0; value < target.values; ++value) {
      const auto seen = table[std::size_t{group} * target.values + value];
      if (seen == 0) continue;
      sum += seen;
      out.cells += 1;
      out.nats -= n_log_n(seen);
    }
    out.nats += n_log_n(sum);
  }
  return out;
}

double entropy_of(const labels& attribute) {
  std::vector<std::size_t> seen(attribute.values, 0);
  for (const auto value : attribute.of) ++seen[value];
  double nats = 0;
  for (const auto count : seen) nats -= n_log_n(count);
  const auto all = attribute.of.size();
  return (nats + n_log_n(all)) / static_cast<double>(all);
}

class keyword_search {
 public:
  explicit keyword_search(const samples& from) : from_(from) {
    gather_targets();
    gather_candidates();
    std::vector<std::uint32_t> same(from.size(), 0);
    known_ = numbered(same);
    for (const auto& target : targets_) total_ += describe(target, known_, table_).nats;
  }

  /// The best candidate given those already taken, with its gain as a share of the whole.
  std::optional<std::pair<keyword, double>> next(const std::stop_token& stop, bool far) {
    double best_gain = (far ? least_far_gain : least_gain) * total_;
    const labels* best = nullptr;
    labels best_joint;
    std::vector<description> before;
    for (const auto& target : targets_) before.push_back(describe(target, known_, table_));
    for (const auto& candidate : candidates_) {
      if (stop.stop_requested()) break;
      if (!far && candidate.offset >= candidate_offsets) continue;
      auto joint = joined(candidate);
      if (joint.values == known_.values) continue;
      const double gain = gain_of(candidate, joint, before);
      if (gain <= best_gain) continue;
      best_gain = gain;
      best = &candidate;
      best_joint = std::move(joint);
    }
    if (best == nullptr) return std::nullopt;
    known_ = std::move(best_joint);
    const auto source = best->is_direction ? keyword::source::direction : keyword::source::bytes;
    return std::pair{keyword{source, best->offset, 1}, best_gain / total_};
  }

 private:
  void gather_targets() {
    for (std::uint32_t offset = 0; offset < target_offsets; ++offset) {
      std::vector<std::uint32_t> classes;
      for (const auto& one : from_) {
        classes.push_back(offset < one.bytes.size() ? class_of(one.bytes[offset]) : 5U);
      }
      auto target = numbered(classes);
      target.offset = offset;
      if (target.values > 1) targets_.push_back(std::move(target));
    }
    std::vector<std::uint32_t> sizes;
    std::vector<std::uint32_t> magnitudes;
    for (const auto& one : from_) {
      sizes.push_back(static_cast<std::uint32_t>(one.bytes.size()));
      magnitudes.push_back(static_cast<std::uint32_t>(std::bit_width(one.bytes.size())));
    }
    for (const auto& values : {sizes, magnitudes}) {
      targets_.push_back(numbered(values));
      targets_.back().offset = target_offsets;  // no byte's own column
    }
  }

  void gather_candidates() {
    scopes all;
    for (std::uint32_t i = 0; i < from_.size(); ++i) all.push_back(whole(from_, i));
    const auto length = find_length_field(all, 0.8, 3);
    const auto tree = find_ber(all);
    for (std::uint32_t offset = 0; offset < far_offsets; ++offset) {
      if (length && offset >= length->offset && offset < length->offset + length->width) continue;
      if (tree && offset >= tree->begin && !is_tag(all, tree->begin, offset)) continue;
      std::vector<std::uint32_t> values;
      std::size_t present = 0;
      for (const auto& one : from_) {
        const bool there = offset < one.bytes.size();
        present += there ? 1 : 0;
        values.push_back(there ? one.bytes[offset] : 256U);
      }
      if (present * 100 < from_.size() * 97) break;
      consider(numbered(values), offset, false);
    }
    std::vector<std::uint32_t> directions;
    for (const auto& one : from_) directions.push_back(static_cast<std::uint32_t>(one.dir));
    consider(numbered(directions), 0, true);
  }

  /// Values that hardly come again are one: no rule can be learnt for each of them.
  [[nodiscard]] labels without_rare(const labels& attribute) const {
    std::vector<std::uint32_t> seen(attribute.values, 0);
    for (const auto value : attribute.of) ++seen[value];
    std::vector<std::uint32_t> out;
    double rare = 0;
    for (const auto value : attribute.of) {
      const bool comes_again = seen[value] >= fewest_per_value;
      rare += comes_again ? 0 : 1;
      out.push_back(comes_again ? value : attribute.values);
    }
    return rare > most_rare * static_cast<double>(from_.size()) ? attribute : numbered(out);
  }

  void consider(labels attribute, std::uint32_t offset, bool is_direction) {
    if (attribute.values > most_values) attribute = without_rare(attribute);
    if (attribute.values < 2 || attribute.values > most_values) return;
    if (attribute.values * fewest_per_value > from_.size()) return;
    if (entropy_of(attribute) <= 0.02) return;
    const double fixed = is_direction ? 0.0 : explained_by_flow(from_, attribute);
    if (fixed > 0.7) return;
    if (!is_direction && (is_clock(from_, attribute, offset) || is_slow(from_, offset) ||
                          measures_size(from_, offset))) {
      return;
    }
    attribute.offset = offset;
    attribute.is_direction = is_direction;
    candidates_.push_back(std::move(attribute));
    weights_.push_back((1.0 - 0.01 * offset) * (1.0 - fixed) * (1.0 - fixed));
  }

  [[nodiscard]] labels joined(const labels& candidate) const {
    std::vector<std::uint32_t> pairs;
    pairs.reserve(from_.size());
    for (std::size_t i = 0; i < from_.size(); ++i) {
      pairs.push_back(known_.of[i] * candidate.values + candidate.of[i]);
    }
    return numbered(pairs);
  }

  double gain_of(const labels& candidate, const labels& joint,
                 const std::vector<description>& before) {
    const double cell = 0.5 * std::log(static_cast<double>(from_.size()));
    double gain = 0;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (!candidate.is_direction && is_beside(targets_[i].offset, candidate.offset)) continue;
      const auto after = describe(targets_[i], joint, table_);
      gain += std::max(0.0, before[i].nats - after.nats - cell * (after.cells - before[i].cells));
    }
    return gain * weights_[static_cast<std::size_t>(&candidate - candidates_.data())];
  }

  /// A byte explains the other bytes of its own field, which says nothing about the message.
  [[nodiscard]] static bool is_beside(std::uint32_t target, std::uint32_t candidate) {
    return target < target_offsets && target + own_neighbours >= candidate &&
           target <= candidate + own_neighbours;
  }

  const samples& from_;
  std::vector<labels> targets_;
  std::vector<labels> candidates_;
  std::vector<double> weights_;
  labels known_;
  double total_ = 0;
  std::vector<std::uint32_t> table_;
};

samples at_most(const samples& from, std::size_t most) {
  if (from.size() <= most) return from;
  return {from.begin(), from.begin() + static_cast<std::ptrdiff_t>(most)};
}

std::string evidence_for(const keyword& which, double share) {
  const auto percent = std::to_string(static_cast<int>(std::lround(share * 100))) + " %";
  const auto what = which.from == keyword::source::direction
                        ? std::string("the direction")
                        : "byte " + std::to_string(which.offset);
  return what + " explains " + percent + " of the variety of the first bytes and the length";
}

}  // namespace

keyword_choice choose_keywords(const samples& from, const std::stop_token& stop, int most) {
  keyword_choice out;
  if (from.size() < 4) return out;
  const auto looked_at = at_most(from, most_samples);
  keyword_search search(looked_at);
  for (int round = 0; round < most && !stop.stop_requested(); ++round) {
    const auto found = search.next(stop, round == 2);
    if (!found) break;
    out.keywords.push_back(found->first);
    out.evidence.push_back(evidence_for(found->first, found->second));
  }
  return out;
}

namespace {

/// The values of one word; nothing where it does not vary or there is no end of its values.
std::optional<std::size_t> few_values(const samples& from, const keyword& which) {
  constexpr std::size_t most_words = 256;  // more than commands and status codes of any protocol
  constexpr std::size_t fewest_to_judge = 8;
  std::map<std::string, std::size_t> seen;
  std::string value;
  for (const auto& one : from) {
    keyword_value(which, one.bytes, one.dir, value);
    ++seen[value];
    if (seen.size() > most_words) return std::nullopt;
  }
  const auto once =
      std::ranges::count(seen, std::size_t{1}, [](auto& each) { return each.second; });
  // Were every second message to bring a new value, types would say nothing about the next one.
  const bool endless =
      from.size() >= fewest_to_judge && static_cast<std::size_t>(once) * 2 > from.size();
  if (seen.size() < 2 || endless) return std::nullopt;
  return seen.size();
}

}  // namespace

keyword_choice choose_word(const samples& from) {
  const auto marked = std::ranges::count_if(from, [](const sample& one) {
    return !one.bytes.empty() && is_printable(one.bytes[0]) && std::isalnum(one.bytes[0]) == 0;
  });
  const keyword mark{keyword::source::bytes, 0, 1};
  if (static_cast<std::size_t>(marked) * 2 > from.size() && few_values(from, mark)) {
    return {{mark}, {"most messages begin with a mark, no letter or digit"}};
  }
  for (std::uint32_t word = 0; word < 8; ++word) {
    const keyword which{keyword::source::word, word, 1};
    const auto values = few_values(from, which);
    if (!values) continue;
    auto why = "word " + std::to_string(word);
    why.append(" is the first with few values, ").append(std::to_string(*values));
    why.append(" in ").append(std::to_string(from.size())).append(" messages");
    return {{which}, {std::move(why)}};
  }
  return {};
}

}  // namespace troupe::grammar
