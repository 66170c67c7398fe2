#include "tests/actors/pipeline/grammar/labelled_traffic.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

namespace {

std::string unzipped(const std::filesystem::path& file) {
  std::string text;
  gzFile in = gzopen(file.c_str(), "rb");
  if (in == nullptr) return text;
  std::array<char, 65536> part{};
  for (int size = 0; (size = gzread(in, part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(size));
  }
  gzclose(in);
  return text;
}

std::uint8_t nibble(char digit) {
  return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/// The lines of a file, parsed.
std::vector<nlohmann::json> lines_of(const std::filesystem::path& file) {
  const auto text = unzipped(file);
  std::vector<nlohmann::json> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    out.push_back(nlohmann::json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                                        text.begin() + static_cast<std::ptrdiff_t>(end)));
    at = end + 1;
  }
  return out;
}

/// A labelled field, and where it lies in the bytes of the group.
struct placed {
  std::string type;
  std::string name;
  std::span<std::uint8_t> bytes;
};

std::vector<placed> fields_of(const std::vector<nlohmann::json>& lines, traffic_group& group) {
  std::vector<placed> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto bytes = std::span(group.bytes).subspan(group.messages[i].offset);
    for (const auto& field : lines[i].at("fields")) {
      const auto length = field.at("length").get<std::size_t>();
      out.push_back({field.at("type"), field.at("name"),
                     bytes.subspan(field.at("offset").get<std::size_t>(), length)});
    }
  }
  return out;
}

void shift(std::span<std::uint8_t> number, std::uint64_t by) {
  for (auto at = number.size(); at-- > 0 && by != 0;) {
    by += number[at];
    number[at] = static_cast<std::uint8_t>(by);
    by >>= 8U;
  }
}

}  // namespace

std::vector<std::vector<label>> read_labels(const std::filesystem::path& file) {
  std::vector<std::vector<label>> out;
  for (const auto& line : lines_of(file)) {
    auto& labels = out.emplace_back();
    for (const auto& one : line.at("fields")) {
      labels.push_back({one.at("offset"), one.at("length"), one.at("name"), one.at("type")});
    }
  }
  return out;
}

traffic_group read_remapped_traffic(const std::filesystem::path& file, std::uint64_t seed) {
  auto group = read_labelled_traffic(file);
  const auto fields = fields_of(lines_of(file), group);
  std::map<std::string, std::set<std::string>> values;
  for (const auto& one : fields) values[one.name].emplace(one.bytes.begin(), one.bytes.end());
  std::mt19937_64 random(seed);
  std::array<std::uint8_t, 256> other{};
  for (std::size_t i = 0; i < other.size(); ++i) other[i] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 254; i > 1; --i) std::swap(other[i], other[1 + random() % i]);
  const auto by = random() % 200 + 17;
  for (const auto& one : fields) {
    const bool is_tag = one.name.starts_with("ber.");
    const bool is_constant = values[one.name].size() == 1 && one.bytes.size() <= 8 &&
                             (one.type == "uint" || one.type == "flags" || one.type == "bytes");
    if ((one.type == "enum" || is_constant) && !is_tag) {
      for (auto& byte : one.bytes) byte = other[byte];
    } else if (one.type == "id" && one.bytes.size() <= 8) {
      shift(one.bytes, by);
    }
  }
  return group;
}

traffic_group read_labelled_traffic(const std::filesystem::path& file) {
  traffic_group out;
  out.name = file.filename().string().substr(0, file.filename().string().find('.'));
  for (const auto& line : lines_of(file)) {
    const auto& hex = line.at("hex").get_ref<const std::string&>();
    message one;
    one.flow = line.at("flow").get<std::uint32_t>();
    one.dir =
        line.at("direction") == "c2s" ? direction::client_to_server : direction::server_to_client;
    one.since_start = duration(static_cast<std::int64_t>(line.at("t").get<double>() * 1e9));
    one.offset = static_cast<std::uint32_t>(out.bytes.size());
    one.size = static_cast<std::uint32_t>(hex.size() / 2);
    for (std::size_t digit = 0; digit + 1 < hex.size(); digit += 2) {
      out.bytes.push_back(
          static_cast<std::uint8_t>(nibble(hex[digit]) << 4U | nibble(hex[digit + 1])));
    }
    if (one.flow >= out.flows.size()) out.flows.resize(one.flow + 1);
    out.messages.push_back(one);
  }
  out.messages_seen = out.messages.size();
  out.bytes_seen = out.bytes.size();
  return out;
}

}  // namespace troupe::test
