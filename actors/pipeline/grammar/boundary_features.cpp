#include "actors/pipeline/grammar/boundary_features.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::grammar {

namespace {

constexpr float absent = -1;  // beyond the first or last column
constexpr std::size_t longest_run = 32;
constexpr double nearly_always = 0.9;

/// How much of the poorer column's variety its neighbour shares, 0..1.
double shared_information(const column& left, const column& right, const column_pair& both) {
  const double least = std::min(left.entropy, right.entropy);
  if (least <= 0.05) return 0;
  return std::clamp((left.entropy + right.entropy - both.joint_entropy) / least, 0.0, 1.0);
}

/// Appends values to one gap's features.
class feature_row {
 public:
  explicit feature_row(boundary_features& out) : out_(out) {}

  void add(double value) { out_[next_++] = static_cast<float>(value); }

  void add_absent(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) out_[next_++] = absent;
  }

 private:
  boundary_features& out_;
  std::size_t next_ = 0;
};

/// Lengths of the runs that end before a gap and begin behind it.
struct runs {
  std::vector<std::size_t> ended;  // [i]: columns before column i
  std::vector<std::size_t> begun;  // [i]: columns from column i on
};

template <class Holds>
runs runs_of(const column_table& table, Holds holds) {
  const auto size = table.columns.size();
  runs out{std::vector<std::size_t>(size + 1, 0), std::vector<std::size_t>(size + 1, 0)};
  for (std::size_t i = 0; i < size; ++i) {
    if (holds(table.columns[i])) out.ended[i + 1] = std::min(out.ended[i] + 1, longest_run);
  }
  for (std::size_t i = size; i-- > 0;) {
    if (holds(table.columns[i])) out.begun[i] = std::min(out.begun[i + 1] + 1, longest_run);
  }
  return out;
}

class gap_reader {
 public:
  gap_reader(const column_table& table, const column_place& place)
      : table_(table),
        place_(place),
        zeros_(runs_of(table, [](const column& c) { return c.zero > nearly_always; })),
        texts_(runs_of(table, [](const column& c) { return c.printable > nearly_always; })),
        same_(runs_of(table, [](const column& c) { return c.distinct == 1; })) {}

  void read(std::size_t at, boundary_features& out) const {
    feature_row row(out);
    for (std::size_t i = 0; i < columns_before + columns_behind; ++i) {
      add_column(row, at + i, columns_before);
    }
    for (std::size_t i = 0; i < 5; ++i) add_pair(row, at + i, 2);
    add_place(row, at);
  }

 private:
  void add_column(feature_row& row, std::size_t shifted, std::size_t by) const {
    if (shifted < by || shifted - by >= table_.columns.size()) {
      row.add_absent(column_features);
      return;
    }
    const auto& one = table_.columns[shifted - by];
    row.add(one.zero);
    row.add(one.small);
    row.add(one.printable);
    row.add(one.high);
    row.add(one.full);
    row.add(one.variety);
    row.add(one.entropy);
    row.add(one.counts_up);
    row.add(one.distinct == 1 ? 1 : 0);
  }

  void add_pair(feature_row& row, std::size_t shifted, std::size_t by) const {
    if (shifted < by + 1 || shifted - by >= table_.columns.size()) {
      row.add_absent(pair_features);
      return;
    }
    const auto at = shifted - by;
    const auto& both = table_.pairs[at];
    row.add(both.zero_zero);
    row.add(both.zero_other);
    row.add(both.other_zero);
    row.add(both.text);
    row.add(both.equal);
    row.add(shared_information(table_.columns[at - 1], table_.columns[at], both));
    row.add(both.both_change);
  }

  void add_place(feature_row& row, std::size_t at) const {
    const auto offset = place_.first_offset + at;
    const auto& both = table_.pairs[at];
    const auto& left = table_.columns[at - 1];
    const auto& right = table_.columns[at];
    row.add(static_cast<double>(offset % 4));
    row.add(static_cast<double>(offset % 2));
    row.add(static_cast<double>(at % 4));
    row.add(static_cast<double>(std::min<std::size_t>(at, 64)));
    row.add(static_cast<double>(std::min<std::size_t>(offset, 64)));
    row.add(static_cast<double>(std::min<std::size_t>(table_.columns.size() - at, 64)));
    row.add(static_cast<double>(place_.depth));
    row.add(std::log2(static_cast<double>(place_.scopes)));
    row.add(place_.order == byte_order::little ? 1 : 0);
    row.add(static_cast<double>(zeros_.ended[at]));
    row.add(static_cast<double>(zeros_.begun[at]));
    row.add(static_cast<double>(texts_.ended[at]));
    row.add(static_cast<double>(texts_.begun[at]));
    row.add(static_cast<double>(same_.ended[at]));
    row.add(static_cast<double>(same_.begun[at]));
    row.add(both.left_changes - both.right_changes);
    row.add(left.variety - right.variety);
    row.add(left.entropy - right.entropy);
  }

  const column_table& table_;
  const column_place& place_;
  runs zeros_;
  runs texts_;
  runs same_;
};

}  // namespace

std::vector<boundary_features> describe_gaps(const column_table& table, const column_place& place,
                                             std::span<const double> prior) {
  std::vector<boundary_features> out(table.columns.size());
  const gap_reader reader(table, place);
  for (std::size_t at = 1; at < out.size(); ++at) {
    reader.read(at, out[at]);
    out[at].back() = static_cast<float>(prior[at]);
  }
  return out;
}

}  // namespace troupe::grammar
