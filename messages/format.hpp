#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe {

// An inferred message format, as data. The parser stage executes it, the exporters print it, the
// validator judges by it.
//
//   format ─ selector ─► message_type ─► body = elements in order
//                                          field        one leaf: so many bytes with one meaning
//                                          list         a body repeated
//                                          choice       one of several bodies, picked by an earlier
//                                          field ber_tree     ASN.1 BER: tag, length, value, nested
//                                          text_lines   lines cut into words or tokens
//                                          name_chain   length-prefixed labels, as in a DNS name:
//                                          one leaf
//
// A body is read inside a *scope*: a range of bytes of one message. The outermost scope is the
// whole message. A body that ends before its scope does, or needs more bytes than the scope has, is
// a parse error: reading stops there, and the rest of the message becomes one leaf named
// "unparsed". So the leaves of a message always partition it. An empty element has no leaf.
//
// A reference to the number of an element (sizes, counts) names an earlier field of the same body
// with a fixed size of 1 to 8 bytes, read as an unsigned integer in the field's byte order.

enum class byte_order : std::uint8_t { big, little };

enum class field_kind : std::uint8_t {
  constant,     // always the same bytes
  enumeration,  // few values, all listed
  flags,        // independent bits
  length,       // says how many bytes something has
  count,        // says how many items something has
  sequence,     // grows by a step from message to message of one flow and direction
  checksum,     // a function of other bytes
  timestamp,    // moves with the capture time
  id,           // names a request, session or object; often echoed by the answer
  ipv4,
  ipv6,
  mac,
  number,  // an integer of unknown meaning
  real,    // IEEE 754
  text,
  opaque,   // unexplained, or without inner structure (compressed, encrypted)
  padding,  // fills up to a boundary
};

[[nodiscard]] std::string_view to_string(field_kind kind) noexcept;

/// Where a field, or the scope of a choice or list, ends.
struct size_rule {
  enum class how : std::uint8_t {
    fixed,    // `bytes` bytes
    rest,     // to the end of the scope, less `bytes` reserved for what follows
    counted,  // unit * value of the element number `length_field` of the same body + bias bytes
    until,  // up to and including `delimiter`; to the end of the scope where the delimiter does not
            // come
    align,  // up to the next multiple of `bytes`, counted from the start of the body that this
            // element stands in
    inlined,  // choice and list only: no scope of its own, the enclosing scope goes on
  };

  how kind = how::fixed;
  std::uint32_t bytes = 0;
  std::uint32_t length_field = 0;
  std::uint32_t unit = 1;
  std::int64_t bias = 0;
  std::string delimiter;

  friend bool operator==(const size_rule&, const size_rule&) = default;
};

/// A value that a constant or enumeration takes, as the bytes on the wire.
struct known_value {
  std::string bytes;
  std::uint64_t seen = 0;  // messages

  friend bool operator==(const known_value&, const known_value&) = default;
};

/// What a length or count field says: unit * value + bias == what is covered.
struct length_relation {
  enum class covers : std::uint8_t {
    message,  // the whole message, in bytes
    rest,     // the bytes from the end of this field to the end of the message
    element,  // the bytes of the element number `target` of the same body
    items,    // the number of items of the list that is element number `target` of the same body
  };

  covers what = covers::rest;
  std::uint32_t target = 0;
  std::uint32_t unit = 1;
  std::int64_t bias = 0;

  friend bool operator==(const length_relation&, const length_relation&) = default;
};

/// What a checksum field is computed over: bytes [from, message end - skip_at_end), the field
/// itself read as zero.
struct checksum_relation {
  enum class algorithm : std::uint8_t {
    sum8,
    xor8,
    internet,
    fletcher16,
    adler32,
    crc16_ccitt,
    crc16_modbus,
    crc32
  };

  algorithm with = algorithm::internet;
  std::uint32_t from = 0;
  std::uint32_t skip_at_end = 0;

