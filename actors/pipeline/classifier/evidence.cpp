#include "actors/pipeline/classifier/evidence.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

namespace troupe {
namespace {

constexpr std::size_t most_lines = 3;
constexpr float weakest_vote = 0.1F;  // below it the bytes are as typical of other labels

struct clue {
  std::size_t message = 0;
  anchor at;
  pattern_id pattern = no_pattern;
  float share = 0;     // of the label's captures that have it
  float strength = 0;  // see `weighed`

  [[nodiscard]] bool overlaps(const clue& other) const noexcept {
    return message == other.message && at.offset < other.at.offset + other.at.width &&
           other.at.offset < at.offset + at.width;
  }
};

// Stronger first; of equally strong ones the longer, then the earlier.
bool is_better(const clue& a, const clue& b) {
  if (a.strength != b.strength) return a.strength > b.strength;
  if (a.at.width != b.at.width) return a.at.width > b.at.width;
  return a.message != b.message ? a.message < b.message : a.at.offset < b.at.offset;
}

// A vote says how rare the bytes are in other labels, the share how usual they are in this one.
// Bytes of a single capture may be its own: their vote alone would put them first.
clue weighed(const vote_model& votes, clue found, std::size_t label) {
  found.share = static_cast<float>(votes.captures(found.pattern, label)) /
                static_cast<float>(votes.captures_of_label()[label]);
  found.strength = found.share * votes.vote(found.pattern, label);
  return found;
}

std::vector<clue> clues_for(const member_models& models, const flow_opening& opening,
                            std::span<const segment> read, std::size_t label) {
  std::vector<clue> clues;
  for (std::size_t message = 0; message < read.size(); ++message) {
    const auto bytes = opening.payload(read[message]);
    for (const anchor at : anchors) {
      if (std::size_t{at.offset} + at.width > bytes.size()) continue;
      const pattern_id pattern = models.words.find(anchored_key(opening.l4, at, bytes));
      if (pattern == no_pattern) continue;
      if (models.votes.vote(pattern, label) < weakest_vote) continue;
      clues.push_back(weighed(models.votes, {message, at, pattern}, label));
    }
  }
  std::ranges::sort(clues, is_better);
  return clues;
}

std::string hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text += ' ';
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string quoted_text(std::span<const std::uint8_t> bytes) {
  const bool printable = bytes.size() > 1 && std::ranges::all_of(bytes, [](std::uint8_t byte) {
                           return byte >= 0x20 && byte < 0x7f && byte != '"';
                         });
  return printable ? " \"" + std::string(bytes.begin(), bytes.end()) + '"' : std::string();
}

std::string describe(const member_models& models, const clue& found,
                     std::span<const std::uint8_t> bytes, std::size_t label) {
  const auto value = bytes.subspan(found.at.offset, found.at.width);
  std::string text = "message " + std::to_string(found.message + 1);
  text += found.at.offset == 0 ? " begins " : " has ";
  text += hex(value) + quoted_text(value);
  if (found.at.offset > 0) text += " at offset " + std::to_string(found.at.offset);
  const std::uint32_t captures = models.votes.captures(found.pattern, label);
  const std::uint32_t all = models.votes.captures_of_label()[label];
  return text + " (seen in " + std::to_string(captures) + " of " + std::to_string(all) + ' ' +
         models.labels[label] + (all == 1 ? " capture)" : " captures)");
}

}  // namespace

std::vector<std::string> evidence_for(const member_models& models, const flow_opening& opening,
                                      std::span<const segment> read, std::size_t label) {
  std::vector<clue> chosen;
  for (const clue& each : clues_for(models, opening, read, label)) {
    if (chosen.size() == most_lines) break;
    if (std::ranges::none_of(chosen, [&](const clue& c) { return c.overlaps(each); })) {
      chosen.push_back(each);
    }
  }
  // A reader sees the shares: they stand in order.
  std::ranges::stable_sort(chosen, std::ranges::greater{}, &clue::share);
  std::vector<std::string> lines;
  lines.reserve(chosen.size());
  for (const clue& each : chosen) {
    lines.push_back(describe(models, each, opening.payload(read[each.message]), label));
  }
  return lines;
}

std::uint32_t captures_behind(const member_models& models, const flow_opening& opening,
                              std::span<const segment> read, std::size_t label) {
  std::uint32_t most = 0;
  for (const clue& each : clues_for(models, opening, read, label)) {
    most = std::max(most, models.votes.captures(each.pattern, label));
  }
  return most;
}

}  // namespace troupe
