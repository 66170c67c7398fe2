#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// Collects how messages end, one by one, in bounded memory.
class ends_counter {
 public:
  void add(bytes_view bytes);
  [[nodiscard]] message_ends take() const;

 private:
  std::uint64_t seen_ = 0;
  std::uint64_t only_text_ = 0;
  std::map<std::string, std::uint64_t> last_byte_;
  std::map<std::string, std::uint64_t> last_two_;
  std::map<std::uint32_t, std::uint64_t> sizes_;
  known_size shortest_;
  known_size longest_;
  std::uint32_t step_ = 0;  // greatest common divisor of the differences
};

}  // namespace troupe::grammar
