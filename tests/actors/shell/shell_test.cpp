#include "actors/shell/shell.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "actors/shell/open_requests.hpp"
#include "messages/stage.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

/// Throws at request 13, keeps the others open.
struct superstitious_state {
  using handle = stage_actor;
  static constexpr const char* name = "superstitious";

  explicit superstitious_state(handle::pointer me, bool throws = false) : self(me) {
    if (throws) throw std::runtime_error("thrown by the constructor");
  }

  handle::behavior_type make_behavior() {
    return {[this](const stage_job& job) -> caf::result<stage_answer> {
      if (job.id.value == 13) throw std::runtime_error("not thirteen");
      if (job.id.value == 14) throw 14;
      auto made = self->make_response_promise<stage_answer>();
      open.add(made, time_point::max());
      return made;
    }};
  }

  handle::pointer self;
  open_requests<caf::typed_response_promise<stage_answer>> open;
};

class shell_test : public virtual_time {
 protected:
  reply_ptr<stage_answer> send(std::uint64_t id) {
    stage_job job;
    job.id = {id};
    return ask<stage_answer>(actor_, job);
  }

  stage_actor actor_ = owned(system().spawn<shell<superstitious_state>>());
};

TEST_F(shell_test, the_requester_of_the_message_that_threw_learns_why) {
  auto killer = send(13);
  settle();
  EXPECT_EQ(killer->code(), errc::crashed);
  EXPECT_EQ(to_failure(*killer->error).what, "not thirteen");
  const auto crash = crash_in(*killer->error);
  ASSERT_TRUE(crash);
  EXPECT_EQ(crash->killer, request_id{13});
  EXPECT_TRUE(crash->was_asked);
}

TEST_F(shell_test, everybody_else_learns_only_that_the_actor_is_gone) {
  auto before = send(1);
  auto killer = send(13);
  auto behind = send(2);
  settle();
  auto after = send(3);
  settle();
  for (const auto& innocent : {before, behind, after}) {
    EXPECT_EQ(innocent->code(), errc::unavailable);
    EXPECT_EQ(innocent->times, 1);
    EXPECT_EQ(innocent->error, caf::make_error(caf::sec::request_receiver_down));
  }
  EXPECT_EQ(killer->times, 1);
}

TEST_F(shell_test, a_message_that_nobody_waits_for_is_named_to_the_monitors) {
  caf::error reason;
  const auto watcher = system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->monitor(actor_);
    self->set_down_handler([&reason, self](const caf::down_msg& message) {
      reason = message.reason;
      self->quit();
    });
    return {[](tick_atom) {}};
  });
  settle();
  stage_job job;
  job.id = {13};
  caf::anon_send(actor_, job);
  settle();
  const auto crash = crash_in(reason);
  ASSERT_TRUE(crash);
  EXPECT_EQ(crash->killer, request_id{13});
  EXPECT_FALSE(crash->was_asked);
}

TEST_F(shell_test, what_is_thrown_need_not_be_an_exception) {
  auto killer = send(14);
  settle();
  EXPECT_EQ(to_failure(*killer->error).what, "an exception that is no std::exception");
}

TEST_F(shell_test, a_killed_actor_answers_what_it_holds) {
  auto held = send(1);
  settle();
  EXPECT_TRUE(held->open());
  caf::anon_send_exit(actor_, caf::exit_reason::kill);
  settle();
  EXPECT_EQ(held->code(), errc::unavailable);
  EXPECT_EQ(held->times, 1);
}

TEST_F(shell_test, a_constructor_that_throws_makes_spawn_throw) {
  EXPECT_THROW(system().spawn<shell<superstitious_state>>(true), std::runtime_error);
}

TEST_F(shell_test, the_mailbox_is_counted) {
  const auto handle = caf::actor_cast<caf::actor>(actor_);
  EXPECT_EQ(mailbox_length_of(handle), 0u);
  for (int count = 0; count < 5; ++count) caf::anon_send(actor_, stage_job{});
  EXPECT_EQ(mailbox_length_of(handle), 5u);
  scheduler().run_once();
  EXPECT_EQ(mailbox_length_of(handle), 4u);
  settle();
  EXPECT_EQ(mailbox_length_of(handle), 0u);
}

TEST(crash_in, other_errors_are_no_crashes) {
  EXPECT_FALSE(crash_in({}));
  EXPECT_FALSE(crash_in(make_error(errc::bad_input, "no")));
  EXPECT_FALSE(crash_in(make_error(errc::crashed, "without details")));
  EXPECT_FALSE(crash_in(caf::make_error(caf::sec::runtime_error)));
}

TEST(text_of, it_never_throws) {
  EXPECT_EQ(text_of(nullptr), "no exception");
  EXPECT_EQ(text_of(std::make_exception_ptr(std::logic_error("why"))), "why");
}

}  // namespace
}  // namespace troupe::test
