// Input: what stands behind the head of a page of saved answers. The head is made to fit, or
// nothing would ever get behind it; and the input alone, as a head.

#include <cstdlib>
#include <string>
#include <variant>

#include "actors/cache/saved_page.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static_cast<void>(troupe::read_page_head(input));
  troupe::page_head head;
  head.body_bytes = static_cast<std::uint32_t>(size);
  head.entries = size == 0 ? 0 : 1U + data[0] % 4U;
  const auto got = troupe::read_page_body(head, input, std::chrono::seconds(1), {"fuzz"});
  std::uint64_t seen = got.entries.size();
  for (const auto each : got.refused.by_outcome) seen += each;
  if (seen != head.entries) std::abort();  // each is read or counted
  troupe::page_writer again;
  for (const auto& one : got.entries) static_cast<void>(again.add(one));
  const auto page = again.finish(0, {});
  const auto back = troupe::read_page_head(page);
  if (!std::holds_alternative<troupe::page_head>(back)) std::abort();
  const auto same = troupe::read_page_body(std::get<troupe::page_head>(back),
                                           std::string_view(page).substr(troupe::page_head_bytes),
                                           troupe::duration{0}, {"again"});
  if (same.entries.size() != again.entries()) std::abort();
  return 0;
}
