// Input: two bytes say how many of the bytes behind them draw a format, the rest is a message.

#include <algorithm>
#include <cstdlib>
#include <span>

#include "actors/pipeline/parser/parser.hpp"
#include "actors/pipeline/validator/validator.hpp"
#include "tests/actors/pipeline/parser/random_formats.hpp"

namespace {

using bytes_view = std::span<const std::uint8_t>;

/// Draws numbers from bytes, one byte each, so that a changed byte changes one decision; zeros at
/// the end.
troupe::format format_from(bytes_view bytes) {
  return troupe::make_wild_format([bytes]() mutable -> std::uint64_t {
    if (bytes.empty()) return 0;
    const auto drawn = bytes.front();
    bytes = bytes.subspan(1);
    return drawn;
  });
}

troupe::traffic_group group_of(bytes_view bytes) {
  troupe::traffic_group group;
  group.flows.resize(1);
  group.bytes.assign(bytes.begin(), bytes.end());
  troupe::message whole;
  whole.size = static_cast<std::uint32_t>(bytes.size());
  group.messages = {whole, whole};
  return group;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const bytes_view input(data, size);
  if (size < 2) return 0;
  const auto wanted = std::size_t{input[0]} | std::size_t{input[1]} << 8;
  const auto behind = input.subspan(2);
  const auto drawing = behind.first(std::min(wanted, behind.size()));
  const auto message = behind.subspan(drawing.size());
  const auto what = format_from(drawing);

  const auto parsed = troupe::parser(what).parse(message, troupe::direction::client_to_server);
  std::size_t at = 0;
  for (const auto& leaf : parsed.fields) {
    if (leaf.offset != at || leaf.size == 0) std::abort();
    at += leaf.size;
  }
  if (at != message.size()) std::abort();
  const auto judged =
      troupe::validate(what, group_of(message), troupe::validation_level::enterprise, {});
  if (judged.messages != 2) std::abort();
  return 0;
}
