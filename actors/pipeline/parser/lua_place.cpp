// Where an exported dissector is registered, and how it cuts streams into messages.

#include "actors/pipeline/parser/lua_runtime.hpp"

namespace troupe {

std::string lua_string(std::string_view bytes) {
  std::string text = "\"";
  for (const char byte : bytes) {
    const auto value = static_cast<std::uint8_t>(byte);
    if (value >= 0x20 && value < 0x7f && byte != '"' && byte != '\\') {
      text += byte;
      continue;
    }
    const auto digits = std::to_string(value);
    text += '\\';
    text.append(3 - digits.size(), '0');
    text += digits;
  }
  return text + '"';
}

namespace {

/// How one call of the dissector is cut into messages.
std::string cutting(const export_place& place) {
  const auto& frames = place.frames;
  const auto is_stream = place.l4 == transport::tcp;
  if (is_stream && frames.kind == framing::how::length_prefix) {
    const auto header = std::to_string(frames.offset + frames.width);
    return "  local function length_of(part, info, offset)\n"
           "    local at = offset + " +
           std::to_string(frames.offset) +
           "\n"
           "    local raw = part:raw(at, " +
           std::to_string(frames.width) +
           ")\n"
           "    local value = number({raw = raw}, {at = 0, stop = #raw}, " +
           (frames.little_endian ? "true" : "false") +
           ")\n"
           "    return math.max(value + " +
           std::to_string(frames.bias) + ", " + header +
           ")\n"
           "  end\n"
           "  local function one(part, info, tree)\n"
           "    dissect_message(part, info, tree, from_server)\n"
           "    return part:len()\n"
           "  end\n"
           "  dissect_tcp_pdus(tvb, root, " +
           header + ", length_of, one)\n";
  }
  if (is_stream && frames.kind == framing::how::delimiter)
    return "  local raw = tvb:raw()\n"
           "  local at = 0\n"
           "  while at < #raw do\n"
           "    local _, stop = raw:find(" +
           lua_string(frames.delimiter) +
           ", at + 1, true)\n"
           "    if not stop then\n"
           "      pinfo.desegment_offset = at\n"
           "      pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT\n"
           "      return\n"
           "    end\n"
           "    dissect_message(tvb:range(at, stop - at):tvb(), pinfo, root, from_server)\n"
           "    at = stop\n"
           "  end\n";
  return "  dissect_message(tvb, pinfo, root, from_server)\n";
}

}  // namespace

std::string lua_registration(const export_place& place) {
  const auto port = std::to_string(place.port);
  const auto has_ports = place.l4 == transport::udp || place.l4 == transport::tcp;
  std::string text =
      "\nfunction protocol.dissector(tvb, pinfo, root)\n"
      "  if tvb:captured_len() == 0 then return end\n";
  if (has_ports && place.port > 0) {
    const std::string cut = cutting(place);
    text += "  if pinfo.match_uint ~= " + port +
            " then\n"
            "    dissect_message(tvb, pinfo, root, protocol.prefs.server_to_client)\n"
            "    return\n"
            "  end\n"
            "  local from_server = pinfo.src_port == " +
            port + "\n" + cut;
  } else {
    text += "  dissect_message(tvb, pinfo, root, protocol.prefs.server_to_client)\n";
  }
  text += "end\n\nDissectorTable.get(\"wtap_encap\"):add(wtap.USER0, protocol)\n";
  if (place.port == 0) return text;
  if (has_ports)
    text += std::string("DissectorTable.get(\"") + (place.l4 == transport::udp ? "udp" : "tcp") +
            ".port\"):add(" + port + ", protocol)\n";
  if (place.l4 == transport::ethernet)
    text += "DissectorTable.get(\"ethertype\"):add(" + port + ", protocol)\n";
  return text;
}

}  // namespace troupe
