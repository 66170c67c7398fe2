#include "actors/ingest/text_input.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/ingest/group_build.hpp"
#include "actors/ingest/json_line.hpp"
#include "actors/ingest/message_pool.hpp"

namespace troupe::ingest {

namespace {

// Labels make JSONL lines much longer than their message; this is far beyond any of them.
constexpr std::size_t line_limit_bytes = std::size_t{4} << 20U;

std::string_view trim(std::string_view line) noexcept {
  constexpr std::string_view blanks = " \t\r";
  const auto begin = line.find_first_not_of(blanks);
  if (begin == line.npos) return {};
  return line.substr(begin, line.find_last_not_of(blanks) - begin + 1);
}

std::string_view as_text(byte_view bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Lines of a reader; a line over the limit is passed over and told as such.
class line_reader {
 public:
  explicit line_reader(byte_reader& from) : from_(from) {}

  // Nothing at the end. The text is valid until the next call.
  std::optional<std::string_view> next() {
    from_.skip(taken_);
    taken_ = 0;
    too_long_ = false;
    for (std::size_t window = 4096;; window *= 4) {
      const auto text = as_text(from_.peek(window));
      if (text.empty()) return std::nullopt;
      const auto end = text.find('\n');
      if (end != text.npos || text.size() < window) {
        const auto size = std::min(end, text.size());
        taken_ = end == text.npos ? size : size + 1;
        return text.substr(0, size);
      }
      if (window >= line_limit_bytes) return pass_over_line();
    }
  }

  [[nodiscard]] bool too_long() const noexcept { return too_long_; }

 private:
  std::optional<std::string_view> pass_over_line() {
    too_long_ = true;
    for (;;) {
      const auto text = as_text(from_.peek(4096));
      const auto end = text.find('\n');
      from_.skip(end == text.npos ? text.size() : end + 1);
      if (text.empty() || end != text.npos) return std::string_view();
    }
  }

  byte_reader& from_;
  std::size_t taken_ = 0;
  bool too_long_ = false;
};

// Collects the messages of one text into one group.
class text_group {
 public:
  text_group(std::string name, const ingest_options& options) : options_(options) {
    group_.name = std::move(name);
    group_.frames.kind = framing::how::given;
  }

  // False when the flow is over the limit of flows.
  bool add(const line_message& message, std::uint64_t line) {
    const auto [found, is_new] =
        flows_.try_emplace(message.flow, static_cast<std::uint32_t>(group_.flows.size()));
    if (is_new && group_.flows.size() >= options_.flows_limit) {
      flows_.erase(found);
      return false;
    }
    if (is_new) group_.flows.emplace_back();
    ++group_.messages_seen;
    group_.bytes_seen += message.bytes.size();
    add_opening(group_.flows[found->second], message);
    pooled_message made;
    made.order = made.source = line;
    made.time = duration(static_cast<std::int64_t>(message.seconds * 1e9));
    made.flow = found->second;
    made.from_a = message.dir == direction::client_to_server;
    const auto kept = at_most(message.bytes, options_.message_limit_bytes);
    if (kept.size() < message.bytes.size()) {
      unused_.add("end of a message over the limit of " +
                      std::to_string(options_.message_limit_bytes) + " bytes",
                  1, message.bytes.size() - kept.size(), "line " + std::to_string(line));
    }
    pool_.add(made, kept, options_.seed);
    const auto budget = std::min(options_.group_budget_bytes, options_.total_budget_bytes);
    if (pool_.payload_bytes() > budget + budget / 4 ||
        pool_.messages().size() > options_.group_budget_messages * std::uint64_t{5} / 4) {
      pool_.shrink(budget, options_.group_budget_messages);
    }
    return true;
  }

  traffic_group_ptr finish() {
    if (group_.messages_seen == 0) return nullptr;
    pool_.shrink(std::min(options_.group_budget_bytes, options_.total_budget_bytes),
                 options_.group_budget_messages);
    group_.unused = unused_.take();
    std::vector<std::uint32_t> index(group_.flows.size());
    for (std::uint32_t i = 0; i < index.size(); ++i) index[i] = i;
    const std::vector<bool> a_serves(index.size(), false);  // the first endpoint is the client
    fill_messages(group_, pool_, index, a_serves, options_, "line ");
    return std::make_shared<traffic_group>(std::move(group_));
  }

 private:
  void add_opening(flow& into, const line_message& message) {
    ++into.packets;
    const auto sent = std::count_if(into.opening.begin(), into.opening.end(),
                                    [&](const segment& one) { return one.dir == message.dir; });
    const auto kept = at_most(message.bytes, opening_limit::segment_bytes);
    if (sent >= std::int64_t{opening_limit::segments_per_direction}) return;
    if (group_.opening_bytes.size() + kept.size() > options_.opening_budget_bytes) return;
    into.opening.push_back({message.dir, static_cast<std::uint32_t>(group_.opening_bytes.size()),
                            static_cast<std::uint32_t>(kept.size()),
                            static_cast<std::uint32_t>(message.bytes.size()),
                            static_cast<std::uint32_t>(into.packets)});
    group_.opening_bytes.insert(group_.opening_bytes.end(), kept.begin(), kept.end());
  }

  const ingest_options& options_;
  traffic_group group_;
  std::unordered_map<std::string, std::uint32_t> flows_;
  message_pool pool_;
  tally unused_;
};

std::variant<line_message, line_error> parse(std::string_view line, text_format format) {
  if (format == text_format::jsonl) return parse_json_line(line);
  auto bytes = parse_hex(line);
  if (auto* why = std::get_if<line_error>(&bytes)) return std::move(*why);
  line_message made;
  made.bytes = std::get<std::vector<std::uint8_t>>(std::move(bytes));
  return made;
}

}  // namespace

text_format recognise_text(byte_view head) {
  auto text = as_text(head);
  if (text.find('\0') != text.npos) return text_format::none;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trim(text.substr(0, end));
    const bool cut = end == text.size();  // the window may end inside the line
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '{') return text_format::jsonl;
    const auto whole = cut && line.size() % 2 != 0 ? line.substr(0, line.size() - 1) : line;
    if (std::holds_alternative<std::vector<std::uint8_t>>(parse_hex(whole))) {
      return text_format::hex_lines;
    }
  }
  return text_format::none;
}

text_result read_text(byte_reader& from, text_format format, const std::string& name,
                      const ingest_options& options, tally& refused) {
  text_group group(name, options);
  line_reader lines(from);
  std::uint64_t number = 0;
  while (const auto raw = lines.next()) {
    ++number;
    const auto place = "line " + std::to_string(number);
    const auto line = trim(*raw);
    if (lines.too_long()) {
      refused.add("line over " + std::to_string(line_limit_bytes) + " bytes", 1, 0, place);
      continue;
    }
    if (line.empty() || (format == text_format::hex_lines && line.front() == '#')) continue;
    const auto parsed = parse(line, format);
    if (const auto* why = std::get_if<line_error>(&parsed)) {
      refused.add(*why, 1, line.size(), place);
    } else if (!group.add(std::get<line_message>(parsed), number)) {
      refused.add("over the limit of " + std::to_string(options.flows_limit) + " flows", 1,
                  line.size(), place);
    }
  }
  return {group.finish(), number};
}

}  // namespace troupe::ingest
