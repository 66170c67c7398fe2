#include "actors/pipeline/classifier/features.hpp"

#include <algorithm>
#include <optional>

namespace troupe {
namespace {

constexpr std::size_t paired_bytes = 10;
constexpr std::size_t mixed_bytes = 6;
constexpr std::size_t length_offsets = 12;  // where an integer is tried as a length
constexpr std::uint64_t largest_rest = 16;  // bytes that a length may leave uncounted
constexpr std::size_t shortest_token = 3;
constexpr std::size_t longest_token = 16;
constexpr std::size_t smallest_table = 2048;  // a power of two

// The finaliser of splitmix64 (Steele, Lea, Flood 2014): every input bit moves every output bit.
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

// 0 marks a free place in tables, so no feature has that key.
constexpr feature_key key_of(transport l4, feature_group group, std::uint64_t what,
                             std::uint64_t value) noexcept {
  const std::uint64_t kind =
      (what << 16U) | (static_cast<std::uint64_t>(l4) << 8U) | static_cast<std::uint64_t>(group);
  const auto key = static_cast<feature_key>(mix(mix(kind) ^ value) >> 32U);
  return key == 0 ? 1 : key;
}

std::uint64_t big_endian(std::span<const std::uint8_t> bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = (value << 8U) | byte;
  return value;
}

std::uint64_t little_endian(std::span<const std::uint8_t> bytes) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = (value << 8U) | bytes[i - 1];
  return value;
}

bool is_token_byte(std::uint8_t byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.' || byte == '/';
}

struct integer_shape {
  std::uint8_t width;
  bool little;
};

constexpr std::array<integer_shape, 6> integer_shapes{
    {{1, false}, {2, false}, {2, true}, {3, false}, {4, false}, {4, true}}};

// How many bytes of the message an integer inside it leaves out, where it may be its length.
std::optional<std::uint64_t> uncounted_bytes(std::span<const std::uint8_t> bytes,
                                             std::size_t offset, integer_shape shape,
                                             std::uint32_t wire_bytes) noexcept {
  if (offset + shape.width > bytes.size()) return std::nullopt;
  const auto field = bytes.subspan(offset, shape.width);
  const std::uint64_t value = shape.little ? little_endian(field) : big_endian(field);
  if (value == 0 || value > wire_bytes || wire_bytes - value > largest_rest) return std::nullopt;
  return wire_bytes - value;
}

}  // namespace

feature_key anchored_key(transport l4, anchor at, std::span<const std::uint8_t> bytes) {
  const std::uint64_t what = (std::uint64_t{at.offset} << 8U) | at.width;
  return key_of(l4, feature_group::anchored, what, big_endian(bytes.subspan(at.offset, at.width)));
}

feature_set::feature_set() : seen_(smallest_table, 0) {}

void feature_set::restart(transport l4) {
  l4_ = l4;
  for (auto& keys : keys_) keys.clear();
  std::ranges::fill(seen_, 0);
  seen_count_ = 0;
}

void feature_set::add_message(std::span<const std::uint8_t> bytes, std::uint32_t wire_bytes) {
  add_anchored(bytes);
  add_paired(bytes);
  add_mixed(bytes, wire_bytes);
  add_tokens(bytes);
}

void feature_set::add(feature_group group, std::uint64_t what, std::uint64_t value) {
  const feature_key key = key_of(l4_, group, what, value);
  const std::size_t mask = seen_.size() - 1;
  std::size_t place = key & mask;
  while (seen_[place] != 0) {
    if (seen_[place] == key) return;
    place = (place + 1) & mask;
  }
  seen_[place] = key;
  keys_[static_cast<std::size_t>(group)].push_back(key);
  if (++seen_count_ * 2 <= seen_.size()) return;
  std::vector<feature_key> larger(seen_.size() * 2, 0);
  for (const feature_key old : seen_) {
    if (old == 0) continue;
    std::size_t to = old & (larger.size() - 1);
    while (larger[to] != 0) to = (to + 1) & (larger.size() - 1);
    larger[to] = old;
  }
  seen_.swap(larger);
}

void feature_set::add_anchored(std::span<const std::uint8_t> bytes) {
  for (const anchor at : anchors) {
    if (std::size_t{at.offset} + at.width > bytes.size()) continue;
    add(feature_group::anchored, (std::uint64_t{at.offset} << 8U) | at.width,
        big_endian(bytes.subspan(at.offset, at.width)));
  }
}

void feature_set::add_paired(std::span<const std::uint8_t> bytes) {
  const std::size_t count = std::min(bytes.size(), paired_bytes);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) {
      add(feature_group::paired, (i << 8U) | j, (std::uint64_t{bytes[i]} << 8U) | bytes[j]);
    }
  }
}

void feature_set::add_mixed(std::span<const std::uint8_t> bytes, std::uint32_t wire_bytes) {
  const auto first_bytes = bytes.first(std::min(bytes.size(), mixed_bytes));
  for (std::size_t offset = 0; offset < length_offsets; ++offset) {
    for (std::size_t shape = 0; shape < integer_shapes.size(); ++shape) {
      const auto rest = uncounted_bytes(bytes, offset, integer_shapes[shape], wire_bytes);
      if (!rest) continue;
      const std::uint64_t relation = (offset << 16U) | (shape << 8U) | *rest;
      for (std::size_t i = 0; i < first_bytes.size(); ++i) {
        add(feature_group::mixed, (relation << 8U) | i, first_bytes[i]);
      }
    }
  }
}

void feature_set::add_tokens(std::span<const std::uint8_t> bytes) {
  std::size_t start = 0;
  while (start < bytes.size()) {
    if (!is_token_byte(bytes[start])) {
      ++start;
      continue;
    }
    std::size_t end = start;
    while (end < bytes.size() && is_token_byte(bytes[end])) ++end;
    if (end - start >= shortest_token) {
      std::uint64_t value = 0;
      for (const std::uint8_t byte : bytes.subspan(start, std::min(end - start, longest_token))) {
        value = mix(value ^ byte);
      }
      add(feature_group::token, start == 0 ? 1 : 0, value);
    }
    start = end;
  }
}

}  // namespace troupe
