#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "actors/pipeline/grammar/columns.hpp"
#include "actors/pipeline/grammar/cuts.hpp"
#include "actors/pipeline/grammar/item_lists.hpp"
#include "actors/pipeline/grammar/length_fields.hpp"
#include "actors/pipeline/grammar/prefixed_text.hpp"
#include "actors/pipeline/grammar/scopes.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// What is known before the first body is built.
struct learning {
  const samples& from;
  byte_order order = byte_order::big;
  std::optional<length_field> length = {};  // of the whole message, whatever its type
  const cut_rules& cuts;
  std::size_t most_scopes = 512;  // looked at for one body's columns
  std::stop_token stop = {};
  bool quick = false;     // cheaper detectors, where there are such
  bool one_type = false;  // all samples are of one of several types: they say nothing of the others
};

/// Builds the elements of one body from the scopes that it is read in.
///
/// A body is built from left to right. The detectors are asked for the first part of varying size;
/// what stands before it is cut into fields by its columns; then the scopes move behind the part
/// and the same begins again, with columns that line up. Where the scopes end at different places,
/// an earlier field that tells them apart picks the rest (choice), or the rest is optional, or
/// opaque.
class body_builder {
 public:
  explicit body_builder(const learning& with) : with_(with) {}

  /// Looks for what all messages share, whatever their type.
  void learn_common(const scopes& all);

  [[nodiscard]] body build(scopes within, std::uint32_t depth = 0);

 private:
  struct draft {
    body out;
    scopes left;  // what the elements so far did not explain
    std::uint32_t depth = 0;
    bool finished = false;
  };

  void next_part(draft& at);
  bool optional_part(draft& at);
  bool ber_part(draft& at);
  bool opaque_part(draft& at);
  bool list_part(draft& at);
  bool chain_part(draft& at);
  bool text_part(draft& at);
  bool prefixed_part(draft& at);
  bool wide_text_part(draft& at);
  bool counted_value_part(draft& at);
  bool record_part(draft& at);
  bool kind_part(draft& at);
  void column_part(draft& at);
  bool choice_part(draft& at, const scopes& before, std::size_t first_field);

  void columns_before(draft& at, const item_list& how);
  [[nodiscard]] body plain_item(const item_list& how, const draft& at);
  [[nodiscard]] body marked_item(const item_list& how, const draft& at);
  [[nodiscard]] std::map<std::string, body> value_cases(const items_seen& seen,
                                                        std::uint32_t key_at,
                                                        std::uint32_t key_width,
                                                        std::uint32_t depth);
  [[nodiscard]] std::optional<item_list> known_list(const draft& at) const;
  [[nodiscard]] std::optional<item_list> inner_list(const draft& at) const;
  void remember(const item_list& how);

  /// The next bytes of every scope, as the length of the element behind them.
  [[nodiscard]] field length_of_next(const draft& at, std::uint32_t width, byte_order order) const;

  /// The length fields among the next `size` bytes: one that these scopes show, and that of all
  /// messages, which those of one size cannot show.
  [[nodiscard]] std::vector<length_field> lengths_in(const draft& at, const scopes& looked_at,
                                                     std::uint32_t size) const;

  /// Fields for the next `size` bytes of every scope; the scopes move behind them.
  void add_columns(draft& at, std::uint32_t size);
  void add_rest(draft& at);
  [[nodiscard]] bool stopped() const { return with_.stop.stop_requested(); }

  const learning& with_;
  std::vector<item_list> known_lists_;
  std::vector<item_list> known_shapes_;  // of lists found so far; their begin says nothing
  std::optional<text_prefix> prefix_;
  std::vector<double> whole_odds_;  // of boundaries in all messages, whatever their type
};

/// Gives every element of a body, and of the bodies inside, a name that says kind and place.
void name_elements(body& what);

}  // namespace troupe::grammar
