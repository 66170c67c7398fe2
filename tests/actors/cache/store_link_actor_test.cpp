#include "actors/cache/store_link_actor.hpp"

#include "actors/shell/shell.hpp"
#include "tests/support/probes.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;
using kind = store_reply::kind;

/// What a link asked of its way to the store, which answers when the test says so.
struct io_script {
  std::function<void(store_reply)> tell;
  std::vector<std::uint64_t> calls;
  int drops = 0;
  bool stopped = false;
};

class scripted_io final : public store_io {
 public:
  explicit scripted_io(std::shared_ptr<io_script> script) : script_(std::move(script)) {}
  void start(std::function<void(store_reply)> tell) override { script_->tell = std::move(tell); }
  void submit(std::uint64_t call, command) override { script_->calls.push_back(call); }
  void drop() override { ++script_->drops; }
  void stop() override { script_->stopped = true; }

 private:
  std::shared_ptr<io_script> script_;
};

class store_link_test : public virtual_time {
 protected:
  store_link_test() {
    store_link_state::dependencies with;
    with.connect = [script = io_] { return std::make_unique<scripted_io>(script); };
    with.probe = make_probe<store_probe>();
    with.value_limit_bytes = 100;
    link_ = owned(system().spawn<shell<store_link_state>>(store_pipeline::options{}, with));
    settle();
  }
  ~store_link_test() override { io_->tell = {}; }

  void told(store_reply reply) {
    io_->tell(std::move(reply));
    settle();
  }
  reply_ptr<store_value> get() { return ask_now<store_value>(link_, store_get{{1, 2}, 3}); }

  std::shared_ptr<io_script> io_ = std::make_shared<io_script>();
  cache_store_actor link_;
};

TEST_F(store_link_test, a_get_is_answered_by_its_reply) {
  told({0, kind::up});
  const auto got = get();
  ASSERT_EQ(io_->calls.size(), 1U);
  EXPECT_TRUE(got->open());
  told({io_->calls[0], kind::value, std::make_shared<const std::string>("x"), 5s});
  ASSERT_TRUE(got->value);
  EXPECT_EQ(*got->value->bytes, "x");
  EXPECT_EQ(got->value->left, 5s);
}

TEST_F(store_link_test, without_a_connection_a_get_fails_at_once) {
  EXPECT_EQ(get()->code(), errc::unavailable);
  EXPECT_TRUE(io_->calls.empty());
}

TEST_F(store_link_test, a_get_without_a_reply_fails_at_its_timeout_and_its_late_reply_is_nothing) {
  told({0, kind::up});
  const auto got = get();
  advance(4ms);
  EXPECT_TRUE(got->open());
  advance(2ms);
  EXPECT_EQ(got->code(), errc::deadline_exceeded);
  told({io_->calls[0], kind::value, std::make_shared<const std::string>("x"), 5s});
  EXPECT_EQ(got->times, 1);
}

TEST_F(store_link_test, a_broken_connection_answers_whoever_waits) {
  told({0, kind::up});
  const auto got = get();
  told({0, kind::down, {}, {}, "it died"});
  EXPECT_EQ(got->code(), errc::unavailable);
  EXPECT_EQ(get()->code(), errc::unavailable);
  told({0, kind::up});
  EXPECT_TRUE(get()->open());
}

TEST_F(store_link_test, a_connection_that_brings_no_reply_for_long_is_dropped) {
  told({0, kind::up});
  get();
  advance(999ms);
  EXPECT_EQ(io_->drops, 0);
  advance(200ms);
  EXPECT_EQ(io_->drops, 1);
}

TEST_F(store_link_test, a_value_over_the_limit_is_not_put) {
  told({0, kind::up});
  caf::anon_send(link_, store_put{{1, 2}, 3, std::make_shared<const std::string>(101, 'x'), 1s});
  settle();
  EXPECT_TRUE(io_->calls.empty());
  caf::anon_send(link_, store_put{{1, 2}, 3, std::make_shared<const std::string>(100, 'x'), 1s});
  settle();
  EXPECT_EQ(io_->calls.size(), 1U);
}

TEST_F(store_link_test, its_end_ends_the_way_to_the_store_and_answers_whoever_waits) {
  told({0, kind::up});
  const auto got = get();
  caf::anon_send_exit(link_, caf::exit_reason::kill);
  settle();
  EXPECT_TRUE(io_->stopped);
  EXPECT_EQ(got->code(), errc::unavailable);
}

TEST_F(store_link_test, its_breaker_can_be_asked_and_taken_over) {
  EXPECT_FALSE(ask_now<breaker_status>(link_, breaker_query{})->value->connected);
  told({0, kind::up});
  const auto closed = ask_now<breaker_status>(link_, breaker_query{});
  ASSERT_TRUE(closed->value);
  EXPECT_TRUE(closed->value->connected);
  EXPECT_EQ(closed->value->now.state, breaker_state::closed);
  const auto forced = ask_now<breaker_status>(link_, breaker_order::force_open);
  ASSERT_TRUE(forced->value);
  EXPECT_EQ(forced->value->now.state, breaker_state::forced_open);
  EXPECT_EQ(get()->code(), errc::unavailable);
  EXPECT_TRUE(io_->calls.empty());
}

}  // namespace
}  // namespace troupe::test
