#include "runtime/wire/discover_body.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>
#include <google/protobuf/wire_format_lite.h>

#include <cctype>
#include <cmath>

#include "runtime/wire/text.hpp"
#include "runtime/wire/to_proto.hpp"

namespace troupe::wire {
namespace {

namespace pb = google::protobuf;

failure bad(std::string what) { return {errc::bad_input, std::move(what)}; }

failure over(std::string what) { return {errc::too_large, std::move(what)}; }

std::string at_message(int index, std::string_view member) {
  return "messages[" + std::to_string(index) + "]." + std::string(member);
}

// ---- size, before anything is allocated for it ------------------------------------------------

// Counts the fields of the request and, one level down, of its messages. An empty message takes two
// bytes of a body and some eighty of memory, so the body's size alone is no bound.
class field_counter {
 public:
  explicit field_counter(std::uint64_t limit) : left_(limit) {}

  // 1: fine, 0: too many, -1: not Protobuf
  int count(std::string_view body, bool outer) {
    pb::io::ArrayInputStream bytes(body.data(), static_cast<int>(body.size()));
    pb::io::CodedInputStream in(&bytes);
    while (const auto tag = in.ReadTag()) {
      if (left_-- == 0) return 0;
      const bool inner = outer && tag == messages_tag;
      if (!inner) {
        if (!pb::internal::WireFormatLite::SkipField(&in, tag)) return -1;
        continue;
      }
      if (const int state = count_inner(in, body); state != 1) return state;
    }
    return in.ConsumedEntireMessage() ? 1 : -1;
  }

 private:
  static constexpr std::uint32_t messages_tag = (2U << 3U) | 2U;  // field 2, length-delimited

  int count_inner(pb::io::CodedInputStream& in, std::string_view body) {
    std::uint32_t size = 0;
    if (!in.ReadVarint32(&size)) return -1;
    const auto start = static_cast<std::size_t>(in.CurrentPosition());
    if (size > body.size() - start) return -1;
    const int state = count(body.substr(start, size), false);
    return state == 1 && !in.Skip(static_cast<int>(size)) ? -1 : state;
  }

