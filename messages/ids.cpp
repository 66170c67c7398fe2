#include "messages/ids.hpp"

#include <array>
#include <cstdio>

namespace troupe {

namespace {

std::string hex_of(std::uint64_t high, std::uint64_t low) {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return text.data();
}

}  // namespace

std::string to_string(const trace_id& id) { return hex_of(id.high, id.low); }

std::string to_string(const content_hash& hash) { return hex_of(hash.high, hash.low); }

}  // namespace troupe
