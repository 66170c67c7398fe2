#include "chaos/world/heap.hpp"

#include <gperftools/malloc_extension_c.h>
#include <malloc.h>

#include <cstddef>

#pragma weak MallocExtension_GetNumericProperty

namespace troupe::chaos {

std::uint64_t heap_in_use() {
  if (MallocExtension_GetNumericProperty != nullptr) {
    std::size_t bytes = 0;
    MallocExtension_GetNumericProperty("generic.current_allocated_bytes", &bytes);
    return bytes;
  }
  const auto all = mallinfo2();
  return all.uordblks + all.hblkhd;  // small and large blocks
}

}  // namespace troupe::chaos
