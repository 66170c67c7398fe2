#include "runtime/store/redis_io.hpp"

#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "tests/runtime/store/real_redis.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;
using kind = store_reply::kind;

constexpr auto patience = 20s;  // for what happens at once, on a machine under load

/// What the store tells, one after the other.
class told {
 public:
  void add(store_reply reply) {
    const std::lock_guard hold(lock_);
    replies_.push_back(std::move(reply));
    changed_.notify_all();
  }
  /// The next of one of these kinds; others before it are passed over. `call` 0 for none in time.
  store_reply next(std::initializer_list<kind> kinds) {
    std::unique_lock hold(lock_);
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
      while (!replies_.empty()) {
        auto reply = std::move(replies_.front());
        replies_.pop_front();
        for (const auto one : kinds) {
          if (reply.what == one) return reply;
        }
      }
      if (changed_.wait_until(hold, until) == std::cv_status::timeout) {
        ADD_FAILURE() << "nothing was told";
        return {};
      }
    }
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<store_reply> replies_;
};

class redis_io_test : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!real_redis::is_installed())
      GTEST_SKIP() << "redis-server is absent (Debian package redis-server)";
  }
  void TearDown() override {
    if (io_) io_->stop();
  }

  void connect(std::uint16_t port, const std::string& password = {}) {
    redis_options how;
    how.port = port;
    how.password = password;
    how.reconnect_max = 100ms;
    how.connect_time = 300ms;
    how.reply_limit_bytes = 64U << 10U;
    io_ = make_redis_io(how);
    io_->start([this](store_reply reply) { told_.add(std::move(reply)); });
  }
  store_reply call(store_io::command what) {
    io_->submit(++calls_, std::move(what));
    return told_.next({kind::value, kind::done, kind::refused, kind::lost});
  }
  store_reply put(content_hash key, std::string bytes, std::uint64_t version = 1) {
    return call(
        store_put{key, version, std::make_shared<const std::string>(std::move(bytes)), 60s});
  }

  /// A command by another client of the same server.
  static std::string run(std::uint16_t port, const std::string& command) {
    auto* const other = redisConnect("127.0.0.1", port);
    auto* const reply = static_cast<redisReply*>(redisCommand(other, command.c_str()));
    std::string text = reply != nullptr && reply->str != nullptr ? reply->str : "";
    if (reply != nullptr) freeReplyObject(reply);
    redisFree(other);
    return text;
  }

  told told_;
  std::unique_ptr<store_io> io_;
  std::uint64_t calls_ = 0;
};

TEST_F(redis_io_test, what_was_put_is_there_with_the_time_that_it_has_left) {
  const real_redis redis;
  connect(redis.port());
  told_.next({kind::up});
  EXPECT_EQ(put({1, 2}, std::string("a\0b\r\n", 5)).what, kind::done);
  const auto got = call(store_get{{1, 2}, 1});
  ASSERT_EQ(got.what, kind::value);
  ASSERT_TRUE(got.bytes);
  EXPECT_EQ(*got.bytes, std::string("a\0b\r\n", 5));
  EXPECT_LE(got.left, 60s);
  EXPECT_GT(got.left, 30s);
  EXPECT_FALSE(call(store_get{{1, 3}, 1}).bytes);
  EXPECT_FALSE(call(store_get{{1, 2}, 2}).bytes) << "of another model";
}

