#include "actors/pipeline/grammar/status_codes.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <vector>

#include "actors/pipeline/parser/selection.hpp"

namespace troupe::grammar {

namespace {

constexpr std::size_t fewest_messages = 4;  // of a type

using counts = std::map<std::string, std::size_t>;

bool is_number(const std::string& word) {
  return !word.empty() &&
         std::ranges::all_of(word, [](unsigned char at) { return std::isdigit(at) != 0; });
}

bool are_codes(const counts& seen) {
  const auto digits = seen.begin()->first.size();
  std::size_t messages = 0;
  for (const auto& [value, count] : seen) {
    if (!is_number(value) || value.size() != digits) return false;
    messages += count;
  }
  return messages >= fewest_messages && seen.size() > 1 && seen.size() * 2 <= messages;
}

}  // namespace

std::optional<narrowing> add_codes(const samples& from, keyword_choice& so_far) {
  if (so_far.keywords.size() != 1 || so_far.keywords[0].from != keyword::source::word) return {};
  const auto word = so_far.keywords[0];
  const keyword next{keyword::source::word, word.offset + 1, 1};
  std::map<std::string, counts> behind;
  std::string first;
  std::string second;
  for (const auto& one : from) {
    keyword_value(word, one.bytes, one.dir, first);
    keyword_value(next, one.bytes, one.dir, second);
    ++behind[first][second];
  }
  narrowing out;
  for (const auto& [value, seen] : behind) {
    if (!are_codes(seen)) continue;
    for (const auto& [code, count] : seen) out[{value}].insert(code);
  }
  if (out.empty()) return {};
  so_far.keywords.push_back(next);
  so_far.evidence.push_back("word " + std::to_string(next.offset) + " is a code in " +
                            std::to_string(out.size()) + " of the types");
  return out;
}

}  // namespace troupe::grammar
