// How well the validator tells damaged messages from genuine ones it has not seen:
// validator_score [--parts N] [--block N] [--reasons] FOLDER [PROTOCOL...]. Of each file of
// labelled messages (blocks of 16 in turn) each of N parts (2) is held back once; what was learnt
// from the others judges it as it is and damaged (see `damage`). --reasons says why genuine ones
// were refused.

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "actors/pipeline/validator/validator.hpp"
#include "tests/actors/pipeline/grammar/labelled_traffic.hpp"
#include "tests/support/shipped_grammar.hpp"

namespace {

using namespace troupe;

/// Which messages are held back together: part `which` of `parts`, in blocks of neighbours.
struct split {
  std::size_t parts = 2;
  std::size_t block = 16;

  [[nodiscard]] bool holds(std::size_t message, std::size_t which) const {
    return message / block % parts == which;
  }
};

enum class damage : std::uint8_t {
  none,
  cut,          // some bytes less at the end
  extended,     // some more
  length,       // a field labelled as length is one too large or too small
  enumeration,  // the last byte of one labelled as enumeration has a value that none has
  foreign,      // the message is of the next protocol
};
constexpr std::size_t damages = 6;

struct labelled {
  traffic_group traffic;
  std::vector<std::vector<labelled_field>> labels;
  std::map<std::string, std::set<std::uint8_t>> values;  // last bytes of fields, by name
};

labelled read(const std::filesystem::path& file) {
  labelled out{test::read_labelled_traffic(file), test::read_labels(file), {}};
  for (std::size_t i = 0; i < out.labels.size(); ++i) {
    const auto bytes = out.traffic.payload(out.traffic.messages[i]);
    for (const auto& one : out.labels[i])
      out.values[one.name].insert(bytes[one.offset + one.size - 1]);
  }
  return out;
}

/// A few bytes, up to half of the message: a tail that was lost, or one that does not belong there.
std::size_t harm_of(std::size_t bytes, std::mt19937_64& random) {
  constexpr std::array<std::size_t, 5> few{1, 2, 4, 8, 16};
  const auto drawn = random() % 6;
  const auto half = std::max<std::size_t>(bytes / 2, 1);
  return drawn < few.size() ? few[drawn] : 1 + random() % half;
}

std::vector<std::uint8_t> extended(std::vector<std::uint8_t> bytes, std::mt19937_64& random) {
  const auto size = bytes.size();
  const auto harm = harm_of(size, random);
  const auto source = random() % 3;  // random bytes, zeros, or the message's own
  for (std::size_t added = 0; added < harm; ++added) {
    const auto fresh = static_cast<std::uint8_t>(random());
    bytes.push_back(source == 0 ? fresh : source == 1 ? std::uint8_t{0} : bytes[fresh % size]);
  }
  return bytes;
}

/// The message with one field of the type changed; empty where it has none.
std::vector<std::uint8_t> changed(const labelled& all, std::size_t which, std::string_view type,
                                  std::mt19937_64& random) {
  const auto payload = all.traffic.payload(all.traffic.messages[which]);
  std::vector<const labelled_field*> fields;
  for (const auto& one : all.labels[which])
    if (one.type == type && one.size <= 4) fields.push_back(&one);
  if (fields.empty()) return {};
  const auto& field = *fields[random() % fields.size()];
  std::vector<std::uint8_t> bytes(payload.begin(), payload.end());
  auto& byte = bytes[field.offset + field.size - 1];
  const auto& known = all.values.at(field.name);
  if (type == "length") {
    byte = static_cast<std::uint8_t>(byte + (random() % 2 == 0 ? 1 : 255));
  } else if (known.size() < 256) {
    do byte = static_cast<std::uint8_t>(random());
    while (known.contains(byte));
  } else {
    return {};
  }
  return bytes;
}

std::vector<std::uint8_t> harmed(const labelled& all, const labelled& other, std::size_t which,
                                 damage how, std::mt19937_64& random) {
  const auto payload = all.traffic.payload(all.traffic.messages[which]);
  const std::vector<std::uint8_t> bytes(payload.begin(), payload.end());
  switch (how) {
    case damage::none: return bytes;
    case damage::cut: {
      const auto most = std::max<std::size_t>(bytes.size() / 2, 1);
      const auto lost = std::min(harm_of(bytes.size(), random), most);
      return {bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(lost)};
    }
    case damage::extended: return extended(bytes, random);
    case damage::length: return changed(all, which, "length", random);
    case damage::enumeration: return changed(all, which, "enum", random);
    case damage::foreign: {
      const auto& messages = other.traffic.messages;
      const auto foreign = other.traffic.payload(messages[random() % messages.size()]);
      return {foreign.begin(), foreign.end()};
    }
  }
  return {};
}

/// The messages held back (`inside`), damaged, or all others.
traffic_group part_of(const labelled& all, const labelled& other, const split& how_split,
                      std::size_t which, bool inside, damage how) {
  traffic_group out;
  out.name = all.traffic.name;
  out.flows = all.traffic.flows;
  std::mt19937_64 random(7);
  for (std::size_t i = 0; i < all.traffic.messages.size(); ++i) {
    if (how_split.holds(i, which) != inside) continue;
    const auto bytes = harmed(all, other, i, how, random);
    if (bytes.empty()) continue;
    auto one = all.traffic.messages[i];
    one.offset = static_cast<std::uint32_t>(out.bytes.size());
    one.size = static_cast<std::uint32_t>(bytes.size());
    out.bytes.insert(out.bytes.end(), bytes.begin(), bytes.end());
    out.messages.push_back(one);
  }
  return out;
}

struct tally {
  double messages = 0;
  double refused = 0;

