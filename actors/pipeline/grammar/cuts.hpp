#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "actors/pipeline/grammar/columns.hpp"
#include "messages/format.hpp"

namespace troupe::grammar {

/// What speaks for or against a field that begins between two columns; weighted, these add up to
/// log-odds.
inline constexpr std::size_t gap_evidences = 26;
using gap_evidence = std::array<double, gap_evidences>;

/// What each of these says; L and R are the columns beside the gap, a place is that in a word of
/// four bytes, shares are of the messages that reach the columns. As in the model file.
inline constexpr std::array<std::string_view, gap_evidences> gap_evidence_names{
    "always",                       // 1
    "left_small",                   // share of L in 1..31
    "left_zero",                    // share of L
    "right_zero",                   // share of R
    "right_high",                   // share of R in 127..254
    "second_left_zero",             // share of the column before L
    "other_then_zero",              // share with L not zero, R zero
    "both_printable",               // share
    "equal",                        // share with L equal to R
    "variety_falls",                // from L to R, 0..1
    "variety_on_both_sides",        // the lesser one, 0..1
    "shared_information",           // of the poorer column's, 0..1
    "left_constant",                // L has one value
    "right_constant",               // R has one
    "both_constant",                // both have
    "whole_messages",               // the odds at this offset in all messages, -1..1
    "near_start",                   // exp(-offset / 24), where that is the same in all messages
    "behind_fast_byte",             // L is the fast byte of a counter
    "before_fast_byte",             // R is
    "little_zero_then_other",       // share, in a little-endian protocol
    "little_other_then_zero",       // the same
    "odd_place",                    // R has one
    "word_begins",                  // with R
    "big_word_begins_both_zero",    // share, in a big-endian protocol
    "even_place_other_then_zero",   // share
    "even_place_zero_then_other"};  // share

/// The gaps of one part of a body: `evidence[i]` of the gap before column i, from 1 on.
struct judged_gaps {
  std::span<const scope> within;
  std::span<const gap_evidence> evidence;
};

/// How columns are cut; and who hears what they were cut by, to learn weights from it.
struct cut_rules {
  gap_evidence weights;
  std::function<void(const judged_gaps&)> heard = {};
};

/// Where in their messages the columns stand.
struct gap_place {
  std::uint32_t first_offset = 0;      // of the first scope's
  bool is_same = true;                 // in all scopes
  std::span<const double> whole = {};  // log-odds by offset, from all messages of the protocol
};

/// The evidence for each offset in [0, columns); none for offset 0, where a field begins anyway. By
/// the weights it is found at which phase words begin.
[[nodiscard]] std::vector<gap_evidence> judge_gaps(const column_table& table,
                                                   const gap_place& place, byte_order order,
                                                   const gap_evidence& weights);

/// For each offset in [0, columns) the log-odds that a field begins there, from the columns around
/// it alone. Offset 0 is certain.
[[nodiscard]] std::vector<double> boundary_log_odds(const column_table& table,
                                                    std::span<const gap_evidence> evidence,
                                                    byte_order order, const gap_evidence& weights);

/// The field starts that these odds speak for, 0 included, in ascending order.
[[nodiscard]] std::vector<std::uint32_t> choose_cuts(std::span<const double> odds);

}  // namespace troupe::grammar
