#include "actors/pipeline/statistics/content.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <optional>

namespace troupe {

namespace {

constexpr std::array<std::size_t, 7> possible_headers{0, 4, 8, 16, 24, 32, 64};

// 128 uniform bytes have 32 pairs of equal bytes, give or take 6. Bytes with one bit of redundancy
// have twice as many, which is told apart from there on.
constexpr std::uint64_t fewest_to_seem_uniform = 128;
constexpr std::uint64_t fewest_for_entropy = 1024;  // 4 expected of each value
constexpr std::uint64_t fewest_for_text = 5;        // as many random bytes are printable in 1 %
constexpr double uniform_distance = 4.0;            // standard deviations
constexpr double fewest_pairs = 6;                  // of equal bytes, to rule out uniform ones
constexpr double compressed_entropy = 7.5;          // bits per byte

std::uint64_t total(const byte_counts& counts) {
  std::uint64_t sum = 0;
  for (const auto seen : counts) sum += seen;
  return sum;
}

bool printable(std::uint8_t byte) {
  return (byte >= 0x20 && byte < 0x7f) || byte == '\t' || byte == '\r' || byte == '\n';
}

bool is_text(std::span<const std::uint8_t> bytes) {
  const auto seen = std::count_if(bytes.begin(), bytes.end(), printable);
  return !bytes.empty() && static_cast<double>(seen) > 0.9 * static_cast<double>(bytes.size());
}

bool compression_header(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 12) return false;
  const bool gzip = bytes[0] == 0x1f && bytes[1] == 0x8b && bytes[2] == 8;
  const bool zlib = bytes[0] == 0x78 && (bytes[0] * 256 + bytes[1]) % 31 == 0;
  return gzip || zlib;
}

template <class... Values>
std::string written(const char* form, Values... values) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), form, values...);
  return text.data();
}

struct content_counts {
  std::array<byte_counts, possible_headers.size()> behind{};  // bytes behind a header of this size
  std::size_t messages = 0;
  std::size_t text = 0;
  std::size_t compressed = 0;
};

content_counts count_content(const traffic_group& group, std::span<const std::uint32_t> chosen,
                             const std::stop_token& stop) {
  content_counts out;
  for (const auto index : chosen) {
    if (out.messages % 16 == 15 && stop.stop_requested()) break;
    const auto bytes = group.payload(group.messages[index]);
    ++out.messages;
    if (is_text(bytes)) ++out.text;
    if (compression_header(bytes)) ++out.compressed;
    // Each byte is counted once, with the largest header that it stands behind.
    for (std::size_t which = 0; which < possible_headers.size(); ++which) {
      const auto begin = std::min(possible_headers[which], bytes.size());
      const auto end = which + 1 < possible_headers.size()
                           ? std::min(possible_headers[which + 1], bytes.size())
                           : bytes.size();
      for (auto at = begin; at < end; ++at) ++out.behind[which][bytes[at]];
    }
  }
  for (std::size_t which = possible_headers.size() - 1; which > 0; --which) {
    for (std::size_t value = 0; value < 256; ++value) {
      out.behind[which - 1][value] += out.behind[which][value];
    }
  }
  return out;
}

}  // namespace

double entropy_of(const byte_counts& counts) {
  const auto bytes = static_cast<double>(total(counts));
  double bits = 0;
  for (const auto seen : counts) {
    if (seen == 0) continue;
    const double share = static_cast<double>(seen) / bytes;
    bits -= share * std::log2(share);
  }
  return bits;
}

double corrected_entropy_of(const byte_counts& counts) {
  const auto bytes = total(counts);
  if (bytes == 0) return 0;
  const auto distinct = 256 - std::count(counts.begin(), counts.end(), 0U);
  const double missing =
      static_cast<double>(distinct - 1) / (2.0 * static_cast<double>(bytes) * std::log(2.0));
  return std::min(8.0, entropy_of(counts) + missing);
}

