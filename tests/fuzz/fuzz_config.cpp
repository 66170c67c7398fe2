// The configuration reader, and every key's reading of its value. Seeds: config/*.yaml.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/config/keys.hpp"
#include "runtime/config/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto result = troupe::read_settings(text, "fuzz.yaml");
  const auto* settings = std::get_if<std::vector<troupe::written_setting>>(&result);
  if (settings == nullptr) {
    // A refusal always says where.
    if (!std::get<troupe::failure>(result).what.starts_with("fuzz.yaml")) std::abort();
    return 0;
  }
  troupe::options into;
  for (const auto& written : *settings) {
    if (const auto* key = troupe::find_key(written.key)) {
      // What was taken reads back as the same value.
      if (troupe::assign(*key, written.value, into)) continue;
      troupe::options again;
      if (troupe::assign(*key, troupe::text_of(*key, into), again)) std::abort();
      if (troupe::text_of(*key, again) != troupe::text_of(*key, into)) std::abort();
    }
  }
  return 0;
}
