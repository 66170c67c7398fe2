// Asks a node inside this process what twenty captured requests are, and prints the answer.
#include <iostream>

#include "runtime/node.hpp"

// Modbus requests of 12 bytes, as a capture of one TCP connection has them.
troupe::traffic_group_ptr some_traffic() {
  auto group = std::make_shared<troupe::traffic_group>();
  troupe::flow flow{.l4 = troupe::transport::tcp, .packets = 20};
  for (std::uint32_t i = 0; i < 20; ++i) {
    for (const auto byte : {0U, i, 0U, 0U, 0U, 6U, 1U, 3U, 0U, i * 7, 0U, 2U}) {
      group->bytes.push_back(static_cast<std::uint8_t>(byte));
    }
    group->messages.push_back({.offset = i * 12, .size = 12});
    if (i < troupe::opening_limit::segments_per_direction) {  // what the classifier looks at
      flow.opening.push_back({.offset = i * 12, .size = 12, .wire_size = 12, .packet = i + 1});
    }
  }
  group->opening_bytes = group->bytes;
  group->flows.push_back(flow);
  return group;
}

int main() {
  troupe::options settings;
  settings.config_folder = TROUPE_CONFIG_FOLDER;  // of the installed copy: the shipped models
  troupe::node node(settings);
  const auto outcome =
      node.discover({.input = some_traffic(), .budget = std::chrono::seconds(2)}).wait();
  if (const auto* failed = std::get_if<troupe::failure>(&outcome)) {
    std::cerr << troupe::to_string(failed->code) << ": " << failed->what << '\n';
    return 1;
  }
  const auto& found = std::get<troupe::discovery_result_ptr>(outcome)->found;
  std::cout << "protocol: "
            << (found.protocol ? found.protocol->overall.label.value_or("unknown") : "none") << '\n'
            << "message types: " << (found.grammar ? found.grammar->types.size() : 0) << '\n';
}