  friend bool operator==(const checksum_relation&, const checksum_relation&) = default;
};

[[nodiscard]] std::string_view to_string(checksum_relation::algorithm with) noexcept;

/// One leaf of a format.
struct field {
  std::string name;  // unique within its body; [a-z][a-z0-9_]*
  field_kind kind = field_kind::opaque;
  size_rule size;
  byte_order order = byte_order::big;  // of numbers
  std::vector<known_value> values;     // constant: one; enumeration: all seen; most frequent first
  std::optional<double> unlisted;      // constant, enumeration: chance of another value in the next
                                       // message, 0..1; where it is not said, `values` tell
  std::optional<std::uint64_t> minimum;  // numbers of at most 8 bytes: what was seen
  std::optional<std::uint64_t> maximum;
  std::optional<length_relation> measures;  // length, count
  std::optional<checksum_relation> sums;    // checksum
  std::optional<std::int64_t> step;         // sequence: the usual difference
  double confidence = 0;                    // 0..1 that the boundaries and the kind are right
  std::vector<std::string>
      evidence;  // for people: "equals the bytes that follow in 998 of 1000 messages"

  friend bool operator==(const field&, const field&) = default;
};

struct element;
using body = std::vector<element>;

/// A body repeated: to the end of its scope, or `count_field` items (an earlier element of the same
/// body), or until an item begins with the byte `end_mark`, which is then a leaf of its own and
/// ends the list (the scope's end does too); never both. Every item has at least one byte. A list
/// or choice that is not inlined has a scope of its own and must use it up.
struct list {
  std::string name;
  body item;
  size_rule size = {size_rule::how::inlined, 0, 0, 1, 0, {}};  // inlined, rest, counted or fixed
  std::optional<std::uint32_t> count_field;
  std::optional<std::uint8_t> end_mark;
  double confidence = 0;
  std::vector<std::string> evidence;

  friend bool operator==(const list&, const list&) = default;
};

/// One of several bodies, picked by the bytes of element number `on` of the same body (an earlier
/// field).
struct choice {
  std::string name;
  std::uint32_t on = 0;
  std::map<std::string, body> cases;                           // key: the field's bytes on the wire
  body otherwise;                                              // for values without a case
  size_rule size = {size_rule::how::inlined, 0, 0, 1, 0, {}};  // inlined, rest, counted or fixed

  friend bool operator==(const choice&, const choice&) = default;
};

/// ASN.1 BER (ITU-T X.690 section 8) to the end of the scope. Leaves: tag; length (of a long form
/// the first byte and the number behind it apart); the value of a primitive element, in a BIT
/// STRING (tag 3) its first byte apart. Indefinite lengths, and length numbers of more than 4
/// bytes, are errors.
struct ber_tree {
  std::string name;
  double confidence = 0;
  std::vector<std::string> evidence;
  std::vector<known_value> tags = {};   // first bytes of elements, and how many messages have each
  std::optional<double> unlisted = {};  // chance that the next message has another, 0..1

  friend bool operator==(const ber_tree&, const ber_tree&) = default;
};

/// Text to the end of the scope. A line ends with LF (CR LF counts as one ending) or with the
/// scope.
struct text_lines {
  enum class style : std::uint8_t {
    whole,      // one leaf a line, its ending included
    words,      // leaves: first word | the spaces and tabs behind it | the rest of the line | the
                // ending; a line that begins with spaces has no first word
    delimited,  // leaves: every maximal run of bytes outside `separators`, and every run of bytes
                // inside; ending apart
    rest,       // one leaf for this line and everything after it
    named,      // a line `name: value`, where a name has no separators and the line no '<' and no
                // '=', is one leaf, its ending included (a field line, RFC 9110 section 5). Where
                // it has one, leaves: every run of bytes outside `separators` that neither '='
                // nor ':' follows, and what is between these; ending apart. Other lines are cut
                // as delimited
  };

