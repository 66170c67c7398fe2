#include "actors/pipeline/formats/format_diff.hpp"

#include <xxhash.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "actors/pipeline/formats/format_rows.hpp"
#include "actors/pipeline/parser/export_text.hpp"

namespace troupe {

namespace {

using what = format_change::what;

constexpr std::size_t most_cells = std::size_t{1} << 24;  // of the table that aligns two bodies

/// A row with what its identity is made of.
struct item {
  format_row row;
  std::string key;     // depth and shape
  std::string values;  // of a constant, an enumeration or tags, in order of their bytes
};

std::string values_of(const format_row& row) {
  if (row.values == nullptr) return {};
  std::vector<std::string> known;
  for (const auto& value : *row.values) known.push_back(value.bytes);
  std::sort(known.begin(), known.end());
  std::string text;
  for (const auto& value : known) {
    text.append(text.empty() ? "" : ", ");
    text.append(all_bytes(value));
  }
  return text;
}

/// What picks each type: tuples of keyword values in order, and "others".
std::vector<std::string> picked_by(const format& of) {
  std::vector<std::string> text(of.types.size());
  for (const auto& [tuple, type] : of.pick.types) {
    auto& one = text[type];
    if (!one.empty()) one += "; ";
    for (std::size_t i = 0; i < tuple.size(); ++i)
      one.append(i == 0 ? "" : " | ").append(tuple[i].empty() ? "none" : all_bytes(tuple[i]));
  }
  auto& fallback = text[of.pick.fallback];
  fallback.append(fallback.empty() ? "others" : "; others");
  return text;
}

std::vector<item> items_of(const body& elements) {
  std::vector<item> items;
  for (auto& row : rows_of(elements)) {
    auto key = std::to_string(row.depth) + ' ' + row.shape;
    auto values = values_of(row);
    items.push_back({std::move(row), std::move(key), std::move(values)});
  }
  return items;
}

std::string in_words(const item& one) {
  std::string text = one.row.kind;
  if (!one.row.width.empty()) text.append(", bytes: ").append(one.row.width);
  if (!one.row.order.empty()) text.append(", ").append(one.row.order).append(" endian");
  if (!one.row.says.empty()) text.append(", ").append(one.row.says);
  return text;
}

/// Where the items of the longest common subsequence stand, in both.
std::vector<std::pair<std::size_t, std::size_t>> aligned(const std::vector<item>& a,
                                                         const std::vector<item>& b) {
  std::size_t begin = 0;
  while (begin < std::min(a.size(), b.size()) && a[begin].key == b[begin].key) ++begin;
  std::size_t end = 0;
  while (end < std::min(a.size(), b.size()) - begin &&
         a[a.size() - 1 - end].key == b[b.size() - 1 - end].key)
    ++end;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < begin; ++i) pairs.emplace_back(i, i);
  const auto rows = a.size() - begin - end;
  const auto columns = b.size() - begin - end;
  if (rows > 0 && columns > 0 && (rows + 1) * (columns + 1) <= most_cells) {
    std::vector<std::uint32_t> longest((rows + 1) * (columns + 1));
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
      return longest[i * (columns + 1) + j];
    };
    for (auto i = rows; i-- > 0;)
      for (auto j = columns; j-- > 0;)
        at(i, j) = a[begin + i].key == b[begin + j].key ? at(i + 1, j + 1) + 1
                                                        : std::max(at(i + 1, j), at(i, j + 1));
    for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
      if (a[begin + i].key == b[begin + j].key)
        pairs.emplace_back(begin + i++, begin + j++);
      else if (at(i + 1, j) >= at(i, j + 1))
        ++i;
      else
        ++j;
    }
  }
  for (auto i = end; i-- > 0;) pairs.emplace_back(a.size() - 1 - i, b.size() - 1 - i);
  return pairs;
}

class comparison {
 public:
  std::vector<format_change> run(const format& before, const format& after) {
    selection(before, after);
    std::vector<bool> matched(before.types.size());
    const auto partner = find_partners(before, after);
    const auto old_picks = picked_by(before);
    const auto new_picks = picked_by(after);
    for (std::size_t i = 0; i < after.types.size(); ++i) {
      const auto& type = after.types[i];
      if (!partner[i]) {
        changes_.push_back({what::added, type.name, {}, {}, "message type"});
        continue;
      }
      matched[*partner[i]] = true;
      if (const auto& old_pick = old_picks[*partner[i]]; old_pick != new_picks[i])
        changes_.push_back({what::values, type.name, {}, old_pick, new_picks[i]});
      bodies(before.types[*partner[i]], type);
    }
    for (std::size_t i = 0; i < before.types.size(); ++i)
      if (!matched[i])
        changes_.push_back({what::removed, before.types[i].name, {}, "message type", {}});
    return std::move(changes_);
  }

 private:
  static std::string keywords_of(const format& of) {
    std::string text;
    for (const auto& word : of.pick.keywords)
      text.append(text.empty() ? "" : ", ").append(describe(word));
    return text.empty() ? "one type" : "by " + text;
  }

