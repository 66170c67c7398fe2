#include <gtest/gtest.h>

#include "actors/pipeline/parser/scapy_export.hpp"
#include "tests/actors/pipeline/parser/builders.hpp"
#include "tests/integration/exports/tools.hpp"

namespace troupe {
namespace {

TEST(scapy_export, hand_made_formats_load_and_read_the_same_leaves) {
  expect_equal(hand_made_cases(), through_scapy, "scapy_hand_made");
}

TEST(scapy_export, random_formats_load_and_read_the_same_leaves) {
  constexpr std::uint64_t seed = 71'000;
  std::printf("first seed %llu\n", static_cast<unsigned long long>(seed));
  expect_equal(random_cases(seed, 8, 60), through_scapy, "scapy_random");
}

TEST(scapy_export, formats_inferred_from_captures_load_and_read_the_same_leaves) {
  expect_equal(inferred_cases(TROUPE_SOURCE_DIR "/tests/captures", 60), through_scapy,
               "scapy_inferred");
}

/// Runs Python with the module `exported` of the format.
std::string run_python(const std::string& folder_name, const format& what,
                       const export_place& place, const std::string& script) {
  const auto folder = fresh_folder(folder_name);
  write_file(folder + "/exported.py", to_scapy(what, "small", place));
  write_file(folder + "/script.py",
             "from exported import *\nfrom scapy.layers.inet import IP\n" + script);
  return run_tool("/usr/bin/python3 '" + folder + "/script.py'");
}

/// A length, then so many bytes; from the server all in one.
format small_format() {
  auto length = build::leaf("length", build::fixed(1), field_kind::length);
  length.values = {{"\x02", 3}};
  auto what = build::of({{length}, {build::leaf("name", build::counted(0))}});
  what.types.push_back(what.types.front());
  what.types[0].name = "request";
  what.types[1].name = "answer";
  what.types[1].elements = {{build::leaf("all", build::rest())}};
  what.pick.keywords = {{keyword::source::direction, 0, 0}};
  what.pick.types = {{{std::string(1, '\0')}, 0}, {{std::string(1, '\1')}, 1}};
  return what;
}

TEST(scapy_export, packets_to_and_from_the_port_are_read_by_their_direction) {
  EXPECT_EQ(run_python("scapy_port", small_format(), {transport::udp, tool_port, {}},
                       "for sport, dport in (4, 31337), (31337, 4):\n"
                       "    raw = bytes(IP() / UDP(sport=sport, dport=dport) / Raw(b'\\2ab'))\n"
                       "    print(IP(raw).lastlayer().name)\n"),
            "SmallRequest\nSmallAnswer\n");
}

TEST(scapy_export, a_packet_made_from_nothing_has_the_usual_values_and_hard_names_are_changed) {
  EXPECT_EQ(run_python("scapy_build", small_format(), {},
                       "print(bytes(SmallRequest(name_n2=b'xy')))\n"
                       "print(dissect(b'\\5ab').problem)\n"),
            "b'\\x02xy'\nname_n2: needs 5 bytes, 2 are left\n");
}

}  // namespace
}  // namespace troupe
