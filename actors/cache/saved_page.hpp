#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/cache/result_codec.hpp"
#include "messages/warming.hpp"

namespace troupe {

/// When a page was written. Within one run of a machine its monotonic clock says how long that was
/// ago, whatever is done to the other; across runs there is none but that of the day.
struct page_stamp {
  content_hash boot;     // names the run of the machine
  duration monotonic{};  // since that began
  duration of_day{};     // since 1970
};

/// How long ago `then` was; nothing where the clock of the day has been turned back behind it.
[[nodiscard]] std::optional<duration> since(const page_stamp& then, const page_stamp& now) noexcept;

inline constexpr std::uint64_t page_limit_bytes = 4ULL << 20U;
inline constexpr std::size_t page_head_bytes = 64;

/// What stands before the entries of a page.
struct page_head {
  std::uint32_t body_bytes = 0;  // behind the head
  std::uint32_t entries = 0;
  std::uint64_t next = 0;  // where the next page of this cache begins; 0: this is the last
  page_stamp written;
};

/// Some of what a cache holds as bytes; a file of saved answers is such pages in a row.
///
///   "TRPC" | u32 format | u32 body bytes | u32 entries | u64 next | stamp | u64 XXH3-64 of that
///   and for each entry: u32 bytes | the result as `encode` has it, `held_for` its age
class page_writer {
 public:
  /// At most `limit` bytes of entries.
  explicit page_writer(std::uint64_t limit = page_limit_bytes) : limit_(limit) {}

  /// False: the page is full, and nothing was added. What would fill a page alone is left out.
  [[nodiscard]] bool add(const cached_entry& one);
  [[nodiscard]] std::uint32_t entries() const noexcept { return entries_; }
  [[nodiscard]] std::string finish(std::uint64_t next, const page_stamp& now) const;

 private:
  std::uint64_t limit_;
  std::string body_;
  std::uint32_t entries_ = 0;
};

/// The first `page_head_bytes` of a page.
[[nodiscard]] std::variant<page_head, misread> read_page_head(std::string_view bytes);

/// Where a page stands, for what is said of it.
struct page_place {
  std::string name;               // of the file or node
  std::uint64_t offset = 0;       // of the page
  std::uint64_t first_entry = 0;  // number of its first entry, from 0
};

/// The entries of a page whose head was read, each older by `elapsed` (nothing: nobody knows, and
/// all are refused as expired). What cannot be read is counted; the first such is described.
[[nodiscard]] warm_batch read_page_body(const page_head& head, std::string_view entries,
                                        std::optional<duration> elapsed, const page_place& at);

}  // namespace troupe
