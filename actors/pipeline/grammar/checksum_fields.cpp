#include "actors/pipeline/grammar/checksum_fields.hpp"

#include <set>
#include <string>
#include <vector>

#include "actors/pipeline/parser/checksums.hpp"
#include "actors/pipeline/parser/numbers.hpp"

namespace troupe::grammar {

namespace {

using algorithm = checksum_relation::algorithm;

constexpr std::size_t most_looked_at = 64;
constexpr std::size_t fewest_values = 4;

/// The field in one whole message.
struct place {
  bytes_view message;
  std::size_t offset = 0;
};

bool agrees(const checksum_relation& how, const field& what, const std::vector<place>& places) {
  std::size_t wrong = 0;
  for (const auto& one : places) {
    const auto value = read_number(one.message.subspan(one.offset, what.size.bytes), what.order);
    if (expected_checksum(how, one.message, one.offset, what.size.bytes) != value) ++wrong;
    if (wrong * 20 > places.size()) return false;
  }
  return true;
}

std::vector<checksum_relation> possible(const field& what, const std::vector<place>& places) {
  const auto end = static_cast<std::uint32_t>(places.front().offset) + what.size.bytes;
  const bool is_last = places.front().message.size() == end;
  std::vector<checksum_relation> out;
  for (const auto with :
       {algorithm::sum8, algorithm::xor8, algorithm::internet, algorithm::fletcher16,
        algorithm::adler32, algorithm::crc16_ccitt, algorithm::crc16_modbus, algorithm::crc32}) {
    if (width_of(with) != what.size.bytes) continue;
    out.push_back({with, 0, is_last ? what.size.bytes : 0});
    if (!is_last) out.push_back({with, end, 0});
  }
  return out;
}

}  // namespace

void judge_checksum(field& what, std::span<const scope> within, const samples& from,
                    std::uint32_t offset) {
  const bool plausible = what.kind == field_kind::number || what.kind == field_kind::id ||
                         what.kind == field_kind::enumeration;
  if (!plausible || what.size.bytes > 4 || within.empty()) return;
  std::vector<place> places;
  std::set<std::uint64_t> values;
  for (const auto& one : spread(within, most_looked_at)) {
    places.push_back({from[one.of].bytes, std::size_t{one.begin} + offset});
    values.insert(read_number(one.bytes.subspan(offset, what.size.bytes), what.order));
  }
  if (values.size() < fewest_values) return;
  for (const auto& how : possible(what, places)) {
    if (!agrees(how, what, places)) continue;
    what.kind = field_kind::checksum;
    what.sums = how;
    what.values.clear();
    what.confidence = 0.99;
    what.evidence = {std::string(to_string(how.with)) + " of the message, verified in " +
                     std::to_string(places.size()) + " messages"};
    return;
  }
}

}  // namespace troupe::grammar
