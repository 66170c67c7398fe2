#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "messages/discovery.hpp"

namespace troupe {

/// What stands before a stored result, and must be what the reader expects.
struct stored_as {
  content_hash key;
  std::uint64_t model_version = 0;
  duration held_for{0};  // by the store, since it was computed: its age is this less what is left
};

/// Why stored bytes are no result: each is a miss, and counted.
enum class misread : std::uint8_t {
  foreign_format,  // not ours, or of another version of this code
  damaged,         // truncated, or the checksum does not hold
  another_key,     // an answer to something else
  another_model
};

struct stored_result {
  discovery_result_ptr result;
  stored_as header;
};

/// A whole result as bytes for a store that is treated as lossy: the values exactly, so that the
/// next reader answers as the one who computed them. Not a format for exchange (that is
/// messages/discovery.proto, which leaves out what people do not read): any change of the values
/// changes `stored_format`, and older entries are misses.
///
///   "TRPE" | u32 format | u64 XXH3-64 of what follows | key | model version | held for | result
///
/// Integers are little endian and of fixed size. The checksum is against accidents: whoever may
/// write to the store can forge answers.
[[nodiscard]] std::string encode(const discovery_result& result, const stored_as& header);

/// Reads what `encode` wrote; never reads beyond `bytes`, nor takes memory that they do not account
/// for.
[[nodiscard]] std::variant<stored_result, misread> decode(std::string_view bytes,
                                                          const content_hash& key,
                                                          std::uint64_t model_version);

/// The same of whatever key and model version the header names.
[[nodiscard]] std::variant<stored_result, misread> decode_any(std::string_view bytes);

inline constexpr std::uint32_t stored_format = 3;

}  // namespace troupe
