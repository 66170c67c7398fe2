#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "messages/store_io.hpp"

namespace troupe {

struct redis_options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string password;                                     // empty: none is sent
  duration connect_time = std::chrono::seconds(1);          // until it has answered the first PING
  duration reconnect_base = std::chrono::milliseconds(50);  // doubled up to reconnect_max
  duration reconnect_max = std::chrono::seconds(2);
  std::uint64_t reply_limit_bytes = 4ULL << 20U;  // a longer one is garbage: the connection is left
};

/// A real Redis (RESP2, any version from 4 on) behind `store_io`: the reader and writer of
/// hiredis on a thread of its own, which waits in poll() and never holds anybody up. Keys are
/// "troupe:<format>:<model>:<key>" in hexadecimal; a get is GET and PTTL, a put is SET PX, a forget
/// is SCAN and UNLINK step by step.
///
/// Not encrypted: for loopback and private networks.
[[nodiscard]] std::unique_ptr<store_io> make_redis_io(redis_options how);

}  // namespace troupe
