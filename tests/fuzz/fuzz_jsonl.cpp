// Any bytes as JSONL: behind one good line, so that the text is always taken for JSONL.
#include <string_view>
#include <vector>

#include "tests/fuzz/read_and_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::string_view good =
      "{\"hex\":\"00\",\"direction\":\"c2s\",\"t\":0,\"flow\":0}\n";
  std::vector<std::uint8_t> text(good.begin(), good.end());
  text.insert(text.end(), data, data + size);
  troupe::fuzz::read_and_check(text);
  return 0;
}
