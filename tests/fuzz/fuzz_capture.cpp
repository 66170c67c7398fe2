// Any bytes as a capture file: pcap, pcapng, gzip of them.
#include "tests/fuzz/read_and_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  troupe::fuzz::read_and_check({data, size});
  return 0;
}
