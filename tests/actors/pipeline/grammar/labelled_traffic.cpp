#include "tests/actors/pipeline/grammar/labelled_traffic.hpp"

#include <array>
#include <map>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::test {

namespace {

labelled_protocol loaded(const std::filesystem::path& file) {
  auto read = load_labelled_protocol(file.string());
  if (const auto* why = std::get_if<failure>(&read)) throw std::runtime_error(why->what);
  return std::get<labelled_protocol>(std::move(read));
}

/// A labelled field, and where it lies in the bytes of the group.
struct placed {
  std::string type;
  std::string name;
  std::span<std::uint8_t> bytes;
};

std::vector<placed> placed_fields(labelled_protocol& in) {
  std::vector<placed> out;
  for (std::size_t i = 0; i < in.fields.size(); ++i) {
    const auto bytes = std::span(in.traffic.bytes).subspan(in.traffic.messages[i].offset);
    for (const auto& one : in.fields[i]) {
      out.push_back({one.type, one.name, bytes.subspan(one.offset, one.size)});
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

std::vector<std::vector<labelled_field>> read_labels(const std::filesystem::path& file) {
  return loaded(file).fields;
}

traffic_group read_labelled_traffic(const std::filesystem::path& file) {
  return loaded(file).traffic;
}

traffic_group read_remapped_traffic(const std::filesystem::path& file, std::uint64_t seed) {
  auto protocol = loaded(file);
  const auto fields = placed_fields(protocol);
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
  return std::move(protocol.traffic);
}

}  // namespace troupe::test
