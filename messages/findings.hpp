#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/format.hpp"
#include "messages/ids.hpp"
#include "messages/traffic.hpp"

namespace troupe {

// What each stage of the pipeline hands on. Plain values, immutable once made, shared between
// stages and results.

enum class content_kind : std::uint8_t {
  plain,
  text,
  compressed,
  encrypted,
  unknown,  // too little to tell
};

[[nodiscard]] std::string_view to_string(content_kind kind) noexcept;

/// One byte column: offset o of all messages that are longer than o.
struct column_statistics {
  std::uint32_t offset = 0;
  std::uint64_t present = 0;   // messages that have this byte
  std::uint32_t distinct = 0;  // values, 1..256
  double entropy = 0;          // bits, 0..8
  std::uint8_t most_common = 0;
  double most_common_share = 0;  // 0..1
  bool constant = false;         // one value, in at least two messages
  bool enumerated = false;       // few values for the number of messages, see the statistics core
  bool counts_up = false;        // grows from message to message of one flow and direction

  friend bool operator==(const column_statistics&, const column_statistics&) = default;
};

struct ngram {
  std::string bytes;
  std::uint64_t seen = 0;  // occurrences

  friend bool operator==(const ngram&, const ngram&) = default;
};

struct length_statistics {
  std::uint32_t minimum = 0;
  std::uint32_t median = 0;
  std::uint32_t p95 = 0;
  std::uint32_t maximum = 0;
  double mean = 0;
  std::uint32_t distinct = 0;

  friend bool operator==(const length_statistics&, const length_statistics&) = default;
};

/// The statistics stage's result.
struct statistics {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  length_statistics length;
  double entropy = 0;          // bits per byte over all bytes, 0..8
  double printable_share = 0;  // of all bytes, 0..1
  std::array<std::uint64_t, 256> histogram{};
  content_kind content = content_kind::unknown;
  std::vector<std::string> content_evidence;
  std::vector<column_statistics> columns;  // the first 64 offsets at most
  std::vector<ngram> frequent;             // longest and most frequent byte strings, at most 16
  std::vector<std::string> text_runs;  // sample of printable runs of 4 bytes and more, at most 16
  bool cut_short = false;

  friend bool operator==(const statistics&, const statistics&) = default;
};

/// One leaf of one parsed message.
struct parsed_field {
  std::uint32_t offset = 0;  // bytes from the start of the message
  std::uint32_t size = 0;
  field_kind kind = field_kind::opaque;
  byte_order order = byte_order::big;
  std::string path;  // "options[2].length"

  friend bool operator==(const parsed_field&, const parsed_field&) = default;
};

/// Where and why the format did not fit a message.
struct parse_error {
  std::uint32_t offset = 0;  // bytes from the start of the message
  std::string path;
  std::string reason;

  friend bool operator==(const parse_error&, const parse_error&) = default;
};

/// The leaves partition the message, also where the format did not fit.
struct parsed_message {
  std::uint32_t type = 0;  // index into format::types
  bool known_type = true;  // the selector knew this message's keyword values
  std::vector<parsed_field> fields;
  std::optional<parse_error> error;

  friend bool operator==(const parsed_message&, const parsed_message&) = default;
};

/// The parser stage's result: how well the format fits the traffic it was inferred from.
struct parse_report {
  struct failed_message {
    std::uint32_t message = 0;  // index into traffic_group::messages
    parse_error error;

    friend bool operator==(const failed_message&, const failed_message&) = default;
  };

  std::uint64_t messages = 0;
  std::uint64_t parsed = 0;    // without error
  std::uint64_t fields = 0;    // leaves in all
  double explained_share = 0;  // bytes in leaves that are neither opaque nor unparsed, 0..1
  std::vector<std::uint64_t> per_type;   // messages by type
  std::vector<failed_message> failures;  // the first 32
  bool cut_short = false;

  friend bool operator==(const parse_report&, const parse_report&) = default;
};

/// A protocol name for one flow or group, or an abstention.
struct verdict {
  struct candidate {
    std::string label;
    double confidence = 0;

    friend bool operator==(const candidate&, const candidate&) = default;
  };

  std::optional<std::string> label;  // nothing: abstained
  double confidence = 0;  // calibrated probability that the best candidate is right, 0..1
  std::vector<candidate> candidates;  // the best three, best first; also when abstaining
  std::uint32_t segments_used = 0;    // payload packets that were looked at
  std::uint32_t packets_used = 0;  // number, within the flow, of the last packet that was looked at
  std::vector<std::string> evidence;  // "first message begins 16 03 01"

  friend bool operator==(const verdict&, const verdict&) = default;
};

/// The classifier stage's result.
struct classification {
  verdict overall;             // over all flows of the group
  std::vector<verdict> flows;  // one for each of traffic_group::flows
  std::string model;           // name and version of the model
  bool cut_short = false;

  friend bool operator==(const classification&, const classification&) = default;
};

/// How strictly to check; each level does all that the one before it does.
enum class validation_level : std::uint8_t {
  basic,       // lengths: every message has the bytes that its format asks for, and no more
  standard,    // and kinds and enumerations: values are among those known
  strict,      // and relations: length, count and checksum fields agree with what they cover
  enterprise,  // and sequence and state: counters go on, message types follow each other as seen
};

[[nodiscard]] std::string_view to_string(validation_level level) noexcept;

struct violation {
  std::uint32_t message = 0;  // index into traffic_group::messages
  std::uint32_t offset = 0;   // bytes from the start of the message
  validation_level level = validation_level::basic;
  std::string path;    // of the field
  std::string reason;  // "length says 40 bytes, 38 follow"

  friend bool operator==(const violation&, const violation&) = default;
};

/// The validator stage's result.
struct validation {
  validation_level level = validation_level::standard;
  std::uint64_t messages = 0;
  std::uint64_t valid = 0;
  std::uint64_t unfamiliar = 0;  // of the valid ones: unlike any known, where new ones are expected
  std::array<std::uint64_t, 4> violations_by_level{};
  std::vector<violation> violations;  // the first 64
  bool cut_short = false;

  friend bool operator==(const validation&, const validation&) = default;
};

/// The stages of the pipeline, in the order in which they can use each other's results.
enum class stage : std::uint8_t { statistics, grammar, parser, classifier, validator };

inline constexpr std::array all_stages{stage::statistics, stage::grammar, stage::parser,
                                       stage::classifier, stage::validator};

[[nodiscard]] std::string_view to_string(stage which) noexcept;

/// Everything found so far about one traffic group. A stage copies it (five pointers) and adds its
/// own.
struct findings {
  std::shared_ptr<const statistics> stats;
  std::shared_ptr<const format> grammar;
  std::shared_ptr<const parse_report> parse;
  std::shared_ptr<const classification> protocol;
  std::shared_ptr<const validation> validity;

  friend bool operator==(const findings&, const findings&) = default;
};

}  // namespace troupe