double distance_from_uniform(const byte_counts& counts) {
  const auto bytes = static_cast<double>(total(counts));
  if (bytes < 2) return 0;
  const double expected = bytes / 256.0;
  double chi_square = 0;
  for (const auto seen : counts) {
    const double difference = static_cast<double>(seen) - expected;
    chi_square += difference * difference / expected;
  }
  return (chi_square - 255.0) / std::sqrt(510.0 * (bytes - 1) / bytes);
}

double equal_pairs(const byte_counts& counts) {
  double pairs = 0;
  for (const auto seen : counts) {
    const auto count = static_cast<double>(seen);
    pairs += count * (count - 1) / 2;
  }
  return pairs;
}

namespace {

/// By what most messages are, one by one; nothing where that does not show.
std::optional<content_verdict> judge_messages(const content_counts& counts) {
  if (counts.text * 10 > counts.messages * 7) {
    if (total(counts.behind[0]) < fewest_for_text) {
      return content_verdict{content_kind::unknown, {"printable, yet too little to tell"}};
    }
    return content_verdict{
        content_kind::text,
        {written("%zu of %zu messages are printable", counts.text, counts.messages)}};
  }
  if (counts.compressed * 2 > counts.messages) {
    return content_verdict{content_kind::compressed,
                           {written("%zu of %zu messages begin with a gzip or zlib header",
                                    counts.compressed, counts.messages)}};
  }
  return std::nullopt;
}

/// By the bytes behind a header of some size; nothing where they are like no cipher's.
std::optional<content_verdict> judge_noise(const content_counts& counts) {
  for (std::size_t which = 0; which < possible_headers.size(); ++which) {
    const auto& behind = counts.behind[which];
    const auto bytes = total(behind);
    if (bytes < fewest_to_seem_uniform || bytes * 2 < total(counts.behind[0])) break;
    const double distance = distance_from_uniform(behind);
    const double bits = corrected_entropy_of(behind);
    const auto where = possible_headers[which] == 0
                           ? std::string("the whole payload")
                           : written("the payload from byte %zu on", possible_headers[which]);
    const auto figures = written(
        ": %.2f bits per byte, chi-square %.1f deviations from uniform, "
        "%llu bytes",
        bits, distance, static_cast<unsigned long long>(bytes));
    if (std::abs(distance) < uniform_distance) {
      return content_verdict{content_kind::encrypted,
                             {where + " cannot be told from random bytes" + figures}};
    }
    if (bytes >= fewest_for_entropy && bits > compressed_entropy &&
        which + 1 == possible_headers.size()) {
      return content_verdict{content_kind::compressed, {where + " is nearly random" + figures}};
    }
  }
  return std::nullopt;
}

}  // namespace

content_verdict judge_content(const traffic_group& group, std::span<const std::uint32_t> chosen,
                              const std::stop_token& stop) {
  const auto counts = count_content(group, chosen, stop);
  const auto& all = counts.behind[0];
  const auto bytes = total(all);
  if (bytes == 0) return {content_kind::unknown, {"no payload"}};
  if (auto found = judge_messages(counts)) return *found;
  if (auto found = judge_noise(counts)) return *found;
  const auto bits = corrected_entropy_of(all);
  if (bytes >= fewest_for_entropy && bits > compressed_entropy) {
    return {content_kind::compressed, {written("%.2f bits per byte, yet not uniform", bits)}};
  }
  const double distance = distance_from_uniform(all);
  const bool repeats = distance >= uniform_distance && equal_pairs(all) >= fewest_pairs;
  if (bytes < fewest_to_seem_uniform && !repeats) {
    return {content_kind::unknown,
            {written("too little to tell: %llu bytes", static_cast<unsigned long long>(bytes))}};
  }
  return {content_kind::plain,
          {written("%.2f bits per byte, chi-square %.1f deviations from uniform", bits, distance)}};
}

}  // namespace troupe
