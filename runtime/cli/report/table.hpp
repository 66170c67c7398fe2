#pragma once

#include <string>
#include <vector>

#include "runtime/cli/report/style.hpp"

namespace troupe::cli {

/// One cell: what it says and what that means. Its text is clean (no control characters).
struct cell {
  std::string text;
  ink meaning = ink::plain;
};

/// One column of a table.
struct column {
  std::string title;
  bool to_the_right = false;  // numbers
  bool gives_way = false;     // the first to be narrowed when the terminal is too narrow
};

/// A table under one heading line; columns are as wide as their widest cell, and those that give
/// way are cut (the last one: continued on more lines) so that a row fits the style's width. Rows
/// may have notes: dim lines below them.
class table {
 public:
  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<cell> row);
  /// A line below the last row, indented to the column `under`.
  void note(std::string text, std::size_t under);

  [[nodiscard]] std::string text(const style& look, std::size_t indent) const;

 private:
  struct row {
    std::vector<cell> cells;
    std::vector<std::pair<std::string, std::size_t>> notes;  // text, column
  };

  [[nodiscard]] std::vector<std::size_t> widths(std::size_t available) const;
  [[nodiscard]] std::string row_text(const std::vector<cell>& cells,
                                     const std::vector<std::size_t>& width, const style& look,
                                     const std::string& margin) const;

  std::vector<column> columns_;
  std::vector<row> rows_;
};

}  // namespace troupe::cli
