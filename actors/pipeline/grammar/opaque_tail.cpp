#include "actors/pipeline/grammar/opaque_tail.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace troupe::grammar {

namespace {

constexpr std::uint32_t fewest_columns = 24;
constexpr std::uint32_t most_columns = 1024;
constexpr std::uint32_t fewest_messages = 6;
constexpr double same_mix = 0.06;       // nats of mean excess divergence
constexpr double same_mix_long = 0.25;  // for a tail of `long_tail` columns and more
constexpr std::uint32_t long_tail = 512;
constexpr double odd_column = 0.35;
constexpr double odd_share = 0.03;
constexpr double least_entropy = 1.0;  // nats: constant areas are not payload
constexpr double most_zeros = 0.45;

constexpr std::size_t classes = 5;
using mix = std::array<double, classes>;

std::size_t class_of(std::uint8_t byte) {
  if (byte == 0) return 0;
  if (byte < 0x20) return 1;
  if (byte < 0x7f) return 2;
  return byte < 0xff ? 3 : 4;
}

double sum_of(const mix& counts) {
  double sum = 0;
  for (const auto count : counts) sum += count;
  return sum;
}

double entropy(const mix& counts) {
  const double sum = sum_of(counts);
  double nats = 0;
  for (const auto count : counts) {
    if (count > 0) nats -= count / sum * std::log(count / sum);
  }
  return nats;
}

/// Kullback-Leibler divergence of a column from the pool, less what a sample of this size shows by
/// chance ((classes - 1) / 2n).
double excess(const mix& column, const mix& pool) {
  const double count = sum_of(column);
  const double all = sum_of(pool);
  double nats = 0;
  for (std::size_t which = 0; which < classes; ++which) {
    if (column[which] == 0) continue;
    const double share = column[which] / count;
    nats += share * std::log(share * all / pool[which]);
  }
  return nats - static_cast<double>(classes - 1) / (2 * count);
}

/// Few messages show a column that differs by chance: three standard deviations are allowed then.
bool is_odd(const mix& column, const mix& pool) {
  const double noise = std::sqrt(2.0 * (classes - 1)) / (2 * sum_of(column));
  return excess(column, pool) > std::max(odd_column, 3 * noise);
}

std::vector<mix> column_mixes(std::span<const scope> within, std::uint32_t end) {
  std::vector<mix> out(end, mix{});
  for (const auto& one : within) {
    const auto shared = std::min(one.size(), end);
    for (std::uint32_t at = 0; at < shared; ++at) out[at][class_of(one.bytes[at])] += 1;
  }
  return out;
}

bool homogeneous(std::span<const mix> columns, const mix& pool) {
  if (entropy(pool) < least_entropy || pool[0] > most_zeros * sum_of(pool)) return false;
  double sum = 0;
  std::size_t odd = 0;
  for (const auto& column : columns) {
    sum += excess(column, pool);
    if (is_odd(column, pool)) ++odd;
  }
  const auto count = static_cast<double>(columns.size());
  const double allowed = columns.size() >= long_tail ? same_mix_long : same_mix;
  return sum / count < allowed && static_cast<double>(odd) < odd_share * count;
}

/// A long tail would hide a few header columns at its start: each beginning of it must have as few
/// odd columns as the whole, and the very first ones none.
bool begins_alike(std::span<const mix> columns, const mix& pool) {
  constexpr std::size_t very_first = 4;
  constexpr std::size_t looked_at = 256;
  double odd = 0;
  for (std::size_t at = 0; at < std::min(looked_at, columns.size()); ++at) {
    if (!is_odd(columns[at], pool)) continue;
    odd += 1;
    if (at < very_first || odd > std::max(1.0, odd_share * static_cast<double>(at))) return false;
  }
  return true;
}

/// The last column that at least six scopes and a tenth of them reach.
std::uint32_t populated_end(const std::vector<mix>& columns, std::size_t scopes_looked_at) {
  const double needed =
      std::max<double>(fewest_messages, static_cast<double>(scopes_looked_at) / 10);
  auto end = static_cast<std::uint32_t>(columns.size());
  while (end > 0 && sum_of(columns[end - 1]) < needed) --end;
  return end;
}

constexpr std::size_t window = 32;  // bytes
/// Of 32 bytes drawn evenly 30.1 differ, with a standard deviation of 1.3: three below.
constexpr std::size_t fewest_different = 26;
constexpr std::size_t most_printable = 24;  // 11.9 of 32 are, with a deviation of 2.7

bool looks_drawn(bytes_view bytes) {
  std::array<bool, 256> seen{};
  std::size_t different = 0;
  std::size_t printable = 0;
  for (const auto byte : bytes) {
    different += seen[byte] ? 0U : 1U;
    seen[byte] = true;
    printable += class_of(byte) == 2 ? 1U : 0U;
  }
  return different >= fewest_different && printable <= most_printable;
}

/// From where on this message looks as if its bytes were drawn evenly; its size when its end does
/// not. One window in a thousand of true noise does not look so, hence two must not, side by side.
std::size_t drawn_from(bytes_view bytes) {
  const auto looks = [&](std::size_t at) { return looks_drawn(bytes.subspan(at, window)); };
  auto begin = bytes.size();
  for (auto at = bytes.size() - window + 1; at-- > 0;) {
    if (looks(at)) {
      begin = at;
    } else if (begin == bytes.size() || !looks(at - std::min(at, window))) {
      break;
    }
  }
  // The first window may reach into a header; zeros are of that.
  const auto first = bytes.subspan(begin, std::min(window, bytes.size() - begin));
  const auto zero = std::find(first.rbegin(), first.rend(), std::uint8_t{0});
  return begin + static_cast<std::size_t>(first.rend() - zero);
}

/// In a few messages columns cannot be compared, but each shows by itself that it ends in noise.
std::optional<std::uint32_t> find_noise(std::span<const scope> few) {
  std::vector<bytes_view> different;
  std::size_t begin = 0;
  for (const auto& one : few) {
    const bool known = std::ranges::any_of(
        different, [&](bytes_view other) { return std::ranges::equal(other, one.bytes); });
    if (known) continue;
    different.push_back(one.bytes);
    if (one.size() < window) return std::nullopt;
    begin = std::max(begin, drawn_from(one.bytes.first(std::min(one.size(), 2 * most_columns))));
    if (begin > most_columns || begin + window > one.size()) return std::nullopt;
  }
  if (begin + window > shortest(few)) return std::nullopt;
  return static_cast<std::uint32_t>(begin);
}

}  // namespace

