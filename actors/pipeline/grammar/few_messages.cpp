#include "actors/pipeline/grammar/few_messages.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "actors/pipeline/grammar/ber_shape.hpp"
#include "actors/pipeline/grammar/kinds.hpp"
#include "actors/pipeline/grammar/name_chains.hpp"

namespace troupe::grammar {

namespace {

constexpr double guessed = 0.1;  // confidence

std::string why_opaque(std::span<const scope> all) {
  const auto distinct = distinct_contents(all, fewest_to_compare);
  auto text = std::to_string(distinct);
  text.append(distinct == 1 ? " message" : " different messages");
  return text.append(", too few to tell fields apart");
}

field opaque_field(std::span<const scope> all) {
  field out;
  out.kind = field_kind::opaque;
  out.confidence = guessed;
  out.evidence.push_back(why_opaque(all));
  return out;
}

void add_before(body& out, std::span<const scope> all, std::uint32_t size) {
  if (size == 0) return;
  auto before = opaque_field(all);
  before.size.bytes = size;
  out.push_back({std::move(before)});
}

void add_rest(body& out, std::span<const scope> all) {
  auto rest = opaque_field(all);
  rest.size.kind = size_rule::how::rest;
  out.push_back({std::move(rest)});
}

/// Three elements that fit, enough where many messages agree, may be chance in one.
bool is_rich_tree(std::span<const scope> all, std::uint32_t begin) {
  constexpr std::uint32_t enough = 6;
  return std::all_of(all.begin(), all.end(), [&](const scope& one) {
    return count_ber_elements(one.bytes.subspan(begin)) >= enough;
  });
}

}  // namespace

bool too_few_to_compare(std::span<const scope> all) {
  return distinct_contents(all, fewest_to_compare) < fewest_to_compare;
}

body describe_few(std::span<const scope> all, const samples& from) {
  constexpr std::uint32_t last_chain = 64;
  constexpr std::uint32_t most_listed = 2048;  // bytes of a constant
  body out;
  if (const auto tree = find_ber(all); tree && is_rich_tree(all, tree->begin)) {
    auto found = describe_tree(all, from, tree->begin);
    found.confidence = 0.5;
    add_before(out, all, tree->begin);
    out.push_back({std::move(found)});
  } else if (const auto chain = find_chain(all, last_chain)) {
    add_before(out, all, *chain);
    name_chain found;
    found.confidence = 0.5;
    found.evidence.emplace_back("labels with their lengths, ended by zero or a pointer");
    out.push_back({std::move(found)});
    add_rest(out, all);
  } else if (const auto size = longest(all);
             all.size() > 1 && size > 0 && size <= most_listed && distinct_contents(all, 2) == 1) {
    out.push_back({describe_field(all, from, 0, size, byte_order::big)});
  } else {
    add_rest(out, all);
  }
  return out;
}

}  // namespace troupe::grammar
