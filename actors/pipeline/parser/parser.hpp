#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "actors/pipeline/parser/parse_tree.hpp"
#include "messages/errc.hpp"
#include "messages/findings.hpp"
#include "messages/format.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// Executes an inferred format on messages, without compiling anything.
///
/// Total: any bytes under any format give leaves that partition the message; where the format does
/// not fit, what is left becomes one leaf named "unparsed" and `error` says where and why. A format
/// that cannot be executed (see `check`) makes every message such a leaf. Work per message is
/// bounded by `limit`. Does not judge values: that is the validator's task.
class parser {
 public:
  struct limit {
    static constexpr std::uint32_t elements = 1U << 18;  // leaves and visited elements per message
  };

  explicit parser(std::shared_ptr<const format> what);
  explicit parser(const format& what);  // copies

  /// Why the format is not executed; code none when it is.
  [[nodiscard]] const failure& refused() const noexcept { return refused_; }
  [[nodiscard]] const format& what() const noexcept { return *what_; }

  [[nodiscard]] std::uint32_t type_of(std::span<const std::uint8_t> bytes, direction dir) const;

  [[nodiscard]] parsed_message parse(std::span<const std::uint8_t> bytes, direction dir) const;

  /// For bulk work: reuses the memory of `out` and builds no paths.
  void parse_into(parse_tree& out, std::span<const std::uint8_t> bytes, direction dir) const;

 private:
  std::shared_ptr<const format> what_;
  failure refused_;
};

}  // namespace troupe
