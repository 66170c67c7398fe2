#include "chaos/scenario/contents.hpp"

#include <string>

#include "chaos/world/dice.hpp"

namespace troupe::chaos {

namespace {

void add_message(traffic_group& to, std::size_t number, dice& luck) {
  const auto size = 4 + luck.below(12);
  message one;
  one.flow = 0;
  one.dir = number % 2 == 0 ? direction::client_to_server : direction::server_to_client;
  one.offset = static_cast<std::uint32_t>(to.bytes.size());
  one.size = static_cast<std::uint32_t>(4 + size);
  one.since_start = std::chrono::milliseconds(number);
  one.source = number + 1;
  to.messages.push_back(one);
  to.bytes.push_back(static_cast<std::uint8_t>(1 + luck.below(3)));
  to.bytes.push_back(static_cast<std::uint8_t>(size));
  to.bytes.push_back(static_cast<std::uint8_t>(number >> 8U));
  to.bytes.push_back(static_cast<std::uint8_t>(number));
  for (std::size_t i = 0; i < size; ++i) {
    to.bytes.push_back(static_cast<std::uint8_t>('a' + luck.below(26)));
  }
}

}  // namespace

std::vector<traffic_group_ptr> make_contents(std::size_t count, std::uint64_t seed) {
  dice luck(seed, "contents");
  std::vector<traffic_group_ptr> out;
  for (std::size_t number = 0; number < count; ++number) {
    auto group = std::make_shared<traffic_group>();
    group->name = "content-" + std::to_string(number);
    group->flows.resize(1);
    const auto messages = 8 + number;
    for (std::size_t i = 0; i < messages; ++i) add_message(*group, i, luck);
    group->messages_seen = messages;
    group->bytes_seen = group->bytes.size();
    out.push_back(std::move(group));
  }
  return out;
}

}  // namespace troupe::chaos
