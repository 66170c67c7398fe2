// The only file of this room that sees nlohmann::json and zlib.
#include "actors/pipeline/grammar_training/labelled_protocol.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace troupe {

namespace {

constexpr std::uint32_t most_flows = 1'000'000;
constexpr double most_seconds = 9e9;                         // 64 bits of nanoseconds
constexpr std::size_t largest_file = std::size_t{1} << 30U;  // bytes, inflated

/// What is wrong with a line; caught where the line's number is known.
struct bad_line : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::uint8_t nibble(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  throw bad_line("\"hex\" has a character that is no hexadecimal digit (0-9, a-f)");
}

std::vector<std::uint8_t> bytes_of(const std::string& hex) {
  if (hex.empty() || hex.size() % 2 != 0) throw bad_line("\"hex\" is not whole bytes");
  std::vector<std::uint8_t> out;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    out.push_back(static_cast<std::uint8_t>(nibble(hex[at]) << 4U | nibble(hex[at + 1])));
  }
  return out;
}

std::uint32_t number_in(const nlohmann::json& of, const char* key, std::uint32_t most) {
  const auto& value = of.at(key);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most) {
    throw bad_line(std::string("\"").append(key).append("\" is no whole number from 0 to ") +
                   std::to_string(most));
  }
  return value.get<std::uint32_t>();
}

message message_of(const nlohmann::json& line) {
  message out;
  out.flow = number_in(line, "flow", most_flows);
  const auto& towards = line.at("direction").get_ref<const std::string&>();
  if (towards != "c2s" && towards != "s2c") throw bad_line("\"direction\" is not c2s or s2c");
  out.dir = towards == "c2s" ? direction::client_to_server : direction::server_to_client;
  const auto seconds = line.at("t").get<double>();
  if (!(std::abs(seconds) <= most_seconds)) throw bad_line("\"t\" is no time in seconds");
  out.since_start = duration(static_cast<std::int64_t>(seconds * 1e9));
  return out;
}

std::vector<labelled_field> fields_of(const nlohmann::json& line, std::uint32_t size) {
  std::vector<labelled_field> out;
  std::uint32_t end = 0;
  for (const auto& one : line.at("fields")) {
    labelled_field made{number_in(one, "offset", size), number_in(one, "length", size),
                        one.at("name").get<std::string>(), one.at("type").get<std::string>()};
    if (made.offset != end || made.size == 0 || made.size > size - end) {
      throw bad_line("a field at offset " + std::to_string(made.offset) + " of " +
                     std::to_string(made.size) + " bytes, where one of 1 to " +
                     std::to_string(size - end) + " bytes at offset " + std::to_string(end) +
                     " must follow");
    }
    end += made.size;
    out.push_back(std::move(made));
  }
  if (end != size) {
    throw bad_line("the fields end at offset " + std::to_string(end) + ", the message at " +
                   std::to_string(size));
  }
  return out;
}

void add(labelled_protocol& to, std::string_view text) {
  const auto line = nlohmann::json::parse(text);
  const auto bytes = bytes_of(line.at("hex").get_ref<const std::string&>());
  auto one = message_of(line);
  one.offset = static_cast<std::uint32_t>(to.traffic.bytes.size());
  one.size = static_cast<std::uint32_t>(bytes.size());
  to.fields.push_back(fields_of(line, one.size));
  to.traffic.bytes.insert(to.traffic.bytes.end(), bytes.begin(), bytes.end());
  if (one.flow >= to.traffic.flows.size()) to.traffic.flows.resize(one.flow + 1);
  to.traffic.messages.push_back(one);
}

failure wrong(std::string what) { return {errc::bad_input, std::move(what)}; }

std::variant<std::string, failure> inflated(const std::string& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> in(gzopen(path.c_str(), "rb"), gzclose);
  if (!in) return wrong(path + ": cannot be opened");
  std::string text;
  std::array<char, 65536> part{};
  int got = 0;
  while ((got = gzread(in.get(), part.data(), part.size())) > 0) {
    text.append(part.data(), static_cast<std::size_t>(got));
    if (text.size() > largest_file) return wrong(path + ": more than 1 GiB are too much");
  }
  int code = Z_OK;
  const std::string why = gzerror(in.get(), &code);
  if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
    return wrong(path + ": cannot be read: " + why);
  }
  return text;
}

}  // namespace

std::variant<labelled_protocol, failure> read_labelled_protocol(std::string_view text,
                                                                const std::string& name) {
  labelled_protocol out;
  out.traffic.name = name;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    ++number;
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    at = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    try {
      add(out, line);
    } catch (const std::exception& why) {
      return wrong("line " + std::to_string(number) + ": " + why.what());
    }
  }
  if (out.traffic.messages.empty()) return wrong("there is no message");
  out.traffic.messages_seen = out.traffic.messages.size();
  out.traffic.bytes_seen = out.traffic.bytes.size();
  return out;
}

std::variant<labelled_protocol, failure> load_labelled_protocol(const std::string& path) {
  auto text = inflated(path);
  if (auto* why = std::get_if<failure>(&text)) return std::move(*why);
  const auto file = std::filesystem::path(path).filename().string();
  auto read = read_labelled_protocol(std::get<std::string>(text), file.substr(0, file.find('.')));
  if (auto* why = std::get_if<failure>(&read)) why->what.insert(0, path + ": ");
  return read;
}

std::variant<std::vector<labelled_protocol>, failure> load_labelled_protocols(
    const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
    const auto path = entry.path().string();
    if (path.ends_with(".jsonl") || path.ends_with(".jsonl.gz")) paths.push_back(path);
  }
  if (problem) return wrong(folder + ": " + problem.message());
  if (paths.empty()) return wrong(folder + ": has no .jsonl or .jsonl.gz");
  std::ranges::sort(paths);
  std::vector<labelled_protocol> out;
  for (const auto& path : paths) {
    auto read = load_labelled_protocol(path);
    if (auto* why = std::get_if<failure>(&read)) return std::move(*why);
    auto& one = std::get<labelled_protocol>(read);
    const auto same = std::ranges::find(out, one.traffic.name,
                                        [](const auto& other) { return other.traffic.name; });
    if (same != out.end()) {
      return wrong(path + ": there is another file of the protocol " + one.traffic.name +
                   ", the name up to its first dot. One file a protocol: join or rename them");
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace troupe
