#include "actors/pipeline/grammar/counted_parts.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "actors/pipeline/parser/numbers.hpp"

namespace troupe::grammar {

namespace {

constexpr std::uint32_t last_offset = 64;
constexpr std::uint32_t largest_gap = 4;
constexpr std::uint32_t most_parts = 5;
constexpr std::size_t most_scopes = 32;
constexpr std::size_t fewest_scopes = 4;
constexpr std::uint32_t fewest_values = 3;
constexpr std::size_t fewest_filled = 2;    // scopes
constexpr std::uint32_t most_looks = 8192;  // at a length in all scopes

/// Where each scope's next part may begin.
using places = std::vector<std::uint32_t>;

class part_search {
 public:
  part_search(std::span<const scope> within, byte_order order) : within_(within), order_(order) {}

  std::optional<counted_part> first() {
    const places start(within_.size(), 0);
    const auto last = std::min(last_offset, shortest(within_));
    for (std::uint32_t offset = 0; offset < last; ++offset) {
      for (const auto width : {2U, 1U, 4U}) {
        const counted_part part{offset, width};
        const auto next = behind_part(start, part);
        const auto values = values_;
        path_.assign(1, part);
        if (next && values > 1 && goes_on(*next, values >= fewest_values ? 1 : 0)) return part;
      }
    }
    return std::nullopt;
  }

 private:
  /// The places behind the part; nothing where it does not fit, or hardly any is filled.
  std::optional<places> behind_part(const places& from, const counted_part& part) {
    if (++looks_ > most_looks) return std::nullopt;
    places out(from.size());
    std::size_t filled = 0;
    std::size_t going_on = 0;
    std::array<std::uint64_t, fewest_values> values{};
    values_ = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto size = within_[i].size();
      if (from[i] == size) {
        out[i] = size;
        continue;
      }
      const auto value = std::uint64_t{from[i]} + part.offset + part.width;
      if (value > size) return std::nullopt;
      const auto length =
          read_number(within_[i].bytes.subspan(from[i] + part.offset, part.width), order_);
      if (length > size - value) return std::nullopt;
      ++going_on;
      filled += length > 0 ? 1U : 0U;
      const auto known = values.begin() + values_;
      if (values_ < fewest_values && std::find(values.begin(), known, length) == known) {
        values[values_++] = length;
      }
      out[i] = static_cast<std::uint32_t>(value + length);
    }
    if (filled < fewest_filled && filled < going_on) return std::nullopt;
    return out;
  }

  [[nodiscard]] std::size_t ended(const places& at) const {
    std::size_t out = 0;
    for (std::size_t i = 0; i < at.size(); ++i) out += at[i] == within_[i].size() ? 1U : 0U;
    return out;
  }

  /// `varied`: lengths so far with several values.
  bool goes_on(const places& from, std::uint32_t varied) {
    if (2 * ended(from) > from.size() || path_.size() == most_parts) return false;
    for (std::uint32_t gap = 0; gap <= largest_gap; ++gap) {
      for (const auto width : {2U, 1U, 4U}) {
        const auto next = behind_part(from, {gap, width});
        if (!next) continue;
        const auto now_varied = varied + (values_ >= fewest_values ? 1 : 0);
        path_.push_back({gap, width});
        if (ended(*next) == next->size() ? now_varied >= 2 && !is_list()
                                         : goes_on(*next, now_varied)) {
          return true;
        }
        path_.pop_back();
      }
    }
    return false;
  }

  /// Parts that are all written alike are items, however many there are.
  [[nodiscard]] bool is_list() const {
    return std::ranges::all_of(path_, [&](const counted_part& one) {
      return one.width == path_.back().width &&
             (one.offset == path_.back().offset || &one == path_.data());
    });
  }

  std::span<const scope> within_;
  byte_order order_;
  std::uint32_t values_ = 0;  // of the length last looked at, different ones up to fewest_values
  std::vector<counted_part> path_;
  std::uint32_t looks_ = 0;
};

}  // namespace

std::optional<counted_part> find_counted(std::span<const scope> within, byte_order order) {
  const auto looked_at = spread(within, most_scopes);
  if (looked_at.size() < fewest_scopes || distinct_sizes(looked_at) < fewest_values) {
    return std::nullopt;
  }
  const auto found = part_search(looked_at, order).first();
  if (!found) return std::nullopt;
  const bool fits = std::ranges::all_of(within, [&](const scope& one) {
    const auto value = found->offset + found->width;
    return value <= one.size() &&
           read_number(one.bytes.subspan(found->offset, found->width), order) <= one.size() - value;
  });
  return fits ? found : std::nullopt;
}

}  // namespace troupe::grammar
