#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "messages/format.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// Where the messages of a protocol are found.
struct export_place {
  transport l4 = transport::none;
  std::uint16_t port = 0;  // server port, or EtherType for Ethernet; 0: none
  framing frames = {};     // how a TCP stream is cut into messages
};

/// The format as a Lua dissector for Wireshark and tshark (4.0): `tshark -X lua_script:FILE`.
///
/// It registers for the place, and for link type USER0, where each packet is one message (sent by
/// the client, or by the server with the preference `server_to_client`). Each leaf of `parser` is
/// one field of the protocol, also in a message with an error. `what` must pass `check`.
[[nodiscard]] std::string to_wireshark_lua(const format& what, std::string_view protocol_name,
                                           const export_place& place);

}  // namespace troupe
