#pragma once

#include <cstdint>

namespace troupe::chaos {

/// Bytes that this process has allocated and not freed, as its allocator tells: gperftools' where
/// the program is linked with it, else glibc's. 0: the allocator does not tell (a sanitizer's).
[[nodiscard]] std::uint64_t heap_in_use();

}  // namespace troupe::chaos
