#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// What a router shows to other threads: written by the router after each message, read by scrapes.
/// Totals go on over its incarnations. Plain stores: one writer at a time, a supervisor starts the
/// next incarnation after the end of the one before.
class router_probe {
 public:
  enum total : std::uint8_t {
    answered,
    failed,
    poisoned,
    quarantined,
    expired,
    abandoned,
    refused,
    cached,
    crashes,
    reissued,
    late,
    retried,
    not_retried,
    hedged,
    hedges_won,
    totals
  };
  enum level : std::uint8_t { waiting, in_flight, workers, levels };

  using totals_now = std::array<std::uint64_t, totals>;
  using levels_now = std::array<std::uint64_t, levels>;

  void show(const totals_now& of_this_life, const levels_now& now) noexcept {
    for (std::size_t i = 0; i < totals; ++i) put(totals_[i], before_[i] + of_this_life[i]);
    for (std::size_t i = 0; i < levels; ++i) put(levels_[i], now[i]);
  }

  /// The incarnation ends: nothing waits any more, and totals count on from here.
  void end_life() noexcept {
    for (std::size_t i = 0; i < totals; ++i) before_[i] = read(static_cast<total>(i));
    for (auto& one : levels_) put(one, 0);
  }

  [[nodiscard]] std::uint64_t read(total which) const noexcept {
    return totals_[which].load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t read(level which) const noexcept {
    return levels_[which].load(std::memory_order_relaxed);
  }

 private:
  static void put(std::atomic<std::uint64_t>& to, std::uint64_t value) noexcept {
    to.store(value, std::memory_order_relaxed);
  }

  std::array<std::atomic<std::uint64_t>, totals> totals_{};
  std::array<std::atomic<std::uint64_t>, levels> levels_{};
  totals_now before_{};
};

}  // namespace troupe
