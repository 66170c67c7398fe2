#include "actors/ingest/framing_rule.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace troupe::ingest {

namespace {

constexpr std::uint32_t offset_limit = 20;  // BGP's length stands behind a marker of 16 bytes
constexpr std::int64_t bias_limit = 64;
constexpr std::size_t biases_tried = 3;
constexpr double explained_enough = 0.98;
constexpr double turns_agree_enough = 0.7;  // pipelined requests cross
constexpr std::size_t starts_tried = 8;     // in streams that begin in the middle

// How a rule fares on some streams.
struct fit {
  std::uint64_t explained = 0;
  std::uint64_t unexplained = 0;
  std::uint64_t messages = 0;
  std::uint64_t confirmed = 0;  // messages that end with a packet
  std::uint64_t hollow = 0;     // messages of nothing but the header
  std::uint64_t marks = 0;      // packets
  std::uint64_t turns = 0;
  std::uint64_t turns_met = 0;        // a message ended there
  std::set<std::uint64_t> lengths{};  // different confirmed ones, a few
  bool broken = false;

  void add(const fit& other) {
    explained += other.explained;
    unexplained += other.unexplained;
    messages += other.messages;
    confirmed += other.confirmed;
    hollow += other.hollow;
    marks += other.marks;
    turns += other.turns;
    turns_met += other.turns_met;
    lengths.insert(other.lengths.begin(), other.lengths.end());
  }

  [[nodiscard]] double share() const {
    const auto all = explained + unexplained;
    return all == 0 ? 0 : static_cast<double>(explained) / static_cast<double>(all);
  }

  [[nodiscard]] double confirmed_share() const {
    return messages == 0 ? 0 : static_cast<double>(confirmed) / static_cast<double>(messages);
  }

  // Enough messages of different lengths end with packets, many more than by chance, and the rule
  // does not cut packets to shreds, which something always fits; one byte gives a plausible length
  // anywhere.
  [[nodiscard]] bool convinces(bool always_plausible) const {
    const bool several =
        (confirmed >= 4 && lengths.size() >= 3) || (confirmed >= 8 && lengths.size() >= 2);
    if (!several || share() < explained_enough) return false;
    const double chance =
        static_cast<double>(marks) * static_cast<double>(messages) / static_cast<double>(explained);
    if (static_cast<double>(confirmed) < 3 * chance) return false;
    const bool shreds = confirmed_share() < 0.2 && (always_plausible || hollow * 20 > messages);
    return !shreds &&
           static_cast<double>(turns_met) >= turns_agree_enough * static_cast<double>(turns);
  }
};

// Goes along the marks with the ends of messages.
class mark_walk {
 public:
  mark_walk(const stretch& in, std::size_t from) : marks_(in.marks) {
    while (next_ < marks_.size() && marks_[next_].end <= from) ++next_;
  }

  // A message of `length` ended at `end`.
  void message(std::size_t end, std::uint64_t length, fit& into) {
    constexpr std::size_t lengths_kept = 8;
    ++into.messages;
    pass(end, into);
    if (next_ >= marks_.size() || marks_[next_].end != end) return;
    ++into.confirmed;
    into.turns += marks_[next_].turn ? 1U : 0U;
    into.turns_met += marks_[next_].turn ? 1U : 0U;
    if (into.lengths.size() < lengths_kept) into.lengths.insert(length);
    ++next_;
  }

  // No message ended before `end` since the last one.
  void pass(std::size_t end, fit& into) {
    for (; next_ < marks_.size() && marks_[next_].end < end; ++next_) {
      into.turns += marks_[next_].turn ? 1U : 0U;
    }
  }

