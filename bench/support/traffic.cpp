#include "bench/support/traffic.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::bench {

namespace {

using bytes = std::vector<std::uint8_t>;

void put16(bytes& to, std::uint64_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8U));
  to.push_back(static_cast<std::uint8_t>(value));
}

void put32(bytes& to, std::uint64_t value) {
  put16(to, value >> 16U);
  put16(to, value);
}

/// Collects messages into a group with one client and one server.
class collector {
 public:
  explicit collector(std::string name) {
    group_->name = std::move(name);
    group_->l4 = transport::udp;
    group_->frames.kind = framing::how::datagram;
    flow one;
    one.l4 = transport::udp;
    one.client = "192.0.2.1:40000";
    one.server = "192.0.2.2:53";
    group_->flows.push_back(one);
  }

  void add(const bytes& payload, direction dir) {
    auto& opening = group_->flows[0].opening;
    const auto number = static_cast<std::uint32_t>(group_->messages.size() + 1);
    if (opening.size() < 2 * opening_limit::segments_per_direction) {
      const auto size = static_cast<std::uint32_t>(
          std::min<std::size_t>(payload.size(), opening_limit::segment_bytes));
      opening.push_back({dir, static_cast<std::uint32_t>(group_->opening_bytes.size()), size,
                         static_cast<std::uint32_t>(payload.size()), number});
      group_->opening_bytes.insert(group_->opening_bytes.end(), payload.begin(),
                                   payload.begin() + size);
    }
    group_->messages.push_back({0, dir, static_cast<std::uint32_t>(group_->bytes.size()),
                                static_cast<std::uint32_t>(payload.size()),
                                std::chrono::milliseconds(number), number});
    group_->bytes.insert(group_->bytes.end(), payload.begin(), payload.end());
    group_->flows[0].packets = number;
    group_->messages_seen = number;
    group_->bytes_seen = group_->bytes.size();
  }

  traffic_group_ptr take() { return group_; }

 private:
  std::shared_ptr<traffic_group> group_ = std::make_shared<traffic_group>();
};

void put_name(bytes& to, std::mt19937_64& random) {
  static constexpr std::array<std::string_view, 6> labels{"www",  "mail", "cdn",
                                                          "news", "api",  "static"};
  static constexpr std::array<std::string_view, 4> domains{"example", "test", "invalid", "local"};
  const auto put = [&](std::string_view label) {
    to.push_back(static_cast<std::uint8_t>(label.size()));
    to.insert(to.end(), label.begin(), label.end());
  };
  put(labels[random() % labels.size()]);
  put(domains[random() % domains.size()]);
  put(random() % 2 == 0 ? "com" : "org");
  to.push_back(0);
}

}  // namespace

traffic_group_ptr dns_like(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  collector into("UDP/53");
  for (std::size_t i = 0; i < count; i += 2) {
    bytes query;
    put16(query, random());
    put16(query, 0x0100);
    put16(query, 1);
    put16(query, 0);
    put32(query, 0);
    put_name(query, random);
    put16(query, random() % 4 == 0 ? 28 : 1);
    put16(query, 1);
    into.add(query, direction::client_to_server);
    if (i + 1 == count) break;
    auto answer = query;
    answer[2] = 0x81;
    answer[3] = 0x80;
    answer[7] = 1;
    put16(answer, 0xc00c);
    put16(answer, 1);
    put16(answer, 1);
    put32(answer, 300 + random() % 3 * 300);
    put16(answer, 4);
    put32(answer, random());
    into.add(answer, direction::server_to_client);
  }
  return into.take();
}

traffic_group_ptr records(std::size_t count, std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  collector into("UDP/9999");
  for (std::size_t i = 0; i < count; ++i) {
    bytes one;
    put16(one, 0x5450);
    one.push_back(static_cast<std::uint8_t>(1 + random() % 4));
    one.push_back(0);
    put16(one, size);
    put16(one, i);
    put32(one, random());
    while (one.size() < size) one.push_back(static_cast<std::uint8_t>(random() % 96));
    into.add(one, i % 2 == 0 ? direction::client_to_server : direction::server_to_client);
  }
  return into.take();
}

}  // namespace troupe::bench