  std::uint64_t left_;
};

// ---- from Protobuf to plain values ------------------------------------------------------------

template <class Plain, class Proto>
std::optional<Plain> known(Proto given, int last) {
  const int value = static_cast<int>(given);
  if (value < 1 || value > last) return std::nullopt;
  return static_cast<Plain>(value - 1);
}

failure read_payload(given_message& out, InputMessage& given, int index) {
  if (given.has_data()) {
    out.bytes = std::move(*given.mutable_data());
    return {};
  }
  if (!given.has_hex()) return bad(at_message(index, "hex") + " is missing: give hex or data");
  std::size_t wrong_at = 0;
  auto bytes = from_hex(given.hex(), wrong_at);
  if (!bytes) {
    return bad(at_message(index, "hex") + ", character " + std::to_string(wrong_at + 1) +
               ": expected two hexadecimal digits a byte");
  }
  out.bytes = std::move(*bytes);
  return {};
}

failure read_message(given_message& out, InputMessage& given, int index,
                     const body_limits& limits) {
  if (auto wrong = read_payload(out, given, index)) return wrong;
  if (out.bytes.size() > limits.message_bytes) {
    return over(at_message(index, given.has_hex() ? "hex" : "data") + " has " +
                std::to_string(out.bytes.size()) + " bytes, the limit for one message is " +
                std::to_string(limits.message_bytes));
  }
  if (given.direction() < 0 || given.direction() > Direction::s2c) {
    return bad(at_message(index, "direction") + ": expected c2s or s2c");
  }
  if (given.direction() == Direction::s2c) out.dir = direction::server_to_client;
  // A century either way still fits a duration of nanoseconds.
  if (!std::isfinite(given.t()) || std::abs(given.t()) > 3.2e9) {
    return bad(at_message(index, "t") + ": expected seconds since the first message");
  }
  out.seconds = given.t();
  out.flow = given.flow();
  return {};
}

failure read_settings(discover_body& out, DiscoverRequest& given) {
  if (given.mode() != Mode::unspecified) {
    out.mode = known<quality_mode>(given.mode(), Mode::accurate);
    if (!out.mode) return bad("mode: expected fast, balanced or accurate");
  }
  if (given.level() != Level::unspecified) {
    out.level = known<validation_level>(given.level(), Level::enterprise);
    if (!out.level) return bad("level: expected basic, standard, strict or enterprise");
  }
  if (given.has_deadline_ms()) {
    if (auto wrong = apply_parameter(out, "deadline_ms", std::to_string(given.deadline_ms()))) {
      return wrong;
    }
  }
  if (given.has_seed()) out.seed = given.seed();
  if (given.has_use_cache()) out.use_cache = given.use_cache();
  if (given.priority() != Priority::unspecified) {
    const auto priority = known<request_priority>(given.priority(), Priority::urgent);
    if (!priority) return bad("priority: expected background, normal or urgent");
    out.priority = *priority;
  }
  if (given.fallbacks_size() > 0) {
    std::string order;
    for (const auto one : given.fallbacks()) {
      if (!order.empty()) order += ',';
      order += Fallback::Value_Name(static_cast<Fallback::Value>(one));
    }
    if (auto wrong = apply_parameter(out, "fallback", order)) return wrong;
  }
  out.name = std::move(*given.mutable_name());
  out.groups.assign(given.groups().begin(), given.groups().end());
  return {};
}

using decoded = std::variant<discover_body, failure>;

decoded from_proto(DiscoverRequest& given, const body_limits& limits) {
  discover_body out;
  if (auto wrong = read_settings(out, given)) return wrong;
  out.capture = std::move(*given.mutable_capture());
  const bool has_messages = given.messages_size() > 0;
  if (out.capture.empty() != has_messages) {
    return bad(has_messages ? "the request has both a capture and messages: send one of them"
                            : "the request has no input: give capture or messages");
  }
  out.messages.resize(static_cast<std::size_t>(given.messages_size()));
  for (int index = 0; index < given.messages_size(); ++index) {
    auto& message = out.messages[static_cast<std::size_t>(index)];
    if (auto wrong = read_message(message, *given.mutable_messages(index), index, limits)) {
      return wrong;
    }
  }
  return out;
}

// ---- the two encodings ------------------------------------------------------------------------

decoded from_binary(std::string_view body, const body_limits& limits) {
  field_counter counter(8ULL * limits.messages + 64);
  switch (counter.count(body, true)) {
    case 1: break;
    case 0:
      return over("the request has more than " + std::to_string(limits.messages) +
                  " messages: send fewer, or a capture");
    default: return bad("the body is not a DiscoverRequest: its Protobuf encoding is broken");
  }
  DiscoverRequest request;
  if (!request.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return bad("the body is not a DiscoverRequest: its Protobuf encoding is broken");
  }
  if (static_cast<std::uint64_t>(request.messages_size()) > limits.messages) {
    return over("the request has " + std::to_string(request.messages_size()) +
                " messages, the limit is " + std::to_string(limits.messages));
  }
  return from_proto(request, limits);
}

pb::util::TypeResolver& types() {
  static const std::unique_ptr<pb::util::TypeResolver> resolver(
      pb::util::NewTypeResolverForDescriptorPool("t", pb::DescriptorPool::generated_pool()));
  return *resolver;
}

// Protobuf says "INVALID_ARGUMENT:(messages[1].data): invalid value ..."; people need no code.
std::string reason_of(const std::string& status) {
  const auto colon = status.find(':');
  return clean_text(colon == std::string::npos ? status : status.substr(colon + 1));
}

decoded from_json(std::string_view body, const body_limits& limits) {
  pb::io::ArrayInputStream in(body.data(), static_cast<int>(body.size()));
  std::string binary;
  pb::io::StringOutputStream out(&binary);
  const auto status =
      pb::util::JsonToBinaryStream(&types(), "t/troupe.wire.DiscoverRequest", &in, &out);
  if (!status.ok()) return bad("the JSON body does not hold: " + reason_of(status.ToString()));
  return from_binary(binary, limits);
}

decoded from_capture(std::string_view body) {
  if (body.empty()) return bad("the body is empty: send a pcap or pcapng file");
  discover_body out;
  out.capture = body;
  return out;
}

std::string media_type(std::string_view content_type) {
  std::string out;
  for (const char c : content_type.substr(0, content_type.find(';'))) {
    if (c != ' ' && c != '\t')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

}  // namespace

decoded decode_body(std::string_view content_type, std::string_view body,
                    const body_limits& limits) {
  if (body.size() > limits.bytes || body.size() > INT32_MAX) {
    return over("the body has " + std::to_string(body.size()) + " bytes, the limit is " +
                std::to_string(limits.bytes));
  }
  const auto type = media_type(content_type);
  if (type == "application/json") return from_json(body, limits);
  if (type == "application/x-protobuf" || type == "application/protobuf") {
    return from_binary(body, limits);
  }
  if (type == "application/vnd.tcpdump.pcap" || type == "application/octet-stream") {
    return from_capture(body);
  }
  return bad("content type \"" + clean_text(type.substr(0, 80)) +
             "\" is not known: send application/json, application/x-protobuf or "
             "application/vnd.tcpdump.pcap");
}

}  // namespace troupe::wire