  void selection(const format& before, const format& after) {
    if (before.pick.keywords == after.pick.keywords) return;
    changes_.push_back({what::retyped, {}, {}, keywords_of(before), keywords_of(after)});
  }

  using partners = std::vector<std::optional<std::size_t>>;  // of the new types, the old ones

  static partners find_partners(const format& before, const format& after) {
    partners found(after.types.size());
    std::vector<bool> taken(before.types.size());
    const auto pair_up = [&](std::size_t old_type, std::size_t new_type) {
      if (found[new_type] || taken[old_type]) return;
      found[new_type] = old_type;
      taken[old_type] = true;
    };
    if (before.pick.keywords == after.pick.keywords) {
      for (const auto& [tuple, type] : after.pick.types)
        if (const auto same = before.pick.types.find(tuple); same != before.pick.types.end())
          pair_up(same->second, type);
    }
    for (std::size_t i = 0; i < after.types.size(); ++i)
      for (std::size_t j = 0; j < before.types.size(); ++j)
        if (after.types[i].name == before.types[j].name) pair_up(j, i);
    return found;
  }

  void bodies(const message_type& before, const message_type& after) {
    const auto a = items_of(before.elements);
    const auto b = items_of(after.elements);
    std::vector<std::size_t> gone;
    std::vector<std::size_t> come;
    std::size_t i = 0;
    std::size_t j = 0;
    const auto gap = [&](std::size_t to_i, std::size_t to_j) {
      for (; i < to_i && j < to_j; ++i, ++j) replaced(after.name, a[i], b[j]);
      for (; i < to_i; ++i) gone.push_back(i);
      for (; j < to_j; ++j) come.push_back(j);
    };
    for (const auto& [at_i, at_j] : aligned(a, b)) {
      gap(at_i, at_j);
      if (a[at_i].values != b[at_j].values)
        changes_.push_back(
            {what::values, after.name, b[at_j].row.name, a[at_i].values, b[at_j].values});
      i = at_i + 1;
      j = at_j + 1;
    }
    gap(a.size(), b.size());
    moved(after.name, a, b, gone, come);
  }

  void replaced(const std::string& type, const item& old_one, const item& new_one) {
    const bool same_kind = old_one.row.kind == new_one.row.kind;
    changes_.push_back({same_kind ? what::resized : what::retyped, type, new_one.row.name,
                        in_words(old_one), in_words(new_one)});
  }

  void moved(const std::string& type, const std::vector<item>& a, const std::vector<item>& b,
             const std::vector<std::size_t>& gone, std::vector<std::size_t> come) {
    for (const auto i : gone) {
      const auto same = std::find_if(come.begin(), come.end(),
                                     [&](std::size_t j) { return a[i].key == b[j].key; });
      if (same == come.end()) {
        changes_.push_back({what::removed, type, a[i].row.name, in_words(a[i]), {}});
        continue;
      }
      changes_.push_back({what::moved, type, b[*same].row.name, "element " + std::to_string(i),
                          "element " + std::to_string(*same)});
      come.erase(same);
    }
    for (const auto j : come)
      changes_.push_back({what::added, type, b[j].row.name, {}, in_words(b[j])});
  }

  std::vector<format_change> changes_;
};

}  // namespace

std::string_view to_string(format_change::what kind) noexcept {
  switch (kind) {
    case what::added: return "added";
    case what::removed: return "removed";
    case what::moved: return "moved";
    case what::retyped: return "retyped";
    case what::resized: return "resized";
    case what::values: break;
  }
  return "values";
}

content_hash identity_of(const format& of) {
  std::string text;
  for (const auto& word : of.pick.keywords)
    text += describe(word) + ' ' + std::to_string(word.width) + '\n';
  // Types are known by what picks them, whatever their number.
  const auto picks = picked_by(of);
  std::vector<std::string> types;
  for (std::size_t i = 0; i < of.types.size(); ++i) {
    auto one = picks[i] + '\n';
    for (const auto& each : items_of(of.types[i].elements))
      one += each.key + " = " + each.values + '\n';
    types.push_back(std::move(one));
  }
  std::sort(types.begin(), types.end());
  for (const auto& one : types) text += one + '\n';
  const auto hash = XXH3_128bits(text.data(), text.size());
  return {hash.high64, hash.low64};
}

std::vector<format_change> changes_between(const format& before, const format& after) {
  return comparison().run(before, after);
}

std::string to_text(const format_change& change) {
  std::string line(to_string(change.kind));
  line.resize(9, ' ');
  line += change.type.empty() ? "the choice of types" : change.type;
  if (!change.field.empty()) line += '.' + change.field;
  line += ": ";
  if (!change.before.empty()) line += change.before;
  if (!change.before.empty() && !change.after.empty()) line += " -> ";
  return line + change.after;
}

}  // namespace troupe
