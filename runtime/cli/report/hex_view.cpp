#include "runtime/cli/report/hex_view.hpp"

#include <algorithm>
#include <cstdio>

#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

constexpr std::size_t margin = 4;        // columns at the left
constexpr std::size_t offset_width = 6;  // "0040  "

// Which leaf each shown byte belongs to. Leaves that lie outside the message are passed over.
std::vector<std::size_t> owners(std::size_t shown, const std::vector<parsed_field>& leaves) {
  std::vector<std::size_t> out(shown, leaves.size());
  for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
    const std::size_t first = std::min<std::size_t>(leaves[leaf].offset, shown);
    const std::size_t last = std::min(first + leaves[leaf].size, shown);
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(first),
              out.begin() + static_cast<std::ptrdiff_t>(last), leaf);
  }
  return out;
}

class rows_writer {
 public:
  rows_writer(std::span<const std::uint8_t> bytes, const std::vector<parsed_field>& leaves,
              const style& look)
      : bytes_(bytes), leaves_(leaves), look_(look), owner_(owners(bytes.size(), leaves)) {}

  std::string row(std::size_t start, std::size_t per_row) const {
    const auto end = std::min(start + per_row, bytes_.size());
    char offset[32];
    std::snprintf(offset, sizeof offset, "%04zx  ", start);
    std::string hex;
    std::string characters;
    std::size_t used = 0;  // columns of `hex`
    for (std::size_t at = start; at < end;) {
      const auto stop = run_end(at, end);
      std::string digits;
      for (std::size_t byte = at; byte < stop; ++byte) digits += hex_of(byte, start);
      // The mark between two leaves is no part of either.
      const bool marked = !look_.colour && stop < end;
      if (marked) digits.pop_back();
      used += digits.size() + (marked ? 1 : 0);
      hex += coloured(at, digits) + (marked ? "|" : "");
      characters += coloured(at, text_of(at, stop));
      at = stop;
    }
    const std::size_t full = per_row * 3 + (per_row - 1) / 8 + 1;
    return std::string(margin, ' ') + paint(look_, ink::dim, offset) + hex +
           std::string(full - used, ' ') + characters + '\n';
  }

 private:
  // Where the bytes of the leaf that owns byte `at` end.
  std::size_t run_end(std::size_t at, std::size_t end) const {
    const auto owner = owner_[at];
    while (at < end && owner_[at] == owner) ++at;
    return at;
  }

  std::string coloured(std::size_t at, std::string_view text) const {
    if (owner_[at] == leaves_.size() || leaves_[owner_[at]].kind == field_kind::padding) {
      return paint(look_, ink::dim, text);
    }
    return paint_field(look_, owner_[at], text);
  }

  std::string hex_of(std::size_t at, std::size_t row_start) const {
    char digits[8];
    const bool gap = at > row_start && (at - row_start) % 8 == 0;
    std::snprintf(digits, sizeof digits, gap ? " %02x " : "%02x ",
                  static_cast<unsigned>(bytes_[at]));
    return digits;
  }

  std::string text_of(std::size_t first, std::size_t last) const {
    std::string out;
    for (std::size_t at = first; at < last; ++at) {
      const bool shows = bytes_[at] >= 0x20 && bytes_[at] < 0x7f;
      out += shows ? static_cast<char>(bytes_[at]) : '.';
    }
    return out;
  }

  std::span<const std::uint8_t> bytes_;
  const std::vector<parsed_field>& leaves_;
  const style& look_;
  std::vector<std::size_t> owner_;
};

// One entry of the legend: its columns, and its text with colours.
struct entry {
  std::size_t columns = 0;
  std::string text;
};

std::string_view parent_of(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == path.npos ? std::string_view{} : path.substr(0, dot);
}

// "a.b.c" behind "a.b.x" is ".c".
std::string_view short_path(std::string_view path, std::string_view before) {
  const auto parent = parent_of(path);
  return parent.empty() || parent != parent_of(before) ? path : path.substr(parent.size());
}

entry legend_entry(std::span<const std::uint8_t> message, const parsed_field& leaf,
                   std::string_view before, std::size_t index, const style& look) {
  const auto first = std::min<std::size_t>(leaf.offset, message.size());
  const auto bytes =
      message.subspan(first, std::min<std::size_t>(leaf.size, message.size() - first));
  const auto name = wire::clean_text(short_path(leaf.path, before));
  const auto value = value_text(bytes, leaf.kind, leaf.order);
  const std::string mark =
      look.colour ? std::string(either(look, "■ ", "# ")) : std::to_string(leaf.offset) + ":";
  entry out;
  out.columns = columns_of(mark) + columns_of(name) + 1 + columns_of(value);
  out.text = (look.colour ? paint_field(look, index, mark + name) : mark + name) +
             (look.colour ? " " + paint(look, ink::plain, value) : "=" + value);
  return out;
}

std::string legend(std::span<const std::uint8_t> message, const std::vector<parsed_field>& leaves,
                   std::size_t shown, const style& look) {
  const std::string indent(margin + offset_width, ' ');
  const std::size_t room = look.width - indent.size();
  std::string out;
  std::size_t used = 0;
  std::size_t left_out = 0;
  for (std::size_t index = 0; index < leaves.size(); ++index) {
    if (leaves[index].offset >= shown && leaves[index].size > 0) {
      ++left_out;
      continue;
    }
    const auto one =
        legend_entry(message, leaves[index],
                     index == 0 ? std::string_view{} : leaves[index - 1].path, index, look);
    if (used == 0 || used + 2 + one.columns > room) {
      out += (used == 0 ? "" : "\n") + indent + one.text;
      used = one.columns;
    } else {
      out += "  " + one.text;
      used += 2 + one.columns;
    }
  }
  if (used != 0) out += '\n';
  if (left_out > 0) {
    out += indent + paint(look, ink::dim, "and " + counted(left_out, "field") + " beyond") + '\n';
  }
  return out;
}

}  // namespace

std::string hex_view(std::span<const std::uint8_t> bytes, const std::vector<parsed_field>& leaves,
                     std::size_t rows, const style& look) {
  // A row takes 3 columns a byte, 1 between eights and 1 for each character.
  const auto fits = [&](std::size_t count) {
    return margin + offset_width + count * 4 + count / 8 <= look.width;
  };
  const std::size_t per_row = fits(32) && bytes.size() > 16 ? 32 : fits(16) ? 16 : 8;
  const auto shown = bytes.first(std::min(bytes.size(), rows * per_row));
  const rows_writer writer(shown, leaves, look);
  std::string out;
  for (std::size_t start = 0; start < shown.size(); start += per_row) {
    out += writer.row(start, per_row);
  }
  if (shown.size() < bytes.size()) {
    out += std::string(margin + offset_width, ' ') +
           paint(look, ink::dim, counted(bytes.size() - shown.size(), "byte") + " more") + '\n';
  }
  return out + legend(bytes, leaves, shown.size(), look);
}

}  // namespace troupe::cli
