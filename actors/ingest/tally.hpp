#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/traffic.hpp"

namespace troupe::ingest {

/// Counts what could not be used, by reason. Reasons are few; beyond 64 they share one record.
class tally {
 public:
  void add(std::string_view reason, std::uint64_t messages, std::uint64_t bytes,
           std::string_view first_place) {
    constexpr std::size_t reasons_limit = 64;
    if (find(reason) == nullptr && records_.size() >= reasons_limit) reason = "other reasons";
    auto* record = find(reason);
    if (record == nullptr) {
      record = &records_.emplace_back();
      record->reason = reason;
      record->first_place = first_place;
    }
    record->messages += messages;
    record->bytes += bytes;
  }

  void add(const std::vector<unused_input>& others) {
    for (const auto& one : others) add(one.reason, one.messages, one.bytes, one.first_place);
  }

  [[nodiscard]] bool empty() const noexcept { return records_.empty(); }
  [[nodiscard]] const std::vector<unused_input>& records() const noexcept { return records_; }
  [[nodiscard]] std::vector<unused_input> take() noexcept { return std::exchange(records_, {}); }

 private:
  [[nodiscard]] unused_input* find(std::string_view reason) noexcept {
    for (auto& record : records_) {
      if (record.reason == reason) return &record;
    }
    return nullptr;
  }

  std::vector<unused_input> records_;
};

[[nodiscard]] inline std::string packet_place(std::uint64_t number) {
  return "packet " + std::to_string(number);
}

}  // namespace troupe::ingest
