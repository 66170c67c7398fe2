// Input: what stands behind the checksum of a stored result. The checksum is made to hold, or
// nothing would ever get behind it.

#include <xxhash.h>

#include <cstdlib>
#include <string>
#include <variant>

#include "actors/cache/result_codec.hpp"

namespace {

void append(std::string& to, std::uint64_t value, std::size_t bytes) {
  for (; bytes > 0; --bytes, value >>= 8U) to.push_back(static_cast<char>(value & 0xffU));
}

const troupe::content_hash key{1, 2};
constexpr std::uint64_t model = 3;

std::string stored(std::string_view content) {
  std::string checked;
  append(checked, key.high, 8);
  append(checked, key.low, 8);
  append(checked, model, 8);
  append(checked, 0, 8);  // held for
  checked += content;
  std::string out = "TRPE";
  append(out, troupe::stored_format, 4);
  append(out, XXH3_64bits(checked.data(), checked.size()), 8);
  return out + checked;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static_cast<void>(troupe::decode(input, key, model));
  const auto got = troupe::decode(stored(input), key, model);
  const auto* read = std::get_if<troupe::stored_result>(&got);
  if (read == nullptr) return 0;
  const auto again = troupe::encode(*read->result, read->header);
  const auto back = troupe::decode(again, key, model);
  const auto* same = std::get_if<troupe::stored_result>(&back);
  if (same == nullptr || troupe::encode(*same->result, same->header) != again) std::abort();
  return 0;
}
