#include "actors/pipeline/grammar/ends.hpp"

#include <algorithm>
#include <numeric>

namespace troupe::grammar {

namespace {

/// Stops where there are more values than are listed: these are dropped in the end.
template <class Counts>
void count(Counts& in, const typename Counts::key_type& value) {
  if (in.size() <= message_ends::most_listed) ++in[value];
}

template <class Known, class Counts>
std::vector<Known> listed(const Counts& counts) {
  std::vector<Known> out;
  if (counts.size() > message_ends::most_listed) return out;
  for (const auto& [value, seen] : counts) out.push_back({value, seen});
  return out;
}

std::string tail(bytes_view bytes, std::size_t width) {
  const auto last = bytes.last(std::min(width, bytes.size()));
  return {last.begin(), last.end()};
}

}  // namespace

void ends_counter::add(bytes_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  if (seen_ == 0) shortest_ = longest_ = {size, 0};
  ++seen_;
  if (std::ranges::all_of(bytes, is_text_byte)) ++only_text_;
  count(last_byte_, tail(bytes, 1));
  count(last_two_, tail(bytes, 2));
  count(sizes_, size);
  if (size < shortest_.bytes) shortest_ = {size, 0};
  if (size > longest_.bytes) longest_ = {size, 0};
  if (size == shortest_.bytes) ++shortest_.seen;
  if (size == longest_.bytes) ++longest_.seen;
  step_ = std::gcd(step_, size - shortest_.bytes);
  step_ = std::gcd(step_, longest_.bytes - size);
}

message_ends ends_counter::take() const {
  message_ends out;
  out.seen = seen_;
  out.only_text = only_text_;
  out.last_byte = listed<known_value>(last_byte_);
  out.last_two = listed<known_value>(last_two_);
  out.sizes = listed<known_size>(sizes_);
  out.shortest = shortest_;
  out.longest = longest_;
  out.step = std::max(step_, 1U);
  out.remainder = shortest_.bytes % out.step;
  return out;
}

}  // namespace troupe::grammar
