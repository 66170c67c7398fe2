#include "actors/pipeline/grammar/kinds.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/pipeline/grammar/meanings.hpp"
#include "actors/pipeline/grammar/value_coverage.hpp"
#include "actors/pipeline/parser/numbers.hpp"

namespace troupe::grammar {

namespace {

constexpr std::size_t most_looked_at = 512;
constexpr std::size_t most_listed = 16;

std::string bytes_of(bytes_view bytes) { return {bytes.begin(), bytes.end()}; }

std::string of_all(std::size_t part, std::size_t all) {
  return std::to_string(part) + " of " + std::to_string(all) + " messages";
}

std::vector<known_value> most_frequent(const std::unordered_map<std::string, std::uint64_t>& seen) {
  std::vector<known_value> out;
  for (const auto& [bytes, count] : seen) out.push_back({bytes, count});
  std::sort(out.begin(), out.end(), [](const known_value& a, const known_value& b) {
    return a.seen != b.seen ? a.seen > b.seen : a.bytes < b.bytes;
  });
  return out;
}

class field_judge {
 public:
  field_judge(std::span<const scope> within, const samples& from, std::uint32_t offset,
              std::uint32_t width, byte_order order)
      : within_(spread_runs(within, most_looked_at)), from_(from), offset_(offset), width_(width) {
    out_.size.bytes = width;
    out_.order = width >= 2 && width <= 8 ? order : byte_order::big;
    for (const auto& one : within_) {
      if (seen_.size() <= most_looked_at) ++seen_[bytes_of(one.bytes.subspan(offset, width))];
    }
  }

  field judge() {
    if (width_ <= 8) set_range();
    if (is_constant() || is_text() || is_address() || is_sequence() || is_timestamp() ||
        is_echoed() || is_enumeration()) {
      return out_;
    }
    out_.kind = width_ <= 8 ? field_kind::number : field_kind::opaque;
    out_.confidence = 0.4;
    out_.evidence.push_back(std::to_string(seen_.size()) + " values in " +
                            std::to_string(within_.size()) + " messages");
    return out_;
  }

 private:
  [[nodiscard]] bytes_view value(const scope& one) const {
    return one.bytes.subspan(offset_, width_);
  }

  [[nodiscard]] std::uint64_t number(const scope& one) const {
    return read_number(value(one), out_.order);
  }

  void set_range() {
    for (const auto& one : within_) {
      const auto now = number(one);
      out_.minimum = std::min(out_.minimum.value_or(now), now);
      out_.maximum = std::max(out_.maximum.value_or(now), now);
    }
  }

  bool settle(field_kind kind, double confidence, std::string why) {
    out_.kind = kind;
    out_.confidence = confidence;
    out_.evidence.push_back(std::move(why));
    return true;
  }

  bool is_constant() {
    if (seen_.size() != 1 || within_.size() < 2) return false;
    out_.values = most_frequent(seen_);
    out_.unlisted = chance_of_unlisted();
    const auto count = static_cast<double>(within_.size());
    return settle(field_kind::constant, count / (count + 4),
                  "the same in " + of_all(within_.size(), within_.size()));
  }

  [[nodiscard]] double chance_of_unlisted() const {
    value_coverage seen;
    for (const auto& one : within_) seen.add(bytes_of(value(one)), from_[one.of].flow, one.of);
    return seen.chance_of_new();
  }

  bool is_text() {
    if (width_ < 2) return false;
    std::size_t text = 0;
    for (const auto& one : within_) {
      const auto bytes = value(one);
      const auto first_zero = std::find(bytes.begin(), bytes.end(), 0);
      const bool padded = std::all_of(first_zero, bytes.end(), [](auto byte) { return byte == 0; });
      if (first_zero != bytes.begin() && padded &&
          std::all_of(bytes.begin(), first_zero, is_text_byte)) {
        ++text;
      }
    }
    if (text * 20 < within_.size() * 19) return false;
    return settle(field_kind::text, 0.7, "printable in " + of_all(text, within_.size()));
  }

