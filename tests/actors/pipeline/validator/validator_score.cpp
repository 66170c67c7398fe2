// How well the validator tells damaged messages from genuine ones it has not seen:
// validator_score FOLDER [PROTOCOL...]. Learns from half of each file of labelled messages (blocks
// of 16 in turn), judges the other half as it is, with bytes cut off and with bytes appended.

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <vector>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "actors/pipeline/validator/validator.hpp"
#include "tests/actors/pipeline/grammar/labelled_traffic.hpp"

namespace {

using namespace troupe;

constexpr std::size_t block = 16;

enum class damage : std::uint8_t { none, cut, extended };

/// A few bytes, up to half of the message: a tail that was lost, or one that does not belong there.
std::size_t harm_of(std::size_t bytes, std::mt19937_64& random) {
  constexpr std::array<std::size_t, 5> few{1, 2, 4, 8, 16};
  const auto drawn = random() % 6;
  const auto half = std::max<std::size_t>(bytes / 2, 1);
  return drawn < few.size() ? few[drawn] : 1 + random() % half;
}

void append(traffic_group& to, message one, std::span<const std::uint8_t> bytes, damage how,
            std::mt19937_64& random) {
  const auto harm = harm_of(bytes.size(), random);
  const auto lost = how == damage::cut ? std::min(harm, std::max<std::size_t>(bytes.size() / 2, 1))
                                       : std::size_t{0};
  const auto kept = bytes.first(bytes.size() - lost);
  one.offset = static_cast<std::uint32_t>(to.bytes.size());
  to.bytes.insert(to.bytes.end(), kept.begin(), kept.end());
  const auto source = random() % 3;  // random bytes, zeros, or the message's own
  for (std::size_t added = 0; how == damage::extended && added < harm; ++added) {
    const auto fresh = static_cast<std::uint8_t>(random());
    to.bytes.push_back(source == 0   ? fresh
                       : source == 1 ? std::uint8_t{0}
                                     : bytes[fresh % bytes.size()]);
  }
  one.size = static_cast<std::uint32_t>(to.bytes.size()) - one.offset;
  to.messages.push_back(one);
}

traffic_group half_of(const traffic_group& all, std::size_t parity, damage how) {
  traffic_group out;
  out.name = all.name;
  out.flows = all.flows;
  std::mt19937_64 random(7);
  for (std::size_t i = 0; i < all.messages.size(); ++i) {
    if (i / block % 2 != parity) continue;
    const auto bytes = all.payload(all.messages[i]);
    if (!bytes.empty()) append(out, all.messages[i], bytes, how, random);
  }
  return out;
}

double refused_percent(const format& what, const traffic_group& group, validation_level level) {
  const auto found = validate(what, group, level, {});
  if (found.messages == 0) return 0;
  return 100 * (1 - static_cast<double>(found.valid) / static_cast<double>(found.messages));
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  std::vector<std::filesystem::path> files;
  for (const auto& each : std::filesystem::directory_iterator(arguments[1])) {
    const auto name = each.path().filename().string();
    if (!name.ends_with(".jsonl.gz")) continue;
    const auto protocol = name.substr(0, name.find('.'));
    if (count > 2 && std::find(arguments + 2, arguments + count, protocol) == arguments + count) {
      continue;
    }
    files.push_back(each.path());
  }
  std::sort(files.begin(), files.end());
  std::array<double, 3> sums{};
  std::printf("%-10s %8s %8s %8s  %% refused at strict, learnt from the other half\n", "protocol",
              "genuine", "cut", "extended");
  for (const auto& file : files) {
    const auto all = test::read_labelled_traffic(file);
    std::array<double, 3> shares{};
    for (std::size_t parity = 0; parity < 2; ++parity) {
      const auto known = half_of(all, parity, damage::none);
      const work_context work{quality_mode::balanced, 1, {}};
      const auto found = infer_format(known, compute_statistics(known, work), work);
      for (std::size_t how = 0; how < shares.size(); ++how) {
        const auto judged = half_of(all, 1 - parity, static_cast<damage>(how));
        shares[how] += refused_percent(found, judged, validation_level::strict) / 2;
      }
    }
    std::printf("%-10s %8.1f %8.1f %8.1f\n", all.name.c_str(), shares[0], shares[1], shares[2]);
    for (std::size_t how = 0; how < shares.size(); ++how) sums[how] += shares[how];
  }
  const auto all = static_cast<double>(std::max<std::size_t>(files.size(), 1));
  std::printf("%-10s %8.1f %8.1f %8.1f\n", "mean", sums[0] / all, sums[1] / all, sums[2] / all);
  return 0;
}
