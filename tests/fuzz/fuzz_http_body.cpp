// Any bytes as a request body: the first byte picks the content type.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/wire/discover_body.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array<std::string_view, 3> types{
      "application/json", "application/x-protobuf", "application/vnd.tcpdump.pcap"};
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const troupe::wire::body_limits limits{1U << 20U, 1000, 4096};
  const auto read = troupe::wire::decode_body(types.at(data[0] % types.size()), body, limits);
  if (const auto* why = std::get_if<troupe::failure>(&read)) {
    if (!*why || why->what.empty()) std::abort();  // a refusal says why
    return 0;
  }
  const auto& request = std::get<troupe::wire::discover_body>(read);
  if (request.messages.empty()) return 0;
  // What was understood can be said again, and is then understood the same.
  const auto again =
      troupe::wire::decode_body(types[1], troupe::wire::encode_body(request), limits);
  if (!std::holds_alternative<troupe::wire::discover_body>(again)) std::abort();
  if (troupe::wire::group_of(request)->messages.size() != request.messages.size()) std::abort();
  return 0;
}
