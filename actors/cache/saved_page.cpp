#include "actors/cache/saved_page.hpp"

#include <xxhash.h>

#include <algorithm>
#include <concepts>
#include <utility>

#include "actors/cache/result_cache.hpp"

namespace troupe {

namespace {

constexpr std::string_view magic = "TRPC";
constexpr std::uint32_t page_format = 1;
constexpr std::size_t checked_bytes = page_head_bytes - sizeof(std::uint64_t);

template <std::integral T>
void put(std::string& out, T value) {
  auto bits = static_cast<std::uint64_t>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i, bits >>= 8U) {
    out.push_back(static_cast<char>(bits & 0xffU));
  }
}

/// The bytes must be there.
template <std::integral T>
T take(std::string_view& from) {
  std::uint64_t bits = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) bits = bits << 8U | static_cast<std::uint8_t>(from[i]);
  from.remove_prefix(sizeof(T));
  return static_cast<T>(bits);
}

std::string_view text_of(misread why) {
  switch (why) {
    case misread::foreign_format: return "is not of this version of the format";
    case misread::damaged: return "is damaged";
    case misread::another_key:
    case misread::another_model: break;
  }
  return "is something else";
}

/// "file: entry 3 at offset 4711 is damaged"
failure problem_at(const page_place& at, std::uint64_t entry, std::uint64_t offset,
                   std::string_view what) {
  std::string text = at.name;
  text.append(": entry ").append(std::to_string(at.first_entry + entry));
  text.append(" at offset ").append(std::to_string(at.offset + page_head_bytes + offset));
  return {errc::bad_input, text.append(" ").append(what)};
}

}  // namespace

std::optional<duration> since(const page_stamp& then, const page_stamp& now) noexcept {
  const bool same_run = then.boot == now.boot && then.boot != content_hash{};
  const auto from = same_run ? then.monotonic : then.of_day;
  const auto to = same_run ? now.monotonic : now.of_day;
  if (from < duration{0} || from > to) return std::nullopt;
  return to - from;
}

bool page_writer::add(const cached_entry& one) {
  const auto bytes = encode(*one.result, {one.key, one.model_version, one.age});
  const auto needed = bytes.size() + sizeof(std::uint32_t);
  if (needed > limit_) return true;
  if (body_.size() + needed > limit_) return false;
  put(body_, static_cast<std::uint32_t>(bytes.size()));
  body_ += bytes;
  ++entries_;
  return true;
}

std::string page_writer::finish(std::uint64_t next, const page_stamp& now) const {
  std::string out(magic);
  put(out, page_format);
  put(out, static_cast<std::uint32_t>(body_.size()));
  put(out, entries_);
  put(out, next);
  put(out, now.boot.high);
  put(out, now.boot.low);
  put(out, now.monotonic.count());
  put(out, now.of_day.count());
  put(out, XXH3_64bits(out.data(), out.size()));
  return out + body_;
}

std::variant<page_head, misread> read_page_head(std::string_view bytes) {
  if (!bytes.starts_with(magic)) return misread::foreign_format;
  if (bytes.size() < page_head_bytes) return misread::damaged;
  const auto sum = XXH3_64bits(bytes.data(), checked_bytes);
  bytes.remove_prefix(magic.size());
  if (take<std::uint32_t>(bytes) != page_format) return misread::foreign_format;
  page_head out;
  out.body_bytes = take<std::uint32_t>(bytes);
  out.entries = take<std::uint32_t>(bytes);
  out.next = take<std::uint64_t>(bytes);
  out.written.boot.high = take<std::uint64_t>(bytes);
  out.written.boot.low = take<std::uint64_t>(bytes);
  out.written.monotonic = duration{take<duration::rep>(bytes)};
  out.written.of_day = duration{take<duration::rep>(bytes)};
  if (take<std::uint64_t>(bytes) != sum) return misread::damaged;
  if (out.body_bytes > page_limit_bytes) return misread::damaged;
  return out;
}

warm_batch read_page_body(const page_head& head, std::string_view entries,
                          std::optional<duration> elapsed, const page_place& at) {
  warm_batch out;
  out.bytes = page_head_bytes + entries.size();
  out.last = head.next == 0;
  const auto refuse = [&](warm_outcome how, std::uint64_t count, failure why) {
    out.refused.add(how, count);
    if (!out.problem) out.problem = std::move(why);
  };
  auto rest = entries;
  for (std::uint32_t i = 0; i < head.entries; ++i) {
    const auto offset = entries.size() - rest.size();
    const auto size = rest.size() < sizeof(std::uint32_t) ? 0 : take<std::uint32_t>(rest);
    if (size == 0 || size > rest.size()) {  // nobody knows where the next one begins
      refuse(warm_outcome::damaged, head.entries - i, problem_at(at, i, offset, "breaks off"));
      return out;
    }
    auto read = decode_any(rest.substr(0, size));
    rest.remove_prefix(size);
    if (const auto* why = std::get_if<misread>(&read)) {
      refuse(*why == misread::foreign_format ? warm_outcome::foreign_format : warm_outcome::damaged,
             1, problem_at(at, i, offset, text_of(*why)));
      continue;
    }
    auto& [result, header] = std::get<stored_result>(read);
    if (!elapsed || header.held_for < duration{0}) {
      refuse(warm_outcome::expired, 1,
             problem_at(at, i, offset, "is of a time that this machine's clock has not reached"));
      continue;
    }
    // Sums of two times that nobody limits: saturated, for what is so old is expired in any case.
    const auto age = header.held_for + std::min(*elapsed, duration::max() - header.held_for);
    const auto weight = weight_of(*result);
    out.entries.push_back({header.key, std::move(result), header.model_version, age, weight});
  }
  if (!rest.empty() && !out.problem) {
    out.problem = problem_at(at, head.entries, entries.size() - rest.size(), "is one too many");
  }
  return out;
}

}  // namespace troupe
