#include "actors/ingest/input.hpp"

#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "actors/ingest/capture_file.hpp"
#include "actors/ingest/link_type.hpp"
#include "actors/ingest/text_input.hpp"
#include "actors/ingest/traffic_builder.hpp"

namespace troupe {

namespace {

using answer = std::variant<ingest_result, failure>;

constexpr std::size_t head_bytes = std::size_t{64} << 10U;

failure refuse(const std::string& name, const std::string& what, const std::string& todo) {
  return {errc::bad_input, name + ": " + what + "; " + todo};
}

std::string begins_with(ingest::byte_view head) {
  std::string text;
  for (const auto byte : ingest::at_most(head, 8)) {
    char digits[4];
    std::snprintf(digits, sizeof digits, " %02x", static_cast<unsigned>(byte));
    text += digits;
  }
  return text;
}

std::string join(const std::vector<unused_input>& records) {
  constexpr std::size_t shown = 3;
  std::string text;
  for (std::size_t i = 0; i < records.size() && i < shown; ++i) {
    if (i > 0) text += ", ";
    text += records[i].reason + " (" + std::to_string(records[i].messages) + ", first at " +
            records[i].first_place + ")";
  }
  return text;
}

// Offsets into a group's bytes have 32 bits.
ingest_options within_limits(ingest_options options) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max() / 2;
  for (auto* budget : {&options.group_budget_bytes, &options.total_budget_bytes,
                       &options.opening_budget_bytes, &options.held_budget_bytes}) {
    *budget = std::min(*budget, most);
  }
  options.message_limit_bytes =
      std::max(options.message_limit_bytes, ingest::stream_cutter::smallest_limit_bytes);
  return options;
}

answer read_packets(ingest::byte_reader& from, ingest::capture_file& capture, ingest_result result,
                    const std::string& name, const ingest_options& options) {
  auto& report = result.report;
  ingest::traffic_builder builder(options);
  while (const auto packet = capture.next()) {
    ++report.packets;
    builder.add(*packet);
  }
  result.groups = builder.finish();
  auto refused = capture.refused();
  refused.add(builder.refused().records());
  report.refused = refused.take();
  report.problem = capture.problem();
  report.bytes = from.position();
  for (const auto type : capture.link_types()) {
    report.link_types.push_back(ingest::link_type_name(type));
  }
  if (!result.groups.empty()) return result;
  if (!report.problem.empty()) {
    return refuse(name, report.problem, "capture it again or repair the file");
  }
  if (report.packets == 0) {
    return refuse(name, "the capture has no packets", "give one with traffic in it");
  }
  return refuse(name,
                "none of its " + std::to_string(report.packets) +
                    " packets could be used: " + join(report.refused),
                "supported are Ethernet, raw IP, Linux cooked, null/loopback, PPP and Cisco HDLC");
}

answer read_lines(ingest::byte_reader& from, ingest::text_format format, ingest_result result,
                  const std::string& name, const ingest_options& options) {
  const auto base = std::filesystem::path(name).filename().string();
  ingest::tally refused;
  const auto read = read_text(from, format, base.substr(0, base.find('.')), options, refused);
  if (read.group) result.groups.push_back(read.group);
  result.report.packets = read.lines;
  result.report.bytes = from.position();
  result.report.refused = refused.take();
  result.report.problem = from.problem();
  if (read.group) return result;
  const auto why = result.report.refused.empty() ? std::string("it has no messages")
                                                 : join(result.report.refused);
  return refuse(name, "no line could be used: " + why, "correct the lines");
}

answer read(std::unique_ptr<ingest::byte_source> source, const std::string& name,
            const ingest_options& wished) {
  const auto options = within_limits(wished);
  ingest_result result;
  auto from = std::make_unique<ingest::byte_reader>(std::move(source), options.input_limit_bytes);
  if (const auto magic = from->peek(2); magic.size() == 2 && magic[0] == 0x1f && magic[1] == 0x8b) {
    result.report.format = "gzip, ";
    from = std::make_unique<ingest::byte_reader>(ingest::inflate(std::move(from)),
                                                 options.input_limit_bytes);
  }
  const auto head = from->peek(head_bytes);
  if (head.empty()) {
    const bool damaged = !from->problem().empty();
    return refuse(name, damaged ? from->problem() : "it is empty",
                  "give a pcap, a pcapng, JSONL or hex lines");
  }
  const bool is_pcapng = ingest::looks_like_pcapng(head);
  if (is_pcapng || ingest::looks_like_pcap(head)) {
    result.report.format += is_pcapng ? "pcapng" : "pcap";
    const auto capture = is_pcapng ? ingest::open_pcapng(*from) : ingest::open_pcap(*from);
    return read_packets(*from, *capture, std::move(result), name, options);
  }
  const auto format = ingest::recognise_text(head);
  if (format == ingest::text_format::none) {
    return refuse(name, "not a capture, it begins with" + begins_with(head),
                  "give a pcap, a pcapng, JSONL or hex lines, plain or gzip-compressed");
  }
  result.report.format += format == ingest::text_format::jsonl ? "JSONL" : "hex lines";
  return read_lines(*from, format, std::move(result), name, options);
}

}  // namespace

std::variant<ingest_result, failure> read_file(const std::string& path,
                                               const ingest_options& options, const progress& tell,
                                               const std::stop_token& stop) {
  auto opened = ingest::open_file(path, tell, stop);
  if (auto* failed = std::get_if<failure>(&opened)) return std::move(*failed);
  return read(std::get<std::unique_ptr<ingest::byte_source>>(std::move(opened)),
              path == "-" ? "standard input" : path, options);
}

std::variant<ingest_result, failure> read_bytes(std::span<const std::uint8_t> bytes,
                                                const std::string& name,
                                                const ingest_options& options) {
  return read(ingest::from_memory(bytes), name, options);
}

}  // namespace troupe
