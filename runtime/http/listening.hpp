#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "messages/errc.hpp"

namespace troupe {

/// Whether this process may listen there now, tried with a socket of our own: CivetWeb does not say
/// why it cannot. The failure names address, port and what to change.
[[nodiscard]] std::optional<failure> try_listening(const std::string& address, std::uint16_t port);

/// As CivetWeb wants it: "127.0.0.1:8080", "[::1]:8080".
[[nodiscard]] std::string endpoint_text(const std::string& address, std::uint16_t port);

/// Opens and closes a connection to an own port, without waiting. A thread that waits for
/// connections then looks around.
void poke(const std::string& address, std::uint16_t port) noexcept;

/// The socket of a connection of this process from that peer to an own port: CivetWeb does not
/// tell. It stays that connection's as long as the asking thread handles its request.
[[nodiscard]] std::optional<int> find_connection(const std::string& peer, std::uint16_t peer_port,
                                                 std::uint16_t own_port);

/// Bytes that have arrived on a socket and were not read yet.
[[nodiscard]] std::size_t waiting_bytes(int socket) noexcept;

/// Closes every connection of this process that was accepted there. For after CivetWeb has closed:
/// it forgets the connections that it had accepted and not yet given to a thread, so their clients
/// would wait for ever. Nobody else may be serving that port.
void close_leftovers(const std::string& address, std::uint16_t port);

}  // namespace troupe