  std::string name;
  style first_line = style::words;
  style other_lines = style::words;
  std::string separators = " \t;,=<>@{}\":()[]";
  double confidence = 0;
  std::vector<std::string> evidence;

  friend bool operator==(const text_lines&, const text_lines&) = default;
};

/// Labels of one length byte (1..63) and so many bytes each, ended by a zero byte or by a two-byte
/// pointer whose first byte is >= 0xc0 (RFC 1035 section 4.1.4). The whole chain is one leaf of
/// kind text.
struct name_chain {
  std::string name;
  double confidence = 0;
  std::vector<std::string> evidence;

  friend bool operator==(const name_chain&, const name_chain&) = default;
};

struct element {
  std::variant<field, list, choice, ber_tree, text_lines, name_chain> node;

  friend bool operator==(const element&, const element&) = default;
};

/// A part of a message that tells its type.
struct keyword {
  enum class source : std::uint8_t {
    bytes,      // `width` bytes at `offset`; "" where the message is shorter
    direction,  // one byte: 0 client to server, 1 server to client
    word,  // the word number `offset` of a text message (words: runs outside space, tab, CR, LF)
    size,  // one byte: the number of bits of the message's length (0 for an empty message)
    tag,   // BER: the tag byte that is found by entering constructed elements `offset` times, from
           // byte `width` on
  };

  source from = source::bytes;
  std::uint32_t offset = 0;
  std::uint32_t width = 1;

  friend bool operator==(const keyword&, const keyword&) = default;
};

/// A length that messages have.
struct known_size {
  std::uint32_t bytes = 0;
  std::uint64_t seen = 0;  // messages

  friend bool operator==(const known_size&, const known_size&) = default;
};

/// What messages have in common where they end: what shows that one has lost its tail, or that
/// something hangs on to it. Lists that would be longer than `most_listed` are empty.
struct message_ends {
  static constexpr std::size_t most_listed = 64;

  std::uint64_t seen = 0;              // messages
  std::vector<known_value> last_byte;  // ascending, as the following
  std::vector<known_value> last_two;
  std::vector<known_size> sizes;
  known_size shortest;
  known_size longest;
  std::uint32_t step = 1;  // all sizes are a multiple of this and `remainder`
  std::uint32_t remainder = 0;
  std::uint64_t only_text = 0;  // messages of nothing but text bytes

  friend bool operator==(const message_ends&, const message_ends&) = default;
};

/// One kind of message of a protocol.
struct message_type {
  std::string name;            // unique; [a-z][a-z0-9_]*
  std::uint64_t seen = 0;      // messages of this type
  std::uint32_t shortest = 0;  // bytes
  std::uint32_t longest = 0;
  body elements;
  double confidence = 0;
  std::vector<std::string> evidence;
  message_ends ends;

  friend bool operator==(const message_type&, const message_type&) = default;
};

/// From a message to the index of its type: the tuple of its keyword values is looked up. Tuples
/// may lack the last keywords, which tell nothing there: of several that the message has, the
/// longest counts. A message that has none is `fallback`.
struct selector {
  std::vector<keyword> keywords;
  std::map<std::vector<std::string>, std::uint32_t> types;
  std::uint32_t fallback = 0;

  friend bool operator==(const selector&, const selector&) = default;
};

/// In one flow, a message of type `to` came next after one of type `from`.
struct transition {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint64_t seen = 0;

  friend bool operator==(const transition&, const transition&) = default;
};

/// What the grammar stage found. At least one type; `pick` names only types that exist.
struct format {
  std::uint32_t version = 1;
  bool is_text = false;
  byte_order order = byte_order::big;
  selector pick;
  std::vector<message_type> types;
  std::vector<transition> transitions;
  double confidence = 0;   // 0..1, message-weighted mean of the types'
  bool cut_short = false;  // the stop token fired: the best so far
  std::vector<std::string> evidence;
  message_ends ends;  // of all messages, whatever their type

  friend bool operator==(const format&, const format&) = default;
};

}  // namespace troupe
