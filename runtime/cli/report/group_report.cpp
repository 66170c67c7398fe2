#include "runtime/cli/report/group_report.hpp"

#include <algorithm>
#include <numeric>

#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

std::string size_of(const traffic_group& input) {
  auto out = counted(input.messages.size(), "message") + ", " + byte_count(input.bytes.size()) +
             " in " + counted(input.flows.size(), "flow");
  if (input.messages_seen > input.messages.size()) {
    out += " (a sample of " + counted(input.messages_seen, "message") + ", " +
           byte_count(input.bytes_seen) + ")";
  }
  return out;
}

// Message indexes by type, as the parser sorts them; looks at no more than `looks` messages.
class sample_picker {
 public:
  sample_picker(const traffic_group& input, std::size_t types,
                const std::function<parsed_message(std::uint32_t)>& parse)
      : input_(input), parse_(parse), picked_(types) {}

  void look_at(std::uint32_t message) {
    auto parsed = parse_(message);
    if (parsed.type >= picked_.size()) return;
    auto& of_type = picked_[parsed.type];
    const auto size = input_.messages[message].size;
    const bool is_new = of_type.empty() ||
                        (of_type.size() == 1 && input_.messages[of_type[0].message].size != size);
    if (is_new) of_type.push_back({message, std::move(parsed)});
  }

  std::vector<std::vector<sample>>& picked() { return picked_; }

 private:
  const traffic_group& input_;
  const std::function<parsed_message(std::uint32_t)>& parse_;
  std::vector<std::vector<sample>> picked_;
};

}  // namespace

std::vector<sample> choose_samples(
    const traffic_group& input, const format& grammar, std::size_t limit,
    const std::function<parsed_message(std::uint32_t message)>& parse) {
  constexpr std::uint32_t looks = 2000;
  sample_picker picker(input, grammar.types.size(), parse);
  const auto last = std::min<std::size_t>(input.messages.size(), looks);
  for (std::uint32_t message = 0; message < last; ++message) {
    if (input.messages[message].size > 0) picker.look_at(message);
  }
  std::vector<std::size_t> order(grammar.types.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return grammar.types[a].seen > grammar.types[b].seen;
  });
  // First one of each type, then the second ones, then by type again.
  std::vector<std::pair<std::size_t, std::size_t>> chosen;  // rank of the type, which of its two
  for (std::size_t which = 0; which < 2; ++which) {
    for (std::size_t rank = 0; rank < order.size() && chosen.size() < limit; ++rank) {
      if (picker.picked()[order[rank]].size() > which) chosen.emplace_back(rank, which);
    }
  }
  std::sort(chosen.begin(), chosen.end());
  std::vector<sample> out;
  for (const auto& [rank, which] : chosen) {
    out.push_back(std::move(picker.picked()[order[rank]][which]));
  }
  return out;
}

std::string heading(std::string_view title, std::string_view remark, const style& look) {
  std::string out = '\n' + paint(look, ink::heading, title);
  if (!remark.empty()) out += "  " + paint(look, ink::dim, remark);
  return out + '\n';
}

std::string header_section(const group_view& view, const style& look) {
  std::string rule;
  for (std::size_t at = 0; at < look.width; ++at) rule += either(look, "━", "=");
  const auto& input = *view.input;
  std::string out = paint(look, ink::heading, rule) + '\n';
  out += paint(look, ink::strong, wire::clean_text(input.name)) + "  " + size_of(input) + '\n';
  out += paint(look, ink::dim, "framing: ") + describe(input.frames);
  const bool is_found = input.frames.kind == framing::how::length_prefix ||
                        input.frames.kind == framing::how::delimiter;
  if (is_found && input.frames.explained_share < 1) {
    out += " (" + percent(input.frames.explained_share) + " of the bytes)";
  }
  return out + '\n';
}

std::string group_line(const traffic_group& input, std::string_view why, const style& look) {
  std::uint64_t packets = 0;
  for (const auto& flow : input.flows) packets += flow.packets;
  std::string out = paint(look, ink::strong, wire::clean_text(input.name)) + "  " +
                    (input.messages.empty()
                         ? counted(input.flows.size(), "flow") + ", " + counted(packets, "packet")
                         : size_of(input));
  return out + ": " + paint(look, ink::doubtful, wire::clean_text(why)) + '\n';
}

std::string unused_section(const std::vector<unused_input>& unused, const style& look) {
  if (unused.empty()) return {};
  auto out = heading("Not used", "", look);
  for (const auto& one : unused) {
    for (const auto& part : wrapped(unused_text(one), look.width - 2)) out += "  " + part + '\n';
  }
  return out;
}

std::string group_report(const group_view& view, const style& look) {
  const auto& found = view.result->found;
  std::string out = header_section(view, look) + verdict_section(view, look);
  if (found.grammar) out += types_section(*found.grammar, look);
  out += order_section(view, look) + samples_section(view, look);
  if (found.grammar) out += fields_section(*found.grammar, look);
  out += violations_section(view, look);
  out += unused_section(view.input->unused, look);
  return out + time_section(*view.result, look);
}

}  // namespace troupe::cli