 private:
  const std::vector<stretch::mark>& marks_;
  std::size_t next_ = 0;
};

fit walk(const framing& rule, const stretch& in, std::size_t from) {
  constexpr std::uint64_t tail_needs_messages = 3;
  fit found;
  mark_walk marks(in, from);
  const auto bytes = byte_view(in.bytes);
  std::size_t at = from;
  while (at < bytes.size()) {
    const auto length = message_length(rule, bytes.subspan(at));
    if (!length) {
      found.broken = true;
      break;
    }
    if (*length == 0 || *length > bytes.size() - at) break;
    at += *length;
    marks.message(at, *length, found);
    if (*length == rule.offset + rule.width) ++found.hollow;
  }
  found.explained = at - from;
  found.marks = in.marks.size();
  marks.pass(bytes.size(), found);
  // An incomplete message at the end is fine when the stream was cut, but only a stream that was
  // understood so far can say so.
  const bool cut = !found.broken && found.messages >= tail_needs_messages;
  if (!cut) found.unexplained = bytes.size() - at;
  return found;
}

// A stream that was not seen from its beginning may begin inside a message; messages often begin
// with a packet.
fit walk_any_start(const framing& rule, const stretch& in) {
  const auto understood = [](const fit& found) {
    return !found.broken && found.unexplained == 0 && found.messages > 0;
  };
  auto first = walk(rule, in, 0);
  if (in.begins || understood(first)) return first;
  for (std::size_t i = 0; i < std::min(in.marks.size(), starts_tried); ++i) {
    auto later = walk(rule, in, in.marks[i].end);
    if (understood(later)) return later;
  }
  return first;
}

fit judge(const framing& rule, const std::vector<stretch>& streams, std::uint64_t total) {
  fit all;
  const auto too_much =
      static_cast<std::uint64_t>((1 - explained_enough) * static_cast<double>(total)) + 1;
  for (const auto& one : streams) {
    auto part = walk_any_start(rule, one);
    if (part.broken) part.unexplained = one.bytes.size();
    all.add(part);
    if (all.unexplained > too_much) break;
  }
  return all;
}

// The differences between packets' sizes and their values at the rule's place, most frequent first.
std::vector<std::int64_t> likely_biases(const framing& rule, const std::vector<stretch>& streams) {
  std::array<std::uint32_t, 2 * bias_limit + 1> votes{};
  for (const auto& one : streams) {
    std::uint32_t begin = 0;
    for (const auto& mark : one.marks) {
      const auto piece = byte_view(one.bytes).subspan(begin, mark.end - begin);
      begin = mark.end;
      if (piece.size() < rule.offset + rule.width) continue;
      const auto value = load(piece.subspan(rule.offset), rule.width, rule.little_endian);
      if (value > longest_message_bytes) continue;
      const auto bias = static_cast<std::int64_t>(piece.size()) - static_cast<std::int64_t>(value);
      if (bias >= -bias_limit && bias <= bias_limit) {
        ++votes[static_cast<std::size_t>(bias + bias_limit)];
      }
    }
  }
  std::vector<std::int64_t> best = {static_cast<std::int64_t>(rule.offset + rule.width), 0};
  for (std::size_t i = 0; i < biases_tried; ++i) {
    const auto most = std::max_element(votes.begin(), votes.end());
    if (*most < 2) break;
    *most = 0;
    const auto bias = (most - votes.begin()) - bias_limit;
    if (std::find(best.begin(), best.end(), bias) == best.end()) best.push_back(bias);
  }
  return best;
}

struct candidate {
  framing rule;
  fit found;
};

void keep_better(std::optional<candidate>& best, const framing& rule, fit found) {
  if (!found.convinces(rule.width == 1)) return;
  const auto better = [&] {
    if (found.share() != best->found.share()) return found.share() > best->found.share();
    return found.confirmed_share() > best->found.confirmed_share();
  };
  if (!best || better()) best = candidate{rule, std::move(found)};
}

// Of rules that do equally well the first one stays. A wide little-endian field is tried before its
// low half, which would fail in longer messages; a wide big-endian one only at the front, because
// elsewhere its high half may well be a field of its own.
std::vector<framing> candidate_rules() {
  std::vector<framing> rules;
  const auto add = [&](std::uint32_t width, std::uint32_t offset, bool little) {
    framing rule;
    rule.kind = framing::how::length_prefix;
    rule.width = width;
    rule.offset = offset;
    rule.little_endian = little;
    rules.push_back(rule);
  };
  const auto add_from = [&](std::uint32_t width, std::uint32_t offset, bool little) {
    for (; offset <= offset_limit; offset += 2) add(width, offset, little);
  };
  add(4, 0, false);
  add_from(2, 0, false);  // even offsets first: of two readings of a small number the likelier one
  add_from(4, 0, true);
  add_from(2, 1, false);
  add(3, 0, true);
  add_from(4, 1, true);
  for (const std::uint32_t first : {0U, 1U}) add_from(2, first, true);
  for (const std::uint32_t first : {0U, 1U}) add_from(4, first, false);
  for (const std::uint32_t first : {0U, 1U}) add_from(3, first, false);
  for (const std::uint32_t first : {0U, 1U}) add_from(3, first, true);
  for (std::uint32_t offset = 0; offset <= offset_limit; ++offset) add(1, offset, false);
  return rules;
}

std::optional<candidate> best_length_prefix(const std::vector<stretch>& streams,
                                            std::uint64_t total) {
  std::optional<candidate> best;
  for (auto rule : candidate_rules()) {
    for (const auto bias : likely_biases(rule, streams)) {
      rule.bias = bias;
      keep_better(best, rule, judge(rule, streams, total));
    }
  }
  return best;
}

fit walk_delimiter(std::string_view delimiter, const stretch& in) {
  fit found;
  mark_walk marks(in, 0);
  const std::string_view text(reinterpret_cast<const char*>(in.bytes.data()), in.bytes.size());
  std::size_t begin = 0;
  for (auto at = text.find(delimiter); at != text.npos; at = text.find(delimiter, begin)) {
    const auto end = at + delimiter.size();
    marks.message(end, end - begin, found);
    begin = end;
  }
  marks.pass(text.size(), found);
  found.explained = begin;
  found.marks = in.marks.size();
  found.unexplained = text.size() - begin;
  return found;
}

// Lines of a message are no messages: most endings must be packets' ends too.
std::optional<candidate> best_delimiter(const std::vector<stretch>& streams) {
  using namespace std::string_view_literals;
  constexpr double ends_agree_enough = 0.5;
  for (const auto delimiter : {"\r\n\r\n"sv, "\r\n"sv, "\n"sv, "\0"sv, "\r"sv}) {
    fit all;
    for (const auto& one : streams) all.add(walk_delimiter(delimiter, one));
    const bool ends =
        static_cast<double>(all.confirmed) >= ends_agree_enough * static_cast<double>(all.messages);
    if (!ends || !all.convinces(false)) continue;
    framing rule;
    rule.kind = framing::how::delimiter;
    rule.delimiter = delimiter;
    return candidate{rule, all};
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> message_length(const framing& rule, byte_view bytes) {
  if (bytes.size() < rule.offset + std::size_t{rule.width}) return 0;
  const auto value = load(bytes.subspan(rule.offset), rule.width, rule.little_endian);
  if (value > longest_message_bytes) return std::nullopt;
  const auto length = static_cast<std::int64_t>(value) + rule.bias;
  if (length < static_cast<std::int64_t>(rule.offset + rule.width)) return std::nullopt;
  return static_cast<std::uint64_t>(length);
}

framing learn_framing(const std::vector<stretch>& streams) {
  std::uint64_t total = 0;
  for (const auto& one : streams) total += one.bytes.size();
  auto best = best_length_prefix(streams, total);
  if (!best) best = best_delimiter(streams);
  framing rule;
  rule.kind = framing::how::direction_and_pause;
  if (!best) return rule;
  best->rule.explained_share = best->found.share();
  return best->rule;
}

}  // namespace troupe::ingest
