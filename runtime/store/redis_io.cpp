#include "runtime/store/redis_io.hpp"

#include <hiredis/hiredis.h>
#include <hiredis/sds.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <deque>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "actors/cache/result_codec.hpp"

namespace troupe {

namespace {

using clock = std::chrono::steady_clock;
using kind = store_reply::kind;

// Keys that one step of a SCAN looks at.
constexpr const char* scan_step = "500";

std::string hexadecimal(std::uint64_t value) {
  std::string out(16, '0');
  for (auto at = out.size(); at-- > 0; value >>= 4U) out[at] = "0123456789abcdef"[value & 15U];
  return out;
}

std::string key_prefix() {
  std::string out("troupe:");
  return out.append(std::to_string(stored_format)).append(":");
}

std::string name_of(std::uint64_t model_version, const content_hash& key) {
  return key_prefix().append(hexadecimal(model_version)).append(":").append(to_string(key));
}

/// What is asked of Redis on behalf of one call, until its last reply.
struct open_call {
  std::uint64_t call = 0;
  std::shared_ptr<const std::string> bytes = {};  // of a get, once it is there
  bool failed = false;
  std::string pattern = {};  // of a forget
};

}  // namespace

class redis_io final : public store_io {
 public:
  explicit redis_io(redis_options how)
      : how_(std::move(how)), wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (wake_ < 0) throw std::runtime_error("no file descriptor is left for the link to Redis");
  }
  ~redis_io() override {
    stop();
    close(wake_);
  }

  void start(std::function<void(store_reply)> tell) override {
    tell_ = std::move(tell);
    thread_ = std::thread([this] { run(); });
  }
  void submit(std::uint64_t call, command what) override {
    {
      const std::lock_guard hold(lock_);
      asked_.emplace_back(call, std::move(what));
    }
    wake();
  }
  void drop() override {
    drop_ = true;
    wake();
  }
  void stop() override {
    stop_ = true;
    wake();
    if (thread_.joinable()) thread_.join();
  }

 private:
  using clock_time = clock::time_point;

  void wake() const {
    const std::uint64_t one = 1;
    // A counter that is full has woken it already.
    [[maybe_unused]] const auto written = write(wake_, &one, sizeof one);
  }

