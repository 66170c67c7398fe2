#include "actors/ingest/message_pool.hpp"

#include <algorithm>
#include <utility>

namespace troupe::ingest {

namespace {

constexpr std::size_t smallest_block_bytes = 1024;
constexpr std::size_t largest_block_bytes = std::size_t{256} << 10U;

}  // namespace

void message_pool::add(pooled_message message, byte_view bytes, std::uint64_t seed) {
  message.priority = mix(mix(mix(seed ^ message.source) ^ message.serial) ^ message.flow);
  message.size = static_cast<std::uint32_t>(bytes.size());
  if (message.priority >= threshold_) return drop(message);
  store(message, bytes);
  messages_.push_back(message);
}

void message_pool::store(pooled_message& message, byte_view bytes) {
  if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < bytes.size()) {
    const auto wish = std::clamp(static_cast<std::size_t>(payload_bytes_), smallest_block_bytes,
                                 largest_block_bytes);
    blocks_.emplace_back().reserve(std::max(wish, bytes.size()));
  }
  auto& block = blocks_.back();
  message.block = static_cast<std::uint32_t>(blocks_.size() - 1);
  message.offset = static_cast<std::uint32_t>(block.size());
  block.insert(block.end(), bytes.begin(), bytes.end());
  payload_bytes_ += bytes.size();
}

void message_pool::drop(const pooled_message& message) noexcept {
  if (dropped_.messages == 0 || message.source < dropped_.first_source) {
    dropped_.first_source = message.source;
  }
  ++dropped_.messages;
  dropped_.bytes += message.size;
}

byte_view message_pool::bytes_of(const pooled_message& message) const {
  return byte_view(blocks_[message.block]).subspan(message.offset, message.size);
}

void message_pool::shrink(std::uint64_t most_bytes, std::uint64_t most_messages) {
  if (payload_bytes_ <= most_bytes && messages_.size() <= most_messages) return;
  std::sort(messages_.begin(), messages_.end(),
            [](const auto& a, const auto& b) { return a.priority < b.priority; });
  std::uint64_t total = 0;
  std::size_t kept = 0;
  while (kept < messages_.size() && kept < most_messages &&
         total + messages_[kept].size <= most_bytes) {
    total += messages_[kept++].size;
  }
  threshold_ = messages_[kept].priority;
  for (auto i = kept; i < messages_.size(); ++i) drop(messages_[i]);
  messages_.resize(kept);
  // Copy what stays into new blocks, in the order of the old ones so that each can go at once.
  std::sort(messages_.begin(), messages_.end(), [](const auto& a, const auto& b) {
    return std::pair(a.block, a.offset) < std::pair(b.block, b.offset);
  });
  auto old = std::exchange(blocks_, {});
  payload_bytes_ = 0;
  std::uint32_t freed = 0;
  for (auto& message : messages_) {
    while (freed < message.block) old[freed++] = {};
    const auto bytes = byte_view(old[message.block]).subspan(message.offset, message.size);
    store(message, bytes);
  }
}

}  // namespace troupe::ingest
