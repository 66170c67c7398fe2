#pragma once

#include <cstdint>
#include <string>

#include "actors/ingest/byte_source.hpp"
#include "actors/ingest/input.hpp"
#include "actors/ingest/tally.hpp"

namespace troupe::ingest {

enum class text_format : std::uint8_t {
  none,
  jsonl,     // one JSON object a line
  hex_lines  // one message a line; blank lines and those that begin with # do not count
};

/// What the beginning of an input looks like; some good line among the first ones decides.
[[nodiscard]] text_format recognise_text(byte_view head);

struct text_result {
  traffic_group_ptr group;  // null when no line could be used
  std::uint64_t lines = 0;
};

/// Reads messages to the end of the input into one group, named by the caller. Lines that cannot be
/// used are counted in `refused` with their number.
[[nodiscard]] text_result read_text(byte_reader& from, text_format format, const std::string& name,
                                    const ingest_options& options, tally& refused);

}  // namespace troupe::ingest