  void run() {
    // A peer that is gone is an error of write(), not the end of this process.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (!stop_) {
      if (context_ == nullptr && clock::now() >= next_try_) connect();
      wait();
      if (drop_.exchange(false) && context_ != nullptr) lose("it does not answer");
      if (context_ != nullptr && !up_ && clock::now() >= give_up_) lose("it does not let us in");
      take_calls();
    }
    lose("stopping");
  }

  void connect() {
    problem_.clear();
    give_up_ = clock::now() + how_.connect_time;
    context_ = redisConnectNonBlock(how_.address.c_str(), how_.port);
    if (context_ == nullptr) return lose("no memory for a connection");
    if (context_->err != 0) return lose(context_->errstr);
    connecting_ = true;
    if (!how_.password.empty()) send(&redis_io::on_auth, nullptr, {"AUTH", how_.password});
    send(&redis_io::on_ping, nullptr, {"PING"});
  }

  /// Leaves the connection, if there is one.
  void lose(const std::string& why) {
    if (problem_.empty()) problem_ = why;
    if (auto* old = std::exchange(context_, nullptr)) redisFree(old);
    after_loss();
  }

  void after_loss() {
    up_ = connecting_ = unsent_ = false;
    pending_.clear();
    calls_.clear();
    const auto pause =
        std::min(how_.reconnect_base * (1U << std::min(tries_, 16U)), how_.reconnect_max);
    ++tries_;
    next_try_ = clock::now() + pause;
    std::string why(how_.address);
    why.append(":").append(std::to_string(how_.port)).append(": ").append(problem_);
    tell({0, kind::down, {}, {}, std::move(why)});
  }

  void tell(store_reply reply) {
    if (!stop_) tell_(std::move(reply));
  }

  // Reads and writes until something else is to be done.
  void wait() {
    std::array<pollfd, 2> files{pollfd{wake_, POLLIN, 0}, pollfd{-1, 0, 0}};
    if (context_ != nullptr) {
      const int events = POLLIN | (unsent_ || connecting_ ? POLLOUT : 0);
      files[1] = {context_->fd, static_cast<short>(events), 0};
    }
    auto due = clock_time::max();
    if (context_ == nullptr) due = next_try_;
    if (context_ != nullptr && !up_) due = give_up_;
    int limit = -1;
    if (due != clock_time::max()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - clock::now()).count();
      limit = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
    }
    if (poll(files.data(), files.size(), limit) <= 0) return;
    if (files[0].revents != 0) {
      std::uint64_t unused = 0;
      [[maybe_unused]] const auto got = read(wake_, &unused, sizeof unused);
    }
    if (context_ != nullptr && files[1].revents != 0) exchange(files[1].revents);
  }

  // What the socket is ready for; the connection may be lost by it.
  void exchange(short events) {
    if (std::exchange(connecting_, false)) {
      int error = 0;
      socklen_t size = sizeof error;
      getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &size);
      if (error != 0) return lose(std::generic_category().message(error));
    }
    if (unsent_ && (events & POLLOUT) != 0) {
      int done = 0;
      if (redisBufferWrite(context_, &done) != REDIS_OK) return lose(context_->errstr);
      unsent_ = done == 0;
    }
    if ((events & (POLLIN | POLLERR | POLLHUP)) == 0) return;
    if (redisBufferRead(context_) != REDIS_OK) return lose(context_->errstr);
    take_replies();
  }

  // hiredis' own event loop ends the process on a reply that nobody asked for: so only its reader
  // is used.
  void take_replies() {
    for (;;) {
      void* whole = nullptr;
      if (redisReaderGetReply(context_->reader, &whole) != REDIS_OK) {
        return lose(context_->reader->errstr);
      }
      if (whole == nullptr) break;
      const std::unique_ptr<redisReply, decltype(&freeReplyObject)> reply(
          static_cast<redisReply*>(whole), &freeReplyObject);
      if (pending_.empty()) return lose("it answers what nobody asked for");
      const auto next = pending_.front();
      pending_.pop_front();
      (this->*next.what)(reply.get(), next.open);
      if (refused_) break;
    }
    if (std::exchange(refused_, false)) return lose("it does not let us in");
    if (sdslen(context_->reader->buf) > how_.reply_limit_bytes) {
      lose("its reply is longer than any answer of ours");
    }
  }

  // ---- calls

  void take_calls() {
    std::deque<std::pair<std::uint64_t, command>> calls;
    {
      const std::lock_guard hold(lock_);
      calls.swap(asked_);
    }
    for (auto& [call, what] : calls) {
      if (context_ == nullptr || !up_) {
        tell({call, kind::lost});
        continue;
      }
      std::visit([this, number = call](const auto& one) { ask(number, one); }, what);
    }
  }

  void ask(std::uint64_t call, const store_get& what) {
    auto* open = keep({call});
    const auto name = name_of(what.model_version, what.key);
    send(&redis_io::on_value, open, {"GET", name});
    send(&redis_io::on_left, open, {"PTTL", name});
  }
  void ask(std::uint64_t call, const store_put& what) {
    const auto hold = std::chrono::duration_cast<std::chrono::milliseconds>(what.hold).count();
    send(&redis_io::on_done, keep({call}),
         {"SET", name_of(what.model_version, what.key), *what.bytes, "PX",
          std::to_string(std::max<std::int64_t>(1, hold))});
  }
  void ask(std::uint64_t call, const store_forget& what) {
    auto pattern = key_prefix();
    if (what.model_version) pattern.append(hexadecimal(*what.model_version)).append(":");
    auto* open = keep({call});
    open->pattern = pattern.append("*");
    scan(open, "0");
  }
  void scan(open_call* open, std::string_view cursor) {
    send(&redis_io::on_scanned, open, {"SCAN", cursor, "MATCH", open->pattern, "COUNT", scan_step});
  }

  open_call* keep(open_call one) {
    calls_.push_back(std::make_unique<open_call>(std::move(one)));
    return calls_.back().get();
  }
  void end(open_call* open, store_reply reply) {
    std::erase_if(calls_, [open](const auto& one) { return one.get() == open; });
    tell(std::move(reply));
  }

  using handler = void (redis_io::*)(const redisReply*, open_call*);

  /// What a reply is handed to.
  struct handed {
    handler what = nullptr;
    open_call* open = nullptr;
  };

  void send(handler then, open_call* open, const std::vector<std::string_view>& words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const auto& word : words) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    const auto count = static_cast<int>(words.size());
    if (redisAppendCommandArgv(context_, count, texts.data(), sizes.data()) != REDIS_OK) {
      throw std::bad_alloc();  // the one reason there is
    }
    pending_.push_back({then, open});
    unsent_ = true;
  }

  static std::string text_of(const redisReply* reply) {
    const bool has_text = reply->type == REDIS_REPLY_STRING || reply->type == REDIS_REPLY_STATUS ||
                          reply->type == REDIS_REPLY_ERROR;
    return has_text ? std::string(reply->str, reply->len) : std::string{};
  }

  void on_auth(const redisReply* reply, open_call*) {
    if (reply->type != REDIS_REPLY_ERROR) return;
    problem_ = "it refuses the password of cache.redis_password_file: ";
    problem_ += text_of(reply);
  }
  void on_ping(const redisReply* reply, open_call*) {
    if (reply->type == REDIS_REPLY_STATUS && text_of(reply) == "PONG") {
      up_ = true;
      tries_ = 0;
      return tell({0, kind::up});
    }
    if (problem_.empty()) {
      problem_ = reply->type == REDIS_REPLY_ERROR ? text_of(reply) : "it is no Redis";
    }
    refused_ = true;
  }
  void on_value(const redisReply* reply, open_call* open) {
    if (reply->type == REDIS_REPLY_STRING) {
      open->bytes = std::make_shared<const std::string>(reply->str, reply->len);
    } else if (reply->type != REDIS_REPLY_NIL) {
      open->failed = true;  // a key of another type, or no permission
    }
  }
  void on_left(const redisReply* reply, open_call* open) {
    const auto call = open->call;
    if (open->failed || reply->type != REDIS_REPLY_INTEGER) {
      return end(open, {call, kind::refused});
    }
    const duration left = std::chrono::milliseconds(std::max<std::int64_t>(0, reply->integer));
    end(open, {call, kind::value, std::move(open->bytes), left});
  }
  void on_done(const redisReply* reply, open_call* open) {
    end(open, {open->call, reply->type == REDIS_REPLY_STATUS ? kind::done : kind::refused});
  }
  void on_scanned(const redisReply* reply, open_call* open) {
    const bool fits = reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
                      reply->element[0]->type == REDIS_REPLY_STRING &&
                      reply->element[1]->type == REDIS_REPLY_ARRAY;
    if (!fits) return end(open, {open->call, kind::refused});
    std::vector<std::string_view> words{"UNLINK"};
    const auto* names = reply->element[1];
    for (std::size_t i = 0; i < names->elements; ++i) {
      const auto* one = names->element[i];
      if (one->type == REDIS_REPLY_STRING) words.emplace_back(one->str, one->len);
    }
    if (words.size() > 1) send(&redis_io::on_unlinked, open, words);
    const auto cursor = text_of(reply->element[0]);
    if (cursor != "0") return scan(open, cursor);
    send(&redis_io::on_forgotten, open, {"PING"});  // behind the last UNLINK
  }
  void on_unlinked(const redisReply* reply, open_call* open) {
    if (reply->type != REDIS_REPLY_INTEGER) open->failed = true;
  }
  void on_forgotten(const redisReply*, open_call* open) {
    end(open, {open->call, open->failed ? kind::refused : kind::done});
  }

  const redis_options how_;
  const int wake_;
  std::function<void(store_reply)> tell_;
  std::thread thread_;
  std::mutex lock_;
  std::deque<std::pair<std::uint64_t, command>> asked_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> drop_ = false;

  // Of the thread alone.
  redisContext* context_ = nullptr;
  std::deque<handed> pending_;  // replies to come, in order
  bool connecting_ = false;
  bool unsent_ = false;
  bool refused_ = false;
  bool up_ = false;
  std::uint32_t tries_ = 0;
  clock_time next_try_;
  clock_time give_up_;
  std::string problem_;
  std::vector<std::unique_ptr<open_call>> calls_;
};

std::unique_ptr<store_io> make_redis_io(redis_options how) {
  return std::make_unique<redis_io>(std::move(how));
}

}  // namespace troupe
