#include <algorithm>

#include "runtime/cli/report/group_report.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

// One line of the box: a label and pieces of text in their colours.
struct line {
  std::string_view label;
  std::vector<std::pair<std::string, ink>> pieces;
};

// Of everything that may be said, pieces that do not fit the box are left out whole.
std::string boxed(const line& one, const style& look, std::size_t room) {
  constexpr std::size_t label_width = 12;
  std::string out = paint(look, ink::dim, fitted(one.label, label_width));
  std::size_t used = label_width;
  for (const auto& [text, meaning] : one.pieces) {
    const auto width = columns_of(text);
    if (used + width > room) {
      if (used != label_width) break;
      out += paint(look, meaning, cut(text, room - used));
      used = room;
      break;
    }
    out += paint(look, meaning, text);
    used += width;
  }
  return out + std::string(room - used, ' ');
}

line protocol_line(const classification* named) {
  if (named == nullptr) return {"protocol", {{"not classified", ink::dim}}};
  const auto& best = named->overall;
  line out{"protocol", {}};
  if (best.label) {
    out.pieces.emplace_back(wire::clean_text(*best.label), ink::strong);
    out.pieces.emplace_back("  " + percent(best.confidence), judged(best.confidence));
  } else {
    out.pieces.emplace_back("unknown", ink::doubtful);
    out.pieces.emplace_back("  no candidate is sure enough", ink::dim);
  }
  std::string others;
  for (const auto& candidate : best.candidates) {
    if (best.label && candidate.label == *best.label) continue;
    others += (others.empty() ? "" : ", ") + wire::clean_text(candidate.label) + " " +
              percent(candidate.confidence);
  }
  if (!others.empty()) {
    out.pieces.emplace_back((best.label ? "   next: " : "   closest: ") + others, ink::dim);
  }
  return out;
}

line evidence_line(const classification& named) {
  std::string words;
  for (const auto& one : named.overall.evidence) {
    words += (words.empty() ? "" : "; ") + wire::clean_text(one);
  }
  return {"", {{words, ink::dim}}};
}

line content_line(const statistics& stats) {
  char figures[64];
  const int size = std::snprintf(figures, sizeof figures, "  %.2f bits per byte, ", stats.entropy);
  line out{"content", {{std::string(to_string(stats.content)), ink::strong}}};
  out.pieces.emplace_back(std::string(figures, static_cast<std::size_t>(size)) +
                              percent(stats.printable_share) + " printable",
                          ink::plain);
  for (const auto& evidence : stats.content_evidence) {
    // The figures stand there already.
    if (evidence.find("bits per byte") != evidence.npos) continue;
    out.pieces.emplace_back("   " + wire::clean_text(evidence), ink::dim);
    break;
  }
  return out;
}

std::size_t leaves_in(const body& elements) {
  std::size_t count = 0;
  for (const auto& one : elements) {
    if (const auto* repeated = std::get_if<list>(&one.node)) {
      count += leaves_in(repeated->item);
    } else if (const auto* picked = std::get_if<choice>(&one.node)) {
      for (const auto& [value, inner] : picked->cases) count += leaves_in(inner);
      count += leaves_in(picked->otherwise);
    } else {
      ++count;
    }
  }
  return count;
}

line format_line(const findings& found) {
  if (!found.grammar) return {"format", {{"none found: the content is opaque", ink::doubtful}}};
  const auto& grammar = *found.grammar;
  std::size_t fields = 0;
  for (const auto& type : grammar.types) fields += leaves_in(type.elements);
  line out{"format", {}};
  out.pieces.emplace_back(counted(grammar.types.size(), "message type") + ", " +
                              counted(fields, "field") + (grammar.is_text ? ", text" : ""),
                          ink::strong);
  out.pieces.emplace_back("  " + percent(grammar.confidence) + " confidence",
                          judged(grammar.confidence));
  if (found.parse) {
    out.pieces.emplace_back(
        "   explains " + percent(found.parse->explained_share) + " of the bytes", ink::dim);
  }
  return out;
}

line parse_line(const parse_report& parse) {
  const double share =
      parse.messages == 0 ? 0
                          : static_cast<double>(parse.parsed) / static_cast<double>(parse.messages);
  return {
      "parsed",
      {{std::to_string(parse.parsed) + " of " + counted(parse.messages, "message"), judged(share)},
       {"  " + counted(parse.fields, "field value"), ink::dim}}};
}

line validity_line(const validation& checked) {
  const double share = checked.messages == 0 ? 0
                                             : static_cast<double>(checked.valid) /
                                                   static_cast<double>(checked.messages);
  std::uint64_t broken = 0;
  for (const auto count : checked.violations_by_level) broken += count;
  std::string unfamiliar;
  if (checked.unfamiliar > 0)
    unfamiliar.append(", ").append(std::to_string(checked.unfamiliar)).append(" unfamiliar");
  return {
      "validity",
      {{std::to_string(checked.valid) + " of " + counted(checked.messages, "message") + " valid",
        judged(share)},
       {"  level " + std::string(to_string(checked.level)) + ", " + counted(broken, "violation") +
            unfamiliar,
        ink::dim}}};
}

line answer_line(const discovery_result& result) {
  line out{"answer", {}};
  out.pieces.emplace_back(percent(result.confidence) + " confidence", judged(result.confidence));
  out.pieces.emplace_back("  " + std::string(to_string(result.mode)), ink::plain);
  out.pieces.emplace_back(", " + time_span(result.took) + " of " + time_span(result.budget),
                          result.in_time ? ink::plain : ink::bad);
  if (!result.in_time) out.pieces.emplace_back(", late", ink::bad);
  if (result.partial) out.pieces.emplace_back(", partial", ink::doubtful);
  if (result.from_cache) out.pieces.emplace_back(", from the cache", ink::dim);
  // What a partial one lacks stands with its stages.
  if (result.used == fallback::cached || result.used == fallback::fast) {
    out.pieces.emplace_back(
        ", fallback " + std::string(to_string(result.used)) + " (" + result.fallback_why + ")",
        ink::doubtful);
  }
  return out;
}

std::vector<line> lines_of(const discovery_result& result) {
  const auto& found = result.found;
  std::vector<line> lines{protocol_line(found.protocol.get())};
  if (found.protocol && !found.protocol->overall.evidence.empty()) {
    lines.push_back(evidence_line(*found.protocol));
  }
  if (found.stats) lines.push_back(content_line(*found.stats));
  lines.push_back(format_line(found));
  if (found.parse) lines.push_back(parse_line(*found.parse));
  if (found.validity) lines.push_back(validity_line(*found.validity));
  lines.push_back(answer_line(result));
  return lines;
}

std::string edge(const style& look, std::string_view left, std::string_view right) {
  std::string out(left);
  for (std::size_t at = 2; at < look.width; ++at) out += either(look, "─", "-");
  return out + std::string(right);
}

}  // namespace

std::string verdict_section(const group_view& view, const style& look) {
  const auto side = std::string(either(look, "│", "|"));
  std::string out = edge(look, either(look, "╭", "+"), either(look, "╮", "+")) + '\n';
  for (const auto& one : lines_of(*view.result)) {
    out += side + ' ' + boxed(one, look, look.width - 4) + ' ' + side + '\n';
  }
  return out + edge(look, either(look, "╰", "+"), either(look, "╯", "+")) + '\n';
}

}  // namespace troupe::cli
