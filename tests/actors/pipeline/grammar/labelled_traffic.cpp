#include "tests/actors/pipeline/grammar/labelled_traffic.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

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

}  // namespace

traffic_group read_labelled_traffic(const std::filesystem::path& file) {
  const auto text = unzipped(file);
  traffic_group out;
  out.name = file.filename().string().substr(0, file.filename().string().find('.'));
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = nlohmann::json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                                            text.begin() + static_cast<std::ptrdiff_t>(end));
    at = end + 1;
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