  [[nodiscard]] double percent() const { return messages > 0 ? 100 * refused / messages : 0; }
};

using reasons = std::map<std::string, std::size_t>;

/// Numbers and paths left out, so that the same reasons are one.
std::string kind_of(const violation& found) {
  auto text = std::string(to_string(found.level)).append(": ");
  for (const char at : found.path + ": " + found.reason)
    if (std::isdigit(static_cast<unsigned char>(at)) == 0) text += at;
  return text;
}

void judge(const format& what, const traffic_group& group, tally& into, reasons* why) {
  for (const auto& one : group.messages) {
    traffic_group alone;
    const auto bytes = group.payload(one);
    alone.flows = group.flows;
    alone.bytes.assign(bytes.begin(), bytes.end());
    alone.messages.push_back(one);
    alone.messages.back().offset = 0;
    if (why == nullptr) break;
    const auto found = validate(what, alone, validation_level::strict, {});
    if (!found.violations.empty()) ++(*why)[kind_of(found.violations.front())];
  }
  const auto found = validate(what, group, validation_level::strict, {});
  into.messages += static_cast<double>(found.messages);
  into.refused += static_cast<double>(found.messages - found.valid);
}

struct arguments {
  split how;
  bool reasons = false;
  std::vector<std::filesystem::path> files;
  std::vector<std::string> wanted;  // protocols; all where empty
};

arguments read_arguments(std::vector<std::string> given) {
  arguments out;
  while (!given.empty() && given[0].starts_with("--")) {
    const bool has_number = given[0] != "--reasons" && given.size() > 1;
    if (has_number && given[0] == "--parts") out.how.parts = std::max(std::stoul(given[1]), 2UL);
    if (has_number && given[0] == "--block") out.how.block = std::max(std::stoul(given[1]), 1UL);
    if (given[0] == "--reasons") out.reasons = true;
    given.erase(given.begin(), given.begin() + (has_number ? 2 : 1));
  }
  if (given.empty()) return out;
  out.wanted.assign(given.begin() + 1, given.end());
  for (const auto& each : std::filesystem::directory_iterator(given[0])) {
    if (each.path().string().ends_with(".jsonl.gz")) out.files.push_back(each.path());
  }
  std::sort(out.files.begin(), out.files.end());
  return out;
}

}  // namespace

int main(int count, char** values) {
  const auto given = read_arguments({values + 1, values + count});
  if (given.files.empty()) return 2;
  std::vector<labelled> all;
  for (const auto& file : given.files) all.push_back(read(file));
  std::array<double, damages> sums{};
  std::array<double, damages> counts{};
  std::printf("%% refused at strict, learnt from the other %zu of %zu parts\n", given.how.parts - 1,
              given.how.parts);
  std::printf("%-10s %8s %8s %8s %8s %8s %8s\n", "protocol", "genuine", "cut", "extended", "length",
              "enum", "foreign");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& one = all[i];
    const auto& other = all[(i + 1) % all.size()];
    if (!given.wanted.empty() && std::ranges::count(given.wanted, one.traffic.name) == 0) continue;
    std::array<tally, damages> tallies{};
    reasons why;
    for (std::size_t part = 0; part < given.how.parts; ++part) {
      const auto known = part_of(one, other, given.how, part, false, damage::none);
      const work_context work{quality_mode::balanced, 1, {}};
      const auto found =
          infer_format(known, compute_statistics(known, work), work, test::shipped_cuts());
      for (std::size_t how = 0; how < damages; ++how) {
        const auto judged = part_of(one, other, given.how, part, true, static_cast<damage>(how));
        judge(found, judged, tallies[how], how == 0 && given.reasons ? &why : nullptr);
      }
    }
    std::printf("%-10s", one.traffic.name.c_str());
    for (std::size_t how = 0; how < damages; ++how) {
      if (tallies[how].messages == 0) {
        std::printf(" %8s", "-");
        continue;
      }
      std::printf(" %8.1f", tallies[how].percent());
      sums[how] += tallies[how].percent();
      counts[how] += 1;
    }
    std::printf("\n");
    for (const auto& [text, times] : why) std::printf("  %6zu %s\n", times, text.c_str());
  }
  std::printf("%-10s", "mean");
  for (std::size_t how = 0; how < damages; ++how)
    std::printf(" %8.1f", counts[how] > 0 ? sums[how] / counts[how] : 0);
  std::printf("\n");
  return 0;
}
