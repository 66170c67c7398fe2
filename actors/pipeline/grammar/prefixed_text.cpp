#include "actors/pipeline/grammar/prefixed_text.hpp"

#include <algorithm>
#include <set>

#include "actors/pipeline/parser/numbers.hpp"

namespace troupe::grammar {

namespace {

constexpr std::uint32_t shortest_run = 4;

/// What stands before runs of text.
struct prefix_counts {
  std::size_t runs = 0;
  std::size_t one = 0;          // the byte before is the run's length
  std::size_t two = 0;          // and a zero stands before that
  std::size_t four = 0;         // and three zeros
  std::size_t little_two = 0;   // a zero behind the length
  std::size_t little_four = 0;  // three zeros behind it
};

/// Whether `bytes[at]` is the length of the run from `begin` on; the run may be the start of a
/// longer one when the length of the next string is printable.
bool is_length(bytes_view bytes, std::size_t at, std::size_t begin, std::size_t run) {
  return bytes[at] >= shortest_run && bytes[at] <= run && begin + bytes[at] <= bytes.size() &&
         (bytes[at] == run || bytes[begin + bytes[at]] < 0x7f);
}

bool zeros(bytes_view bytes, std::size_t end, std::size_t count) {
  if (end < count) return false;
  const auto before = bytes.subspan(end - count, count);
  return std::ranges::all_of(before, [](auto byte) { return byte == 0; });
}

void count_run(bytes_view bytes, std::size_t begin, std::size_t run, prefix_counts& into) {
  ++into.runs;
  if (begin >= 1 && bytes[begin - 1] == run) {
    ++into.one;
    into.two += zeros(bytes, begin - 1, 1) ? 1U : 0U;
    into.four += zeros(bytes, begin - 1, 3) ? 1U : 0U;
  }
  if (begin >= 2 && zeros(bytes, begin, 1) && is_length(bytes, begin - 2, begin, run)) {
    ++into.little_two;
  }
  if (begin >= 4 && zeros(bytes, begin, 3) && is_length(bytes, begin - 4, begin, run)) {
    ++into.little_four;
  }
}

void count_runs(bytes_view bytes, prefix_counts& into) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (!is_text_byte(bytes[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < bytes.size() && is_text_byte(bytes[end])) ++end;
    // The run's own first byte may be its length, where that is printable.
    if (end - at > shortest_run && bytes[at] == end - at - 1) ++at;
    if (end - at >= shortest_run) count_run(bytes, at, end - at, into);
    at = end;
  }
}

}  // namespace

std::optional<text_prefix> learn_prefix(std::span<const scope> all) {
  constexpr std::size_t most_looked_at = 256;
  constexpr std::size_t fewest = 8;
  prefix_counts seen;
  for (const auto& one : spread(all, most_looked_at)) count_runs(one.bytes, seen);
  const auto best = std::max({seen.one, seen.little_two, seen.little_four});
  if (best < fewest || best * 10 < seen.runs) return std::nullopt;
  if (seen.little_four == best) return text_prefix{4, byte_order::little};
  if (seen.little_two == best) return text_prefix{2, byte_order::little};
  // A wider length has zeros before nearly every string.
  if (seen.four * 10 >= seen.one * 9) return text_prefix{4, byte_order::big};
  if (seen.two * 10 >= seen.one * 9) return text_prefix{2, byte_order::big};
  return text_prefix{1, byte_order::big};
}

std::optional<std::uint32_t> prefixed_size(const scope& one, const text_prefix& how,
                                           std::uint32_t offset) {
  if (offset + how.width > one.size()) return std::nullopt;
  const auto size = read_number(one.bytes.subspan(offset, how.width), how.order);
  if (size > one.size() - offset - how.width) return std::nullopt;
  const auto text = one.bytes.subspan(offset + how.width, static_cast<std::size_t>(size));
  if (!std::ranges::all_of(text, is_text_byte)) return std::nullopt;
  return static_cast<std::uint32_t>(size);
}

std::optional<std::uint32_t> find_prefixed(std::span<const scope> within, const text_prefix& how,
                                           std::uint32_t last) {
  if (within.size() < 2) return std::nullopt;
  const auto looked_at = spread(within, 256);
  const auto end = std::min(last + 1, shortest(looked_at));
  for (std::uint32_t offset = 0; offset < end; ++offset) {
    std::size_t failed = 0;
    std::size_t filled = 0;
    std::set<std::uint32_t> sizes;
    for (const auto& one : looked_at) {
      const auto size = prefixed_size(one, how, offset);
      if (!size && ++failed * 50 > looked_at.size()) break;
      if (!size || *size == 0) continue;
      ++filled;
      sizes.insert(*size);
    }
    if (failed * 50 > looked_at.size() || filled * 2 < looked_at.size()) continue;
    if (sizes.size() >= 3 || *sizes.rbegin() >= 3) return offset;
  }
  return std::nullopt;
}

}  // namespace troupe::grammar
