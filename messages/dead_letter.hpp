#pragma once

#include <cstdint>
#include <string>

#include "messages/ids.hpp"

namespace troupe {

/// A message that killed its handler, kept for people.
struct dead_letter {
  std::string path;  // of the actor that it killed last
  request_id id;
  std::string reason;
  std::uint32_t times = 0;  // how often it killed

  friend bool operator==(const dead_letter&, const dead_letter&) = default;
};

}  // namespace troupe
