#include "runtime/cli/report/table.hpp"

#include <algorithm>
#include <numeric>

#include "runtime/cli/report/words.hpp"

namespace troupe::cli {
namespace {

constexpr std::size_t gap = 2;              // columns between columns
constexpr std::size_t narrowest_note = 24;  // a note takes at least so many columns

std::string aligned(const column& how, std::string_view text, std::size_t width) {
  return how.to_the_right ? right_aligned(text, width) : fitted(text, width);
}

void trim_end(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

void table::add(std::vector<cell> cells) {
  cells.resize(columns_.size());
  rows_.push_back({std::move(cells), {}});
}

void table::note(std::string text, std::size_t under) {
  rows_.back().notes.emplace_back(std::move(text), under);
}

std::vector<std::size_t> table::widths(std::size_t available) const {
  std::vector<std::size_t> out;
  for (const auto& one : columns_) out.push_back(columns_of(one.title));
  for (const auto& one : rows_) {
    for (std::size_t at = 0; at < out.size(); ++at) {
      out[at] = std::max(out[at], columns_of(one.cells[at].text));
    }
  }
  const std::size_t gaps = gap * (out.size() - 1);
  // The widest of the columns that give way is narrowed first, one column at a time.
  while (std::accumulate(out.begin(), out.end(), gaps) > available) {
    std::size_t widest = out.size();
    for (std::size_t at = 0; at < out.size(); ++at) {
      if (!columns_[at].gives_way || out[at] <= 6) continue;
      if (widest == out.size() || out[at] > out[widest]) widest = at;
    }
    if (widest == out.size()) break;
    --out[widest];
  }
  return out;
}

std::string table::row_text(const std::vector<cell>& cells, const std::vector<std::size_t>& width,
                            const style& look, const std::string& margin) const {
  std::string line = margin;
  std::size_t start = margin.size();
  const auto last = columns_.size() - 1;
  for (std::size_t at = 0; at < last; ++at) {
    line += paint(look, cells[at].meaning, aligned(columns_[at], cells[at].text, width[at])) +
            std::string(gap, ' ');
    start += width[at] + gap;
  }
  if (columns_[last].to_the_right) {
    return line + paint(look, cells[last].meaning, right_aligned(cells[last].text, width[last])) +
           '\n';
  }
  const auto parts = wrapped(cells[last].text, width[last]);
  std::string out;
  for (const auto& part : parts) {
    line += paint(look, cells[last].meaning, part);
    trim_end(line);
    out += line + '\n';
    line = std::string(start, ' ');
  }
  return out;
}

std::string table::text(const style& look, std::size_t indent) const {
  const auto width = widths(look.width > indent ? look.width - indent : 1);
  const std::string margin(indent, ' ');
  std::string heading = margin;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    heading += aligned(columns_[at], columns_[at].title, width[at]) + std::string(gap, ' ');
  }
  trim_end(heading);
  std::string out = paint(look, ink::dim, heading) + '\n';
  for (const auto& one : rows_) {
    out += row_text(one.cells, width, look, margin);
    for (const auto& [text, under] : one.notes) {
      std::size_t start = indent;
      for (std::size_t at = 0; at < under; ++at) start += width[at] + gap;
      const auto room = std::max(narrowest_note, look.width - std::min(look.width, start));
      for (const auto& part : wrapped(text, room)) {
        out += std::string(start, ' ') + paint(look, ink::dim, part) + '\n';
      }
    }
  }
  return out;
}

}  // namespace troupe::cli