  bool is_address() {
    if (width_ != 4 || seen_.size() < 2) return false;
    auto why = looks_like_ipv4(within_, from_, offset_);
    return why && settle(field_kind::ipv4, 0.7, std::move(*why));
  }

  bool is_timestamp() {
    if (seen_.size() < 4) return false;
    auto why = follows_the_clock(within_, from_, offset_, width_, out_.order);
    return why && settle(field_kind::timestamp, 0.8, std::move(*why));
  }

  bool is_enumeration() {
    if (width_ > 4 || seen_.size() > most_listed || seen_.size() * seen_.size() > within_.size()) {
      return false;
    }
    out_.values = most_frequent(seen_);
    out_.unlisted = chance_of_unlisted();
    return settle(field_kind::enumeration, 0.6,
                  std::to_string(seen_.size()) + " values in " + std::to_string(within_.size()) +
                      " messages");
  }

  /// Counts the steps from message to message of one flow and direction; the usual one is the step.
  bool is_sequence() {
    if (width_ > 8) return false;
    std::unordered_map<std::uint64_t, std::uint64_t> last;
    std::unordered_map<std::uint64_t, std::size_t> steps;
    std::size_t pairs = 0;
    const auto mask = width_ == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * width_)) - 1;
    for (const auto& one : within_) {
      const auto& origin = from_[one.of];
      const auto stream = std::uint64_t{origin.flow} * 2 + static_cast<std::uint64_t>(origin.dir);
      const auto now = number(one);
      if (const auto [at, fresh] = last.try_emplace(stream, now); !fresh) {
        ++steps[(now - at->second) & mask];
        ++pairs;
        at->second = now;
      }
    }
    for (const auto& [step, count] : steps) {
      if (pairs < 6 || step == 0 || step > 4096 || count * 10 < pairs * 7) continue;
      out_.step = static_cast<std::int64_t>(step);
      return settle(field_kind::sequence, 0.8,
                    "grows by " + std::to_string(step) + " in " + std::to_string(count) + " of " +
                        std::to_string(pairs) + " steps of a flow");
    }
    return false;
  }

  /// An id is varied, and comes back from the other side of its flow at the same place, be the
  /// messages of one type or not.
  bool is_echoed() {
    if (width_ < 2 || width_ > 16 || seen_.size() * 3 < within_.size()) return false;
    std::size_t answers = 0;
    std::size_t echoes = 0;
    for (const auto& one : within_) {
      const auto asked = from_[one.of].asked;
      const auto at = std::size_t{one.begin} + offset_;
      if (asked == sample::nobody || from_[asked].bytes.size() < at + width_) continue;
      ++answers;
      if (std::ranges::equal(from_[asked].bytes.subspan(at, width_), value(one))) ++echoes;
    }
    if (answers < 4 || echoes * 2 < answers) return false;
    return settle(
        field_kind::id, 0.8,
        "comes back in " + std::to_string(echoes) + " of " + std::to_string(answers) + " answers");
  }

  scopes within_;
  const samples& from_;
  std::uint32_t offset_;
  std::uint32_t width_;
  field out_;
  std::unordered_map<std::string, std::uint64_t> seen_;
};

}  // namespace

field describe_field(std::span<const scope> within, const samples& from, std::uint32_t offset,
                     std::uint32_t width, byte_order order) {
  return field_judge(within, from, offset, width, order).judge();
}

field describe_rest(std::span<const scope> within) {
  std::size_t bytes = 0;
  std::size_t text = 0;
  for (const auto& one : within) {
    bytes += one.size();
    text +=
        static_cast<std::size_t>(std::count_if(one.bytes.begin(), one.bytes.end(), is_text_byte));
  }
  field out;
  out.size.kind = size_rule::how::rest;
  out.kind = bytes > 0 && text * 10 > bytes * 9 ? field_kind::text : field_kind::opaque;
  out.confidence = 0.3;
  out.evidence.push_back("what is left of the message");
  return out;
}

}  // namespace troupe::grammar
