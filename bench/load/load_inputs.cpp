#include "bench/load/load_inputs.hpp"

#include <cstring>

namespace troupe::bench {

namespace {

constexpr std::size_t messages = 100;
constexpr std::size_t bytes = 200;

}  // namespace

load_inputs::load_inputs(double hit_ratio, std::uint64_t seed)
    : hit_ratio_(hit_ratio), luck_(seed) {
  for (std::size_t i = 0; i < templates; ++i) {
    templates_.push_back(records(messages, bytes, seed + i));
  }
}

// The body's last bytes say which input it is: the header, and so the format, is as it was.
traffic_group_ptr load_inputs::next() {
  std::uniform_real_distribution<double> share(0, 1);
  if (!recent_.empty() && share(luck_) < hit_ratio_) return recent_[luck_() % recent_.size()];
  auto fresh = std::make_shared<traffic_group>(*templates_[number_ % templates_.size()]);
  ++number_;
  for (const auto& one : fresh->messages) {
    std::memcpy(fresh->bytes.data() + one.offset + one.size - sizeof number_, &number_,
                sizeof number_);
  }
  recent_.push_back(fresh);
  if (recent_.size() > remembered) recent_.pop_front();
  return fresh;
}

}  // namespace troupe::bench
