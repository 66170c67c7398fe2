#include "actors/pipeline/statistics/frequent.hpp"

#include <algorithm>
#include <cstddef>
#include <set>

namespace troupe {

namespace {

constexpr std::size_t most_strings = 16;
constexpr std::size_t gram_bytes = 4;
constexpr std::size_t longest_string = 32;
constexpr std::size_t longest_run = 64;

using bytes_view = std::span<const std::uint8_t>;

std::uint32_t gram_at(bytes_view bytes, std::size_t offset) {
  return std::uint32_t{bytes[offset]} << 24U | std::uint32_t{bytes[offset + 1]} << 16U |
         std::uint32_t{bytes[offset + 2]} << 8U | bytes[offset + 3];
}

/// Counts 4-grams in a table of fixed size (open addressing); grams that find no room are dropped.
class gram_counter {
 public:
  struct slot {
    std::uint32_t gram = 0;
    std::uint32_t seen = 0;
    std::uint32_t message = 0;  // first place
    std::uint32_t offset = 0;
  };

  explicit gram_counter(std::size_t expected) {
    std::size_t size = 1024;
    while (size < expected * 2) size *= 2;
    slots_.resize(size);
  }

  void add(std::uint32_t gram, std::uint32_t message, std::size_t offset) {
    auto& place = slots_[find(gram)];
    if (place.seen == 0) place = {gram, 0, message, static_cast<std::uint32_t>(offset)};
    if (place.gram == gram) ++place.seen;
  }

  [[nodiscard]] std::uint32_t seen(std::uint32_t gram) const {
    const auto& place = slots_[find(gram)];
    return place.gram == gram ? place.seen : 0;
  }

  [[nodiscard]] const std::vector<slot>& slots() const { return slots_; }

 private:
  [[nodiscard]] std::size_t find(std::uint32_t gram) const {
    const auto mask = slots_.size() - 1;
    auto at = (gram * 0x9e3779b1U >> 7U) & mask;
    for (int probe = 0; probe < 16 && slots_[at].seen != 0 && slots_[at].gram != gram; ++probe) {
      at = (at + 1) & mask;
    }
    return at;
  }

  std::vector<slot> slots_;
};

bool one_repeated_byte(std::uint32_t gram) { return gram == (gram & 0xffU) * 0x01010101U; }

/// Lengthens a 4-gram as long as the next one is seen nearly as often.
ngram lengthened(const gram_counter& grams, bytes_view bytes, const gram_counter::slot& start) {
  const auto needed = start.seen - start.seen / 8;
  auto first = std::size_t{start.offset};
  auto end = first + gram_bytes;
  while (first > 0 && end - first < longest_string &&
         grams.seen(gram_at(bytes, first - 1)) >= needed) {
    --first;
  }
  while (end < bytes.size() && end - first < longest_string &&
         grams.seen(gram_at(bytes, end + 1 - gram_bytes)) >= needed) {
    ++end;
  }
  const auto found = bytes.subspan(first, end - first);
  return {std::string(found.begin(), found.end()), start.seen};
}

bool inside_another(const std::vector<ngram>& taken, const std::string& bytes) {
  return std::any_of(taken.begin(), taken.end(), [&](const ngram& other) {
    return other.bytes.find(bytes.substr(0, std::min<std::size_t>(bytes.size(), 6))) !=
           std::string::npos;
  });
}

bool printable(std::uint8_t byte) { return byte >= 0x20 && byte < 0x7f; }

void collect_runs(bytes_view bytes, std::vector<std::string>& out, std::set<std::string>& known) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= bytes.size() && out.size() < most_strings; ++at) {
    if (at < bytes.size() && printable(bytes[at])) continue;
    if (at - begin >= gram_bytes) {
      const auto run = bytes.subspan(begin, std::min(at - begin, longest_run));
      std::string text(run.begin(), run.end());
      if (known.insert(text).second) out.push_back(std::move(text));
    }
    begin = at + 1;
  }
}

}  // namespace

std::vector<ngram> frequent_strings(const traffic_group& group,
                                    std::span<const std::uint32_t> chosen,
                                    const work_context& work) {
  const std::size_t budget = work.effort == quality_mode::fast       ? 4096
                             : work.effort == quality_mode::balanced ? 8192
                                                                     : 65536;
  const auto share = std::max<std::size_t>(64, budget / std::max<std::size_t>(1, chosen.size()));
  gram_counter grams(budget);
  std::size_t used = 0;
  for (const auto index : chosen) {
    const auto bytes = group.payload(group.messages[index]);
    const auto end = std::min(bytes.size(), share);
    for (std::size_t offset = 0; offset + gram_bytes <= end; ++offset) {
      const auto gram = gram_at(bytes, offset);
      if (!one_repeated_byte(gram)) grams.add(gram, index, offset);
    }
    used += end;
    if (used >= budget || work.stop.stop_requested()) break;
  }
  const auto fewest = std::max<std::uint32_t>(2, static_cast<std::uint32_t>(chosen.size() / 16));
  std::vector<gram_counter::slot> common;
  for (const auto& place : grams.slots()) {
    if (place.seen >= fewest) common.push_back(place);
  }
  std::sort(common.begin(), common.end(), [](const auto& a, const auto& b) {
    return a.seen != b.seen ? a.seen > b.seen : a.gram < b.gram;
  });
  std::vector<ngram> out;
  for (const auto& place : common) {
    if (out.size() == most_strings || work.stop.stop_requested()) break;
    auto found = lengthened(grams, group.payload(group.messages[place.message]), place);
    if (!inside_another(out, found.bytes)) out.push_back(std::move(found));
  }
  return out;
}

std::vector<std::string> text_runs(const traffic_group& group,
                                   std::span<const std::uint32_t> chosen,
                                   const std::stop_token& stop) {
  std::vector<std::string> out;
  std::set<std::string> known;
  for (const auto index : chosen) {
    if (out.size() >= most_strings || stop.stop_requested()) break;
    collect_runs(group.payload(group.messages[index]), out, known);
  }
  return out;
}

}  // namespace troupe
