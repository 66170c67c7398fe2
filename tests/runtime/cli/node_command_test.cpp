#include <gtest/gtest.h>

#include <csignal>

#include "runtime/cli/surroundings.hpp"
#include "tests/runtime/cli/cli_run.hpp"

namespace troupe::cli {
namespace {

const std::vector<std::string> a_node{
    "node", "--set", "http.port=0", "--set", "log.file=/dev/null", "--set", "node.name=anna"};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(node_command, a_signal_ends_it_well) {
  const auto did = run_cli(a_node);
  EXPECT_EQ(did.code, exit_code::done) << did.err;
  EXPECT_TRUE(has(did.out, "troupe node anna listens on http://127.0.0.1:")) << did.out;
  EXPECT_TRUE(has(did.out, "stopping on SIGTERM\n")) << did.out;
  EXPECT_EQ(did.err, "");
}

TEST(node_command, a_node_that_gave_up_ends_with_an_error) {
  cli_world world;
  world.node_gives_up = true;
  const auto did = run_cli(a_node, world);
  EXPECT_EQ(did.code, exit_code::some_refused);
  EXPECT_TRUE(has(did.err, "troupe: node anna: its tree of actors has given up")) << did.err;
}

TEST(signals, waiting_for_one_ends_when_nothing_is_left_to_wait_for) {
  const quiet_signals signals;
  int asked = 0;
  EXPECT_EQ(signals.wait([&] { return ++asked < 3; }), std::nullopt);
  EXPECT_EQ(asked, 3);
  ASSERT_EQ(::raise(SIGINT), 0);  // blocked, so that it waits to be asked for
  EXPECT_EQ(signals.wait([] { return true; }), "SIGINT");
  EXPECT_EQ(signals.seen(), std::nullopt);
}

}  // namespace
}  // namespace troupe::cli
