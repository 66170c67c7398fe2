#include <algorithm>
#include <cmath>

#include "actors/pipeline/grammar/boundary_model.hpp"

namespace troupe::grammar {

namespace {

/// The rows of one protocol; weights sum to the number of rows.
class row_collector {
 public:
  explicit row_collector(const labelled_messages& from) : from_(from) {
    rows_.features = boundary_feature_count;
  }

  void add(std::span<const place_in_message> looked_at, std::size_t stand_for,
           std::span<const boundary_features> gaps) {
    for (std::size_t at = 1; at < gaps.size(); ++at) {
      double starts = 0;
      for (const auto& one : looked_at) {
        const auto& known = from_.starts[one.message];
        const auto offset = one.offset + static_cast<std::uint32_t>(at);
        starts += std::ranges::binary_search(known, offset) ? 1 : 0;
      }
      rows_.values.insert(rows_.values.end(), gaps[at].begin(), gaps[at].end());
      rows_.target.push_back(static_cast<float>(starts / static_cast<double>(looked_at.size())));
      rows_.weight.push_back(std::sqrt(static_cast<float>(stand_for)));
    }
  }

  void append_to(training_rows& all, double weight) const {
    double sum = 0;
    for (const auto one : rows_.weight) sum += double{one};
    all.values.insert(all.values.end(), rows_.values.begin(), rows_.values.end());
    all.target.insert(all.target.end(), rows_.target.begin(), rows_.target.end());
    for (const auto one : rows_.weight) {
      all.weight.push_back(static_cast<float>(weight * double{one} / sum));
    }
  }

 private:
  const labelled_messages& from_;
  training_rows rows_;
};

}  // namespace

boundary_model train_boundaries(std::span<const labelled_messages* const> protocols,
                                const boundary_training& options) {
  constexpr double weight_of_protocol = 1000;
  constexpr int rounds = 1;
  boundary_model out;
  for (int round = 0; round < rounds; ++round) {
    training_rows rows;
    rows.features = boundary_feature_count;
    for (const auto* one : protocols) {
      row_collector collected(*one);
      const work_context work{quality_mode::accurate, options.seed, {}};
      observe_gaps(one->traffic, work, round == 0 ? nullptr : &out,
                   [&](auto looked_at, auto stand_for, auto gaps) {
                     collected.add(looked_at, stand_for, gaps);
                   });
      collected.append_to(rows, weight_of_protocol);
    }
    out = {options.name, grow_trees(rows, options.how)};
  }
  return out;
}

}  // namespace troupe::grammar
