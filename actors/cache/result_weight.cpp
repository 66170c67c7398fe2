#include <utility>
#include <variant>

#include "actors/cache/result_cache.hpp"

namespace troupe {

namespace {

// Allocations cost about 16 bytes of bookkeeping each; strings of format elements are mostly short.
constexpr std::uint64_t allocation_bytes = 16;

std::uint64_t weight(const std::vector<std::string>& texts) {
  std::uint64_t sum = 0;
  for (const auto& text : texts) sum += sizeof text + text.capacity() + allocation_bytes;
  return sum;
}

std::uint64_t weight(const body& elements);

struct element_weight {
  static std::uint64_t of(const std::vector<known_value>& values) {
    std::uint64_t sum = 0;
    for (const auto& value : values) sum += sizeof value + value.bytes.capacity();
    return sum;
  }
  std::uint64_t operator()(const field& f) const {
    return f.name.capacity() + weight(f.evidence) + of(f.values);
  }
  std::uint64_t operator()(const ber_tree& b) const {
    return b.name.capacity() + weight(b.evidence) + of(b.tags);
  }
  std::uint64_t operator()(const list& l) const {
    return l.name.capacity() + weight(l.evidence) + weight(l.item);
  }
  std::uint64_t operator()(const choice& c) const {
    auto sum = c.name.capacity() + weight(c.otherwise);
    for (const auto& [value, elements] : c.cases) sum += 96 + value.capacity() + weight(elements);
    return sum;
  }
  template <class Leaf>
  std::uint64_t operator()(const Leaf& leaf) const {
    return leaf.name.capacity() + weight(leaf.evidence);
  }
};

std::uint64_t weight(const body& elements) {
  std::uint64_t sum = allocation_bytes + elements.capacity() * sizeof(element);
  for (const auto& one : elements) sum += std::visit(element_weight{}, one.node);
  return sum;
}

std::uint64_t weight(const message_ends& ends) {
  return (ends.last_byte.capacity() + ends.last_two.capacity()) * sizeof(known_value) +
         ends.sizes.capacity() * sizeof(known_size);
}

std::uint64_t weight(const format& grammar) {
  std::uint64_t sum = sizeof grammar + weight(grammar.evidence) + weight(grammar.ends) +
                      grammar.transitions.capacity() * sizeof(transition);
  for (const auto& [values, type] : grammar.pick.types) sum += 96 + weight(values);
  for (const auto& type : grammar.types) {
    sum += sizeof type + type.name.capacity() + weight(type.evidence) + weight(type.elements) +
           weight(type.ends);
  }
  return sum;
}

std::uint64_t weight(const verdict& one) {
  return sizeof one + one.candidates.capacity() * (sizeof(verdict::candidate) + allocation_bytes) +
         weight(one.evidence);
}

}  // namespace

std::uint64_t weight_of(const discovery_result& result) {
  auto sum = sizeof result + result.group.capacity() +
             result.stages.capacity() * sizeof(stage_report) + allocation_bytes;
  const auto& found = result.found;
  if (found.stats) {
    sum += sizeof(statistics) + found.stats->columns.capacity() * sizeof(column_statistics) +
           weight(found.stats->text_runs) + weight(found.stats->content_evidence) +
           found.stats->frequent.capacity() * sizeof(ngram);
  }
  if (found.grammar) sum += weight(*found.grammar);
  if (found.parse) {
    sum += sizeof(parse_report) + found.parse->per_type.capacity() * sizeof(std::uint64_t) +
           found.parse->failures.capacity() * (sizeof(parse_report::failed_message) + 64);
  }
  if (found.protocol) {
    sum += weight(found.protocol->overall);
    for (const auto& one : found.protocol->flows) sum += weight(one);
  }
  if (found.validity) {
    sum += sizeof(validation) + found.validity->violations.capacity() * (sizeof(violation) + 96);
  }
  return sum;
}

std::uint64_t weight_of(const failure& why) {
  constexpr std::uint64_t bookkeeping = 256;  // of the entry itself: here it is most of it
  return bookkeeping + why.what.capacity();
}

result_cache::value valued(discovery_result_ptr result, std::uint64_t model_version,
                           time_point begun, duration age) {
  result_cache::value out;
  out.bytes = weight_of(*result);
  out.result = std::move(result);
  out.model_version = model_version;
  out.begun = begun;
  out.age = age;
  return out;
}

}  // namespace troupe