TEST_F(redis_io_test, forgets_one_model_version_and_leaves_the_others_and_what_is_not_ours) {
  const real_redis redis;
  connect(redis.port());
  told_.next({kind::up});
  for (std::uint64_t n = 0; n < 1'200; ++n) put({n, n}, "x", n % 2);
  run(redis.port(), "SET other:troupe here");
  EXPECT_EQ(call(store_forget{1}).what, kind::done);
  EXPECT_FALSE(call(store_get{{7, 7}, 1}).bytes);
  EXPECT_TRUE(call(store_get{{8, 8}, 0}).bytes);
  EXPECT_EQ(call(store_forget{std::nullopt}).what, kind::done);
  EXPECT_FALSE(call(store_get{{8, 8}, 0}).bytes);
  EXPECT_EQ(run(redis.port(), "GET other:troupe"), "here");
}

TEST_F(redis_io_test, another_type_under_the_key_is_refused_and_the_next_call_is_served) {
  const real_redis redis;
  connect(redis.port());
  told_.next({kind::up});
  put({1, 2}, "x");
  const auto key = run(redis.port(), "RANDOMKEY");
  run(redis.port(), "DEL " + key);
  run(redis.port(), "LPUSH " + key + " 1 2 3");
  EXPECT_EQ(call(store_get{{1, 2}, 1}).what, kind::refused);
  EXPECT_EQ(put({3, 4}, "y").what, kind::done);
  EXPECT_TRUE(call(store_get{{3, 4}, 1}).bytes);
}

TEST_F(redis_io_test, a_full_redis_refuses_to_hold_more_and_still_answers) {
  const real_redis redis({"--maxmemory", "3mb", "--maxmemory-policy", "noeviction"});
  connect(redis.port());
  told_.next({kind::up});
  auto last = kind::done;
  for (std::uint64_t n = 0; n < 200 && last == kind::done; ++n) {
    last = put({n, n}, std::string(60'000, 'x')).what;
  }
  EXPECT_EQ(last, kind::refused);
  EXPECT_EQ(call(store_get{{0, 0}, 1}).what, kind::value);
}

TEST_F(redis_io_test, a_redis_that_evicts_has_a_miss) {
  const real_redis redis({"--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru"});
  connect(redis.port());
  told_.next({kind::up});
  for (std::uint64_t n = 0; n < 200; ++n)
    ASSERT_EQ(put({n, n}, std::string(60'000, 'x')).what, kind::done);
  EXPECT_FALSE(call(store_get{{0, 0}, 1}).bytes);
  EXPECT_TRUE(call(store_get{{199, 199}, 1}).bytes);
}

TEST_F(redis_io_test, a_wrong_password_is_said_and_the_right_one_is_let_in) {
  const real_redis redis({"--requirepass", "the-right-password"});
  connect(redis.port(), "a-wrong-password-");
  auto why = told_.next({kind::down}).why;
  while (why.find("refused") != std::string::npos) why = told_.next({kind::down}).why;  // it starts
  EXPECT_NE(why.find("refuses the password"), std::string::npos) << why;
  EXPECT_EQ(call(store_get{{1, 2}, 1}).what, kind::lost);
  io_->stop();
  connect(redis.port(), "the-right-password");
  told_.next({kind::up});
  EXPECT_EQ(put({1, 2}, "x").what, kind::done);
}

TEST_F(redis_io_test, a_redis_that_dies_is_told_and_found_again) {
  real_redis redis;
  connect(redis.port());
  told_.next({kind::up});
  put({1, 2}, "x");
  redis.end();
  told_.next({kind::down});
  EXPECT_EQ(call(store_get{{1, 2}, 1}).what, kind::lost);
  redis.start();
  told_.next({kind::up});
  EXPECT_FALSE(call(store_get{{1, 2}, 1}).bytes) << "it came back empty";
}

TEST_F(redis_io_test, a_redis_that_stalls_is_left_when_asked_and_found_again) {
  const real_redis redis;
  connect(redis.port());
  told_.next({kind::up});
  redis.stall();
  io_->submit(++calls_, store_get{{1, 2}, 1});
  io_->drop();
  told_.next({kind::down});
  told_.next({kind::down});  // it accepts, and lets nobody in
  redis.resume();
  told_.next({kind::up});
  EXPECT_EQ(call(store_get{{1, 2}, 1}).what, kind::value);
}

/// Accepts connections and says the same to each.
class babbler {
 public:
  explicit babbler(std::string says) : says_(std::move(says)) {
    std::tie(file_, port_) = listen_anywhere();
    thread_ = std::thread([this] {
      for (;;) {
        const int one = accept(file_, nullptr, nullptr);
        if (one < 0) return;
        for (int i = 0; i < 64; ++i) {
          if (send(one, says_.data(), says_.size(), MSG_NOSIGNAL) < 0) break;
        }
        close(one);
      }
    });
  }
  ~babbler() {
    shutdown(file_, SHUT_RDWR);
    thread_.join();
    close(file_);
  }
  babbler(const babbler&) = delete;
  babbler& operator=(const babbler&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::string says_;
  int file_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST_F(redis_io_test, whatever_is_no_redis_is_never_let_in) {
  for (const auto* says :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "$-7\r\n", ":12\r\n", "*3\r\n:1\r\n", "\0\0\0\0",
        "$999999999\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"}) {
    const babbler nonsense(says);
    connect(nonsense.port());
    told_.next({kind::down});
    EXPECT_EQ(call(store_get{{1, 2}, 1}).what, kind::lost) << says;
    io_->stop();
  }
}

}  // namespace
}  // namespace troupe::test
