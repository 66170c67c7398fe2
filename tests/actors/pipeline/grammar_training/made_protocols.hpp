#pragma once

#include <random>
#include <string>
#include <vector>

#include "actors/pipeline/grammar_training/labelled_protocol.hpp"

namespace troupe::test {

/// Messages of `words` numbers of `width` bytes, big endian, each below `limit`; one flow.
inline labelled_protocol word_protocol(const std::string& name, std::uint32_t words,
                                       std::uint32_t width, std::uint32_t limit,
                                       std::uint64_t seed) {
  constexpr int messages = 60;
  std::mt19937_64 random(seed);
  labelled_protocol out;
  out.traffic.name = name;
  out.traffic.flows.resize(1);
  for (int i = 0; i < messages; ++i) {
    message one;
    one.offset = static_cast<std::uint32_t>(out.traffic.bytes.size());
    one.size = words * width;
    auto& fields = out.fields.emplace_back();
    for (std::uint32_t word = 0; word < words; ++word) {
      const auto value = random() % limit;
      for (auto byte = width; byte-- > 0;) {
        out.traffic.bytes.push_back(static_cast<std::uint8_t>(byte < 8 ? value >> (8 * byte) : 0));
      }
      fields.push_back({word * width, width, "word", "uint"});
    }
    out.traffic.messages.push_back(one);
  }
  return out;
}

inline std::vector<labelled_protocol> four_protocols(std::uint64_t seed) {
  return {word_protocol("twos", 8, 2, 900, seed), word_protocol("fours", 6, 4, 70'000, seed + 1),
          word_protocol("bytes", 12, 1, 40, seed + 2), word_protocol("wide", 5, 4, 300, seed + 3)};
}

inline std::vector<const labelled_protocol*> all_of(const std::vector<labelled_protocol>& from) {
  std::vector<const labelled_protocol*> out;
  for (const auto& one : from) out.push_back(&one);
  return out;
}

}  // namespace troupe::test
