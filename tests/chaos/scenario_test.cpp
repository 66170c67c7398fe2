#include "chaos/scenario/scenario.hpp"

#include <gtest/gtest.h>

namespace troupe::chaos {
namespace {

using namespace std::chrono_literals;

std::string wrong(const std::string& text) {
  const auto read = read_scenario(text, "s.yaml");
  const auto* why = std::get_if<failure>(&read);
  return why == nullptr ? "" : why->what;
}

scenario right(const std::string& text) {
  auto read = read_scenario(text, "s.yaml");
  if (const auto* why = std::get_if<failure>(&read)) {
    ADD_FAILURE() << why->what;
    return {};
  }
  return std::get<scenario>(std::move(read));
}

TEST(a_scenario, is_read_with_its_units) {
  const auto read = right(
      "about: a test\n"
      "nodes: 3\n"
      "load: {rate: 50/s, contents: 7, fresh: 25%, forwarded: 0.5, deadline: 20ms, mode: fast}\n"
      "time: {before: 1s, during: 2s, after: 3s}\n"
      "expect: {good: 97.5%, p99: 30ms, good_during: 50%, recovery: 400ms}\n"
      "config:\n  supervision.max_restarts: 9\n"
      "faults:\n"
      "  - {fault: latency, target: \"n2/*\", delay: 3ms, share: 10%, from: 500ms, until: 1s}\n"
      "sometimes: [cached]\n");
  EXPECT_EQ(read.name, "s");
  EXPECT_EQ(read.nodes, 3u);
  EXPECT_EQ(read.load.rate, 50);
  EXPECT_EQ(read.load.fresh, 0.25);
  EXPECT_EQ(read.load.deadline, 20ms);
  EXPECT_EQ(read.load.mode, quality_mode::fast);
  EXPECT_EQ(read.steady.good, 0.975);
  EXPECT_EQ(read.recovery, 400ms);
  ASSERT_EQ(read.faults.size(), 1u);
  EXPECT_EQ(read.faults[0].family->name, "latency");
  EXPECT_EQ(read.faults[0].settings.time("delay"), 3ms);
  EXPECT_EQ(read.faults[0].settings.number("share"), 0.1);
  EXPECT_EQ(read.faults[0].settings.time("jitter"), 5ms) << "the preset";
  EXPECT_EQ(read.faults[0].until, 1s);
  const auto settings = settings_of(read);
  EXPECT_EQ(std::get<options>(settings).supervision.max_restarts, 9u);
}

TEST(a_scenario, written_and_read_again_is_the_same) {
  const auto first = right(
      "about: \"quotes \\\" and: colons\"\nnodes: 2\nload: {forwarded: 10%}\n"
      "config:\n  cache.bytes: 1MiB\n"
      "faults:\n  - {fault: crash, how: kill, every: 100ms, target: \"*/workers/*\"}\n"
      "  - {fault: memory_leak, each: 1MiB, after: crash, ramp: 1s}\nsometimes: [restart]\n");
  const auto text = to_yaml(first);
  EXPECT_EQ(text, to_yaml(right(text)));
}

TEST(a_scenario, with_a_mistake_is_refused_with_its_line) {
  EXPECT_EQ(wrong("about: x\nnoodles: 3\n"),
            "s.yaml:2: there is no field 'noodles' in a scenario; did you mean 'nodes'?");
  EXPECT_NE(
      wrong("about: x\nfaults:\n  - fault: crush\n").find("s.yaml:3: fault: 'crush' is none of "),
      std::string::npos);
  EXPECT_NE(wrong("about: x\nfaults:\n  - fault: loss\n    shore: 5%\n")
                .find("s.yaml:4: there is no field 'shore' in a fault; did you mean 'share'?"),
            std::string::npos);
  EXPECT_NE(
      wrong("about: x\nfaults:\n  - {fault: loss, share: 500%}\n").find("s.yaml:3: share: '500%'"),
      std::string::npos);
  EXPECT_NE(wrong("about: x\nnodes: 2\nfaults:\n  - {fault: loss, target: \"n3/*\"}\n")
                .find("s.yaml:4: target 'n3/*' matches nothing"),
            std::string::npos);
  EXPECT_NE(wrong("about: x\nconfig:\n  http.prt: 1\n").find("did you mean 'http.port'?"),
            std::string::npos);
  EXPECT_NE(
      wrong("about: x\nsometimes: [never]\n").find("s.yaml:2: there is no case named 'never'"),
      std::string::npos);
  EXPECT_NE(wrong("about: x\nload: {forwarded: 10%}\n").find("needs a second node"),
            std::string::npos);
  EXPECT_NE(wrong("a: [\n").find("s.yaml:"), std::string::npos);
  EXPECT_NE(wrong("").find("s.yaml:1"), std::string::npos);
}

TEST(a_scenario, tells_all_its_mistakes_at_once) {
  const auto text = wrong("about: x\nnodes: none\nload: {rate: -1}\n");
  EXPECT_NE(text.find("s.yaml:2"), std::string::npos);
  EXPECT_NE(text.find("s.yaml:3"), std::string::npos);
}

TEST(a_scenario, that_is_no_file_is_refused_by_its_name) {
  const auto read = load_scenario("/nowhere/at/all.yaml");
  EXPECT_NE(std::get<failure>(read).what.find("/nowhere/at/all.yaml"), std::string::npos);
}

}  // namespace
}  // namespace troupe::chaos
