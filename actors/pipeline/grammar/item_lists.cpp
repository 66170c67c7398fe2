#include "actors/pipeline/grammar/item_lists.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

namespace troupe::grammar {

namespace {

constexpr std::uint32_t last_begin = 300;
constexpr std::uint32_t longest_scope = 2048;
constexpr std::size_t most_scopes = 24;
constexpr std::uint8_t pad_mark = 0;
constexpr std::uint8_t end_mark = 255;
constexpr double least_score = 8.0;
constexpr double least_evidence = 4.0;  // nats: fewer than 2 in 100 such lists are chance

std::vector<item_list> all_shapes(bool quick) {
  std::vector<item_list> out;
  for (const auto type : {0U, 1U, 2U}) {
    for (const auto length : {1U, 2U, 4U}) {
      for (const auto order : {byte_order::big, byte_order::little}) {
        if ((length == 1 || quick) && order == byte_order::little) continue;
        for (const bool counts_header : {false, true}) {
          for (const auto align : {1U, 4U}) {
            if (quick && align > 1) continue;
            item_list shape;
            shape.type_width = type;
            shape.length_width = length;
            shape.order = order;
            shape.counts_header = counts_header;
            shape.align = align;
            out.push_back(shape);
          }
        }
      }
    }
  }
  item_list marked;
  marked.marks = true;
  out.push_back(marked);
  return out;
}

constexpr std::uint64_t no_item = ~std::uint64_t{0};

/// Where the item at `at` has its value and its end; both no_item where none fits.
struct item_bounds {
  std::uint64_t value_end = no_item;
  std::uint64_t end = no_item;
};

// Called for every offset of every scope and shape: nothing is allocated, nothing divided where
// items are not padded.
inline item_bounds bounds_of(const item_list& how, bytes_view bytes, std::uint32_t at) {
  const std::uint64_t size = bytes.size();
  const std::uint64_t value = std::uint64_t{at} + how.header();
  if (value > size) return {};
  const auto* digits = bytes.data() + at + how.type_width;
  std::uint64_t length = 0;
  for (std::uint32_t i = 0; i < how.length_width; ++i) {
    const auto digit = how.order == byte_order::big ? i : how.length_width - 1 - i;
    length = length << 8U | digits[digit];
  }
  if (how.counts_header) {
    if (length < how.header()) return {};
    length -= how.header();
  }
  if (length > size - value) return {};
  const auto value_end = value + length;
  auto end = value_end;
  if (how.align > 1) end += (how.align - (value_end - at) % how.align) % how.align;
  if (end > size) return {};
  return {value_end, end};
}

/// `mark_reaching` for items without marks: all shapes but one, and most of the time.
template <std::uint32_t width, byte_order order>
void mark_plain(const item_list& how, bytes_view bytes, std::vector<std::uint8_t>& reaches) {
  const std::uint64_t size = bytes.size();
  const std::uint64_t header = how.header();
  const auto* digits = bytes.data() + how.type_width;
  const std::uint64_t least = how.counts_header ? header : 0;
  const std::uint64_t behind = how.counts_header ? 0 : header;
  const std::uint64_t fill = how.align - 1;  // a power of two less one
  for (auto at = size < header ? 0 : size - header + 1; at-- > 0;) {
    std::uint64_t length = 0;
    for (std::uint32_t i = 0; i < width; ++i) {
      length = length << 8U | digits[at + (order == byte_order::big ? i : width - 1 - i)];
    }
    const auto end = at + ((behind + length + fill) & ~fill);
    if (length >= least && end <= size) reaches[at] = reaches[end];
  }
}

/// Marks every offset from which items follow each other to the end.
void mark_reaching(const item_list& how, bytes_view bytes, std::vector<std::uint8_t>& reaches) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  reaches.assign(size + 1, 0);
  reaches[size] = 1;
  const bool big = how.order == byte_order::big;
  if (!how.marks) {
    switch (how.length_width) {
      case 1: return mark_plain<1, byte_order::big>(how, bytes, reaches);
      case 2:
        return big ? mark_plain<2, byte_order::big>(how, bytes, reaches)
                   : mark_plain<2, byte_order::little>(how, bytes, reaches);
      case 4:
        return big ? mark_plain<4, byte_order::big>(how, bytes, reaches)
                   : mark_plain<4, byte_order::little>(how, bytes, reaches);
      default: break;
    }
  }
  for (auto at = size; at-- > 0;) {
    if (how.marks && bytes[at] == end_mark) {
      reaches[at] = 1;
    } else if (how.marks && bytes[at] == pad_mark) {
      reaches[at] = reaches[at + 1];
    } else {
      const auto end = bounds_of(how, bytes, at).end;
      if (end != no_item) reaches[at] = reaches[end];
    }
  }
}

/// What speaks for a list that starts at one offset.
struct case_for {
  std::size_t scopes = 0;
  std::size_t reached = 0;
  std::size_t items = 0;
  std::size_t filled = 0;                             // items with a value
  std::set<std::string> types = {};                   // their type bytes
  std::set<std::vector<std::uint32_t>> layouts = {};  // where the items begin
};

void add_scope(const item_list& how, const scope& one, case_for& so_far) {
  ++so_far.scopes;
  const auto items = read_items(how, one.bytes);
  if (!items) return;
  ++so_far.reached;
  std::vector<std::uint32_t> layout;
  for (const auto& item : *items) {
    layout.push_back(item.begin);
    ++so_far.items;
    if (item.value_end > item.value) ++so_far.filled;
    const auto type = one.bytes.subspan(item.begin, how.type_width);
    so_far.types.emplace(type.begin(), type.end());
  }
  so_far.layouts.insert(std::move(layout));
}

/// Score: number of items, improbability, coverage, repetition, an early start.
std::optional<item_list> judge(item_list how, std::span<const scope> within, double chance) {
  case_for found;
  for (const auto& one : within) add_scope(how, one, found);
  if (found.items == 0) return std::nullopt;
  const auto items = static_cast<double>(found.items);
  how.coverage = static_cast<double>(found.reached) / static_cast<double>(found.scopes);
  how.mean_items = items / static_cast<double>(found.reached);
  const double repetition =
      how.type_width == 0 ? 0 : 1 - static_cast<double>(found.types.size()) / items;
  const double evidence =
      -std::log(std::max(chance, 1e-3)) * static_cast<double>(found.layouts.size());
  if (how.coverage < 0.95 || how.mean_items < 1.5 ||
      static_cast<double>(found.filled) < 0.6 * items || (how.type_width > 0 && repetition < 0.4) ||
      evidence < least_evidence) {
    return std::nullopt;
  }
  how.score = 2 * std::log(1 + how.mean_items) + 0.15 * std::min(evidence, 40.0) +
              3 * how.coverage + 2 * repetition - 0.02 * how.begin;
  if (how.score < least_score) return std::nullopt;
  return how;
}

class list_search {
 public:
  explicit list_search(std::span<const scope> within)
      : within_(within), shortest_(shortest(within)), longest_(longest(within)) {}

