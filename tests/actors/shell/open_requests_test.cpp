#include "actors/shell/open_requests.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace troupe {
namespace {

using namespace std::chrono_literals;

/// A promise that writes down what is delivered: "7" for the number 7, or the code of an error.
struct recorded {
  std::shared_ptr<std::vector<std::string>> into;

  void deliver(int value) const { into->push_back(std::to_string(value)); }
  void deliver(const caf::error& error) const {
    into->push_back(std::string(to_string(code_of(error))));
  }
};

class open_requests_test : public ::testing::Test {
 protected:
  std::shared_ptr<std::vector<std::string>> log = std::make_shared<std::vector<std::string>>();
  std::optional<open_requests<recorded>> open{std::in_place};
  time_point now;
};

using texts = std::vector<std::string>;

TEST_F(open_requests_test, an_answer_is_delivered_once_and_the_second_is_late) {
  const auto key = open->add({log}, now + 1s);
  EXPECT_NE(key, 0u);
  EXPECT_TRUE(open->contains(key));
  EXPECT_TRUE(open->answer(key, 7));
  EXPECT_FALSE(open->answer(key, 8));
  EXPECT_EQ(*log, texts{"7"});
  EXPECT_EQ(open->late(), 1u);
  EXPECT_TRUE(open->empty());
}

TEST_F(open_requests_test, a_deadline_is_over_exactly_when_it_comes) {
  open->add({log}, now + 10ms);
  open->sweep(now + 10ms - 1ns);
  EXPECT_TRUE(log->empty());
  open->sweep(now + 10ms);
  EXPECT_EQ(*log, texts{"deadline_exceeded"});
  EXPECT_TRUE(open->empty());
}

TEST_F(open_requests_test, the_sweep_goes_by_deadline_not_by_arrival) {
  const auto late = open->add({log}, now + 30ms);
  const auto early = open->add({log}, now + 10ms);
  const auto same = open->add({log}, now + 10ms);
  open->sweep(now + 20ms);
  EXPECT_EQ(log->size(), 2u);
  EXPECT_FALSE(open->contains(early));
  EXPECT_FALSE(open->contains(same));
  EXPECT_TRUE(open->contains(late));
}

TEST_F(open_requests_test, an_answered_request_does_not_expire) {
  const auto key = open->add({log}, now);
  open->answer(key, 1);
  open->sweep(now + 1h);
  EXPECT_EQ(*log, texts{"1"});
  EXPECT_EQ(open->late(), 0u);
}

TEST_F(open_requests_test, the_end_of_the_table_answers_what_is_open_and_blames_nobody) {
  open->add({log}, now);
  open->add({log}, now + 1s);
  open.reset();
  EXPECT_EQ(*log, (texts{"unavailable", "unavailable"}));
}

TEST_F(open_requests_test, keys_are_never_used_again) {
  const auto first = open->add({log}, now);
  open->answer(first, 1);
  EXPECT_NE(open->add({log}, now), first);
}

}  // namespace
}  // namespace troupe
