// Asks a node inside this process what twenty captured requests are, and prints the answer.
#include <chrono>
#include <iostream>
#include <memory>
#include <variant>

#include "runtime/node.hpp"

/// Twenty Modbus requests, as a capture of TCP port 502 would have them.
troupe::traffic_group_ptr some_traffic() {
  auto group = std::make_shared<troupe::traffic_group>();
  group->name = "example";
  group->l4 = troupe::transport::tcp;
  group->flows.push_back({.l4 = troupe::transport::tcp, .packets = 20});
  for (std::uint8_t i = 0; i < 20; ++i) {
    const auto at = static_cast<std::uint32_t>(group->bytes.size());
    const std::uint8_t bytes[] = {0, i, 0, 0, 0, 6, 1, 3, 0, std::uint8_t(i * 7), 0, 2};
    group->bytes.insert(group->bytes.end(), std::begin(bytes), std::end(bytes));
    group->messages.push_back({.offset = at, .size = sizeof bytes, .source = i + 1U});
    if (i >= troupe::opening_limit::segments_per_direction) continue;  // the classifier's input
    group->flows[0].opening.push_back(
        {.offset = at, .size = sizeof bytes, .wire_size = sizeof bytes, .packet = i + 1U});
    group->opening_bytes = group->bytes;
  }
  group->messages_seen = group->messages.size();
  group->bytes_seen = group->bytes.size();
  return group;
}

int main() {
  troupe::node node(troupe::options{});
  const auto outcome =
      node.discover({.input = some_traffic(), .budget = std::chrono::seconds(2)}).wait();
  if (const auto* why = std::get_if<troupe::failure>(&outcome)) {
    std::cerr << troupe::to_string(why->code) << ": " << why->what << '\n';
    return 1;
  }
  const auto& result = *std::get<troupe::discovery_result_ptr>(outcome);
  const auto& protocol = result.found.protocol;
  std::cout << "protocol: " << (protocol ? protocol->overall.label.value_or("unknown") : "unknown")
            << '\n'
            << "message types: " << (result.found.grammar ? result.found.grammar->types.size() : 0)
            << '\n'
            << "confidence: " << result.confidence << (result.partial ? " (partial)\n" : "\n");
}