  std::optional<item_list> best(bool quick) {
    std::optional<item_list> found;
    for (auto shape : all_shapes(quick)) {
      const auto begin = first_start(shape);
      if (!begin) continue;
      shape.begin = *begin;
      const auto judged = judge(shape, within_, chance_share(shape));
      if (judged && (!found || judged->score > found->score)) found = judged;
    }
    return found;
  }

 private:
  /// The first start from which at least 19 of 20 scopes are items to their end. Nearly all shapes
  /// lose all their starts in the first scopes.
  std::optional<std::uint32_t> first_start(const item_list& shape) {
    const auto may_miss = static_cast<std::uint8_t>(within_.size() / 20);
    // Some scope has two items: see `judge`. Without that, the empty rest would always be a list.
    if (longest_ < 2 * shape.header()) return std::nullopt;
    const auto last = std::min({shortest_, last_begin, longest_ - 2 * shape.header()});
    missed_.assign(last + 1, 0);
    for (const auto& one : within_) {
      mark_reaching(shape, one.bytes, reaches_);
      std::uint8_t fewest = 255;
      for (std::uint32_t at = 0; at <= last; ++at) {
        missed_[at] = static_cast<std::uint8_t>(missed_[at] + 1 - reaches_[at]);
        fewest = std::min(fewest, missed_[at]);
      }
      if (fewest > may_miss) return std::nullopt;
    }
    const auto found = std::ranges::find_if(missed_, [&](auto count) { return count <= may_miss; });
    return static_cast<std::uint32_t>(found - missed_.begin());
  }

