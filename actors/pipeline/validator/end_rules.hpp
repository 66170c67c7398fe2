#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "messages/format.hpp"

namespace troupe {

/// Whether messages end as those before them did, those of their type and those of the whole
/// format: by their last bytes, by their size, and text by having nothing but text in it. Where
/// parts at the end of a format take any number of bytes, only this tells a tail that was lost.
class end_rules {
 public:
  /// Something is a rule where the next message breaks it with less chance than this (see
  /// `chance_of_unseen`).
  static constexpr double certain_under = 0.02;

  /// Whether the next message would hardly break what `seen_once` of `all` messages did.
  [[nodiscard]] static bool certain(std::uint64_t seen_once, std::uint64_t all) noexcept;

  /// `what` must outlive this.
  explicit end_rules(const format& what);

  /// Why the message cannot end so; empty when it can.
  [[nodiscard]] std::string objection(std::uint32_t type,
                                      std::span<const std::uint8_t> message) const;

  /// The same for a message of no known type.
  [[nodiscard]] std::string objection(std::span<const std::uint8_t> message) const;

 private:
  /// What is known well enough.
  struct rules {
    const message_ends* from = nullptr;
    bool last_byte = false;
    bool last_two = false;
    bool sizes = false;
    bool bounds = false;
    bool step = false;
    bool only_text = false;
  };

  static rules rules_from(const message_ends& ends, bool says_its_size);
  static std::string objection(const rules& known, std::span<const std::uint8_t> message);

  rules of_all_;
  std::vector<rules> of_type_;
};

}  // namespace troupe
