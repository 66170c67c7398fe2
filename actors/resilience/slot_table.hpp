#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "messages/ids.hpp"

namespace troupe {

/// Holds at most `capacity` values under keys that are never used twice, each found in O(1). Pure.
///
/// A key is the value's place (low half, + 1) and how often the place was used (high half), so the
/// key of a value that is gone finds nothing, even when its place is taken again.
template <class T>
class slot_table {
 public:
  using key = strong_id<slot_table>;

  explicit slot_table(std::uint32_t capacity) : capacity_(capacity) {}

  /// No key when the table is full.
  key insert(T value) {
    if (full()) return {};
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const auto place = free_.back();
    free_.pop_back();
    auto& slot = slots_[place];
    slot.value = std::move(value);
    slot.taken = true;
    ++size_;
    return key_of(place);
  }

  [[nodiscard]] T* find(key wanted) noexcept {
    const auto place = static_cast<std::uint32_t>(wanted.value) - 1U;
    if (!wanted || place >= slots_.size()) return nullptr;
    auto& slot = slots_[place];
    return slot.taken && key_of(place) == wanted ? &slot.value : nullptr;
  }

  /// Whether there was such a value.
  bool erase(key gone) {
    if (find(gone) == nullptr) return false;
    const auto place = static_cast<std::uint32_t>(gone.value) - 1U;
    slots_[place].taken = false;
    ++slots_[place].uses;
    free_.push_back(place);
    --size_;
    return true;
  }

  void clear() {
    for (std::uint32_t place = 0; place < slots_.size(); ++place) erase(key_of(place));
  }

  /// Calls `visit(key, value)` for each value, in order of their places.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::uint32_t place = 0; place < slots_.size(); ++place) {
      if (slots_[place].taken) visit(key_of(place), slots_[place].value);
    }
  }

  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] bool full() const noexcept { return size_ >= capacity_; }

 private:
  struct entry {
    T value{};
    std::uint32_t uses = 0;
    bool taken = false;
  };

  [[nodiscard]] key key_of(std::uint32_t place) const noexcept {
    return {(std::uint64_t{slots_[place].uses} << 32U) | (std::uint64_t{place} + 1)};
  }

  std::uint32_t capacity_;
  std::vector<entry> slots_;
  std::vector<std::uint32_t> free_;
  std::uint32_t size_ = 0;
};

}  // namespace troupe
