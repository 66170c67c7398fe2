#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "messages/format.hpp"
#include "messages/traffic.hpp"

namespace troupe {

/// What all message types have in common, and a type never seen has too: the values of each
/// keyword, where these are closed although their combinations may not be, or the shapes of its
/// words (a number, a command in capitals); bytes that are the same
/// in every type, and a number near the start that gives the size of the message. The last two are
/// read off the fields of fixed size that each type begins with.
class common_rules {
 public:
  static constexpr double most = 0.5;  // share of the messages whose types have the length field
  static constexpr double keywords_closed_under = 0.01;  // chance of a new value, one added

  explicit common_rules(const format& what);

  /// Why no message of any type can begin so; empty when one can.
  [[nodiscard]] std::string wrong_constant(std::span<const std::uint8_t> message) const;

  /// Why no message has such a keyword; empty when one may.
  [[nodiscard]] std::string wrong_keyword(std::span<const std::uint8_t> message,
                                          direction dir) const;

  /// Why no message has a keyword of such a shape; empty when one may.
  [[nodiscard]] std::string wrong_shape(std::span<const std::uint8_t> message, direction dir) const;

  /// Why the message cannot have its size; empty when it can.
  [[nodiscard]] std::string wrong_size(std::span<const std::uint8_t> message) const;

 private:
  /// size of the message == unit * value + bias
  struct size_field {
    std::uint32_t offset = 0;
    std::uint32_t width = 0;
    byte_order order = byte_order::big;
    std::uint32_t unit = 1;
    std::int64_t bias = 0;

    friend auto operator<=>(const size_field&, const size_field&) = default;
  };

  [[nodiscard]] std::string objection(std::span<const std::uint8_t> message, direction dir,
                                      bool by_shape) const;
  void learn_constants(const format& what);
  void learn_keywords(const format& what);
  void learn_size(const format& what);
  static std::map<std::uint32_t, char> constants_of(const message_type& type);

  /// A keyword and all its values, or all shapes of these.
  struct closed_keyword {
    keyword which;
    bool by_shape = false;
    std::set<std::string> values;
  };

  std::vector<closed_keyword> keywords_;
  std::map<std::uint32_t, char> constants_;  // by offset
  std::optional<size_field> size_;
};

}  // namespace troupe
