#pragma once

#include <cstdint>
#include <vector>

#include "actors/ingest/bytes.hpp"
#include "messages/ids.hpp"

namespace troupe::ingest {

/// One message of a pool.
struct pooled_message {
  std::uint64_t order = 0;   // capture position
  std::uint64_t serial = 0;  // breaks ties of `order`
  std::uint64_t source = 0;  // packet or line
  duration time{0};
  std::uint64_t priority = 0;  // random; the smallest stay
  std::uint32_t flow = 0;
  std::uint32_t block = 0;
  std::uint32_t offset = 0;  // into the block
  std::uint32_t size = 0;
  bool from_a = true;  // sent by the flow's first endpoint
};

/// Messages within a budget. When there are too many, those with the largest priorities go: what
/// stays is a uniform sample of all that came (bottom-k sampling), the same for the same seed, in
/// whatever order shrinking happens.
class message_pool {
 public:
  void add(pooled_message message, byte_view bytes, std::uint64_t seed);
  void shrink(std::uint64_t most_bytes, std::uint64_t most_messages);

  /// Takes messages out that moved to another pool; their bytes stay until the pool goes.
  template <class Predicate>
  void remove_if(Predicate moved) {
    std::erase_if(messages_, [&](const pooled_message& one) {
      if (moved(one)) payload_bytes_ -= one.size;
      return moved(one);
    });
  }

  [[nodiscard]] byte_view bytes_of(const pooled_message& message) const;
  [[nodiscard]] std::vector<pooled_message>& messages() noexcept { return messages_; }
  [[nodiscard]] const std::vector<pooled_message>& messages() const noexcept { return messages_; }
  /// Memory that the messages and their records take.
  [[nodiscard]] std::uint64_t used_bytes() const noexcept {
    return payload_bytes_ + messages_.size() * sizeof(pooled_message);
  }
  [[nodiscard]] std::uint64_t payload_bytes() const noexcept { return payload_bytes_; }
  /// What was sampled away.
  struct loss {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t first_source = 0;
  };
  [[nodiscard]] const loss& dropped() const noexcept { return dropped_; }

 private:
  void store(pooled_message& message, byte_view bytes);
  void drop(const pooled_message& message) noexcept;

  std::vector<pooled_message> messages_;
  std::vector<std::vector<std::uint8_t>> blocks_;  // never grown beyond their reserve
  std::uint64_t payload_bytes_ = 0;
  std::uint64_t threshold_ = ~std::uint64_t{0};  // priorities from here on were dropped
  loss dropped_;
};

}  // namespace troupe::ingest
