#include "actors/pipeline/statistics/content.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>

namespace troupe {

namespace {

constexpr std::array<std::size_t, 7> possible_headers{0, 4, 8, 16, 24, 32, 64};
constexpr std::uint64_t fewest_bytes = 1024;  // 4 expected per value, the usual chi-square minimum
constexpr double uniform_distance = 4.0;      // standard deviations
constexpr double compressed_entropy = 7.5;    // bits per byte

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
  const double expected = static_cast<double>(total(counts)) / 256.0;
  if (expected <= 0) return 0;
  double chi_square = 0;
  for (const auto seen : counts) {
    const double difference = static_cast<double>(seen) - expected;
    chi_square += difference * difference / expected;
  }
  return (chi_square - 255.0) / std::sqrt(510.0);
}

content_verdict judge_content(const traffic_group& group, std::span<const std::uint32_t> chosen,
                              const std::stop_token& stop) {
  const auto counts = count_content(group, chosen, stop);
  if (counts.messages == 0) return {};
  if (counts.text * 10 > counts.messages * 7) {
    return {content_kind::text,
            {written("%zu of %zu messages are printable", counts.text, counts.messages)}};
  }
  if (counts.compressed * 2 > counts.messages) {
    return {content_kind::compressed,
            {written("%zu of %zu messages begin with a gzip or zlib header", counts.compressed,
                     counts.messages)}};
  }
  for (std::size_t which = 0; which < possible_headers.size(); ++which) {
    const auto& behind = counts.behind[which];
    const auto bytes = total(behind);
    if (bytes < fewest_bytes || bytes * 2 < total(counts.behind[0])) break;
    const double distance = distance_from_uniform(behind);
    const double bits = corrected_entropy_of(behind);
    const auto where = possible_headers[which] == 0
                           ? std::string("the whole payload")
                           : written("the payload from byte %zu on", possible_headers[which]);
    const auto figures =
        written(" has %.2f bits per byte, chi-square %.1f deviations from uniform", bits, distance);
    if (distance < uniform_distance) return {content_kind::encrypted, {where + figures}};
    if (bits > compressed_entropy && which + 1 == possible_headers.size()) {
      return {content_kind::compressed, {where + figures}};
    }
  }
  const auto bits = corrected_entropy_of(counts.behind[0]);
  if (total(counts.behind[0]) >= fewest_bytes && bits > compressed_entropy) {
    return {content_kind::compressed, {written("%.2f bits per byte, yet not uniform", bits)}};
  }
  return {content_kind::plain, {written("%.2f bits per byte", bits)}};
}

}  // namespace troupe