std::optional<std::uint32_t> find_opaque_tail(std::span<const scope> within) {
  if (longest(within) < fewest_columns) return std::nullopt;
  if (distinct_contents(within, fewest_messages) < fewest_messages) return find_noise(within);
  const auto looked_at = spread(within, 256);
  const auto columns = column_mixes(looked_at, std::min(longest(looked_at), most_columns));
  const auto end = populated_end(columns, looked_at.size());
  if (end < fewest_columns) return std::nullopt;
  mix pool{};
  for (std::uint32_t at = end; at-- > end - fewest_columns + 1;) {
    for (std::size_t which = 0; which < classes; ++which) pool[which] += columns[at][which];
  }
  std::optional<std::uint32_t> found;
  std::uint32_t misses = 0;
  for (auto begin = end - fewest_columns + 1; begin-- > 0 && misses < 2 * fewest_columns;) {
    for (std::size_t which = 0; which < classes; ++which) pool[which] += columns[begin][which];
    const auto tail = std::span(columns).subspan(begin, end - begin);
    if (begins_alike(tail, pool) && homogeneous(tail, pool)) {
      found = begin;
      misses = 0;
    } else {
      ++misses;
    }
  }
  if (found && *found > shortest(within)) return std::nullopt;
  return found;
}

}  // namespace troupe::grammar
