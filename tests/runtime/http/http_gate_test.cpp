#include "runtime/http/http_gate.hpp"

#include <gtest/gtest.h>

#include <thread>

using namespace std::chrono_literals;

namespace troupe {

TEST(http_gate, lets_nobody_in_once_it_is_closed) {
  http_gate gate;
  http_gate::pass early;
  EXPECT_TRUE(early.enter(gate));
  early.leave();
  early.leave();
  gate.close();
  EXPECT_TRUE(gate.closed());
  http_gate::pass late;
  EXPECT_FALSE(late.enter(gate));
  EXPECT_TRUE(gate.wait_empty(0ns));
}

TEST(http_gate, is_empty_when_the_last_one_has_left) {
  http_gate gate;
  http_gate::pass first;
  http_gate::pass second;
  EXPECT_TRUE(first.enter(gate));
  EXPECT_TRUE(second.enter(gate));
  gate.close();
  EXPECT_FALSE(gate.wait_empty(0ns));
  first.leave();
  EXPECT_FALSE(gate.wait_empty(0ns));
  std::thread leaver([&] { second.leave(); });
  EXPECT_TRUE(gate.wait_empty(1h));
  leaver.join();
}

}  // namespace troupe
