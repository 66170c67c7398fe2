#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "messages/format.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// A format drawn at random, and messages that it parses without error.
struct random_case {
  struct sample {
    std::vector<std::uint8_t> bytes;
    direction dir = direction::client_to_server;
  };

  format what;
  std::vector<sample> samples;
};

/// Uses every element, size rule and keyword source; the same seed gives the same case.
[[nodiscard]] random_case make_random_case(std::uint64_t seed, std::size_t messages);

/// The message with a few bytes changed, cut away or added.
[[nodiscard]] std::vector<std::uint8_t> mutated(std::vector<std::uint8_t> bytes,
                                                std::mt19937_64& random);

using number_source = std::function<std::uint64_t()>;

/// A format that need not make sense at all: any reference, any number.
[[nodiscard]] format make_wild_format(std::uint64_t seed);
[[nodiscard]] format make_wild_format(number_source random);

}  // namespace troupe
