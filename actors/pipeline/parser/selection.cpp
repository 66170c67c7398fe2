#include "actors/pipeline/parser/selection.hpp"

#include <bit>

#include "actors/pipeline/parser/ber.hpp"

namespace troupe {

namespace {

constexpr bool is_blank(std::uint8_t byte) noexcept {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

void append(std::string& value, std::span<const std::uint8_t> bytes) {
  for (const auto byte : bytes) value.push_back(static_cast<char>(byte));
}

void word_value(std::uint32_t number, std::span<const std::uint8_t> bytes, std::string& value) {
  std::size_t at = 0;
  for (std::uint32_t word = 0; at < bytes.size(); ++word) {
    while (at < bytes.size() && is_blank(bytes[at])) ++at;
    const auto begin = at;
    while (at < bytes.size() && !is_blank(bytes[at])) ++at;
    if (word == number) return append(value, bytes.subspan(begin, at - begin));
  }
}

void tag_value(const keyword& which, std::span<const std::uint8_t> bytes, std::string& value) {
  std::size_t at = which.width;
  for (std::uint32_t entered = 0; entered < which.offset; ++entered) {
    const auto head = read_ber_head(bytes, at, bytes.size());
    if (!head.problem.empty() || !head.constructed) return;
    at = head.value_begin;
  }
  if (at < bytes.size()) append(value, bytes.subspan(at, 1));
}

}  // namespace

void keyword_value(const keyword& which, std::span<const std::uint8_t> bytes, direction dir,
                   std::string& value) {
  value.clear();
  switch (which.from) {
    case keyword::source::bytes:
      if (std::uint64_t{which.offset} + which.width <= bytes.size())
        append(value, bytes.subspan(which.offset, which.width));
      break;
    case keyword::source::direction: value.push_back(static_cast<char>(dir)); break;
    case keyword::source::word: word_value(which.offset, bytes, value); break;
    case keyword::source::size:
      value.push_back(static_cast<char>(std::bit_width(bytes.size())));
      break;
    case keyword::source::tag: tag_value(which, bytes, value); break;
  }
}

selected_type select_type(const selector& pick, std::span<const std::uint8_t> bytes, direction dir,
                          std::vector<std::string>& scratch) {
  scratch.resize(pick.keywords.size());
  for (std::size_t i = 0; i < pick.keywords.size(); ++i)
    keyword_value(pick.keywords[i], bytes, dir, scratch[i]);
  for (;;) {
    const auto found = pick.types.find(scratch);
    if (found != pick.types.end()) return {found->second, true};
    if (scratch.empty()) return {pick.fallback, false};
    scratch.pop_back();
  }
}

}  // namespace troupe