  /// The share of all offsets of all scopes from which items follow to the end.
  [[nodiscard]] double chance_share(const item_list& shape) {
    std::size_t offsets = 0;
    std::size_t reaching = 0;
    for (const auto& one : within_) {
      mark_reaching(shape, one.bytes, reaches_);
      offsets += one.size();
      reaching += static_cast<std::size_t>(std::count(reaches_.begin(), reaches_.end() - 1, 1));
    }
    return offsets == 0 ? 1 : static_cast<double>(reaching) / static_cast<double>(offsets);
  }

  std::span<const scope> within_;
  std::uint32_t shortest_ = 0;
  std::uint32_t longest_ = 0;
  std::vector<std::uint8_t> reaches_;
  std::vector<std::uint8_t> missed_;  // by start: scopes whose end it does not reach; at most 24
};

/// Different scopes, and of different sizes as far as there are such.
scopes varied(std::span<const scope> within, std::size_t most) {
  std::unordered_set<std::string_view> known;
  scopes out;
  for (const auto& one : spread(within, 8 * most)) {
    if (one.size() <= longest_scope && known.insert(text_of(one.bytes)).second) out.push_back(one);
  }
  return spread(out, most);
}

}  // namespace

std::optional<item_extent> read_item(const item_list& how, bytes_view bytes, std::uint32_t at) {
  const auto found = bounds_of(how, bytes, at);
  if (found.end == no_item) return std::nullopt;
  return item_extent{at, at + how.header(), static_cast<std::uint32_t>(found.value_end),
                     static_cast<std::uint32_t>(found.end)};
}

std::optional<std::vector<item_extent>> read_items(const item_list& how, bytes_view bytes) {
  std::vector<item_extent> out;
  std::uint32_t at = how.begin;
  while (at < bytes.size()) {
    if (how.marks && bytes[at] == end_mark) return out;
    if (how.marks && bytes[at] == pad_mark) {
      ++at;
      continue;
    }
    const auto item = read_item(how, bytes, at);
    if (!item) return std::nullopt;
    out.push_back(*item);
    at = item->end;
  }
  return out;
}

bool fits(const item_list& how, std::span<const scope> within) {
  std::size_t items = 0;
  for (const auto& one : within) {
    if (one.size() < how.begin) return false;
    const auto found = read_items(how, one.bytes);
    if (!found) return false;
    items += found->size();
  }
  return items * 2 >= within.size() * 3;
}

bool same_shape(const item_list& left, const item_list& right) {
  return left.type_width == right.type_width && left.length_width == right.length_width &&
         left.order == right.order && left.counts_header == right.counts_header &&
         left.align == right.align && left.marks == right.marks;
}

bool repeats(const item_list& how, std::span<const scope> within) {
  std::size_t items = 0;
  std::size_t filled = 0;
  for (const auto& one : within) {
    const auto found = one.size() < how.begin ? std::nullopt : read_items(how, one.bytes);
    if (!found) return false;
    items += found->size();
    filled += static_cast<std::size_t>(std::ranges::count_if(
        *found, [](const item_extent& item) { return item.value_end > item.value; }));
  }
  const std::size_t least = how.begin == 0 && how.length_width > 1 ? 1 : 2;
  return items >= least * within.size() && filled * 10 >= items * 6;
}

std::optional<item_list> find_items(std::span<const scope> within, bool quick) {
  auto looked_at = varied(within, quick ? most_scopes / 2 : most_scopes);
  if (looked_at.size() < 4) return std::nullopt;
  // Most shapes fail in the first scopes: let these be short ones.
  std::ranges::stable_sort(looked_at, {}, [](const scope& one) { return one.size(); });
  return list_search(looked_at).best(quick);
}

}  // namespace troupe::grammar
