#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "messages/ids.hpp"

namespace troupe {

/// Bytes under a key in a store that other nodes share. Answered by `store_value`; by an error when
/// the store does not answer in time, cannot be reached or is not to be asked now.
struct store_get {
  content_hash key;
  std::uint64_t model_version = 0;
};

/// What the store holds: nothing, or bytes that are not to be trusted, and for how long it will go
/// on holding them.
struct store_value {
  std::shared_ptr<const std::string> bytes = {};
  duration left{0};
};

/// Hold these bytes so long. Lost when the store does not take them.
struct store_put {
  content_hash key;
  std::uint64_t model_version = 0;
  std::shared_ptr<const std::string> bytes;
  duration hold{0};
};

/// Forget what these models computed; nothing: what any did.
struct store_forget {
  std::optional<std::uint64_t> model_version;
};

/// What the I/O of the store tells its link.
struct store_reply {
  enum class kind : std::uint8_t {
    value,    // of a get: `bytes` null when there is none
    done,     // of a put or forget
    refused,  // the store answered with an error, or with something else than was asked for
    lost,     // no connection, or it broke before the answer
    up,       // connected and let in; no call
    down      // `why`; no call
  };

  std::uint64_t call = 0;
  kind what = kind::lost;
  std::shared_ptr<const std::string> bytes = {};
  duration left{0};
  std::string why = {};
};

}  // namespace troupe
