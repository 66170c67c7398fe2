#include "chaos/live/http_client.hpp"

#include <curl/curl.h>

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace troupe::chaos {

namespace {

struct easy_end {
  void operator()(CURL* one) const noexcept { curl_easy_cleanup(one); }
};
struct headers_end {
  void operator()(curl_slist* one) const noexcept { curl_slist_free_all(one); }
};

struct exchange {
  std::unique_ptr<CURL, easy_end> easy;
  std::unique_ptr<curl_slist, headers_end> headers;
  std::string sent;
  std::string got;
  std::function<void(http_answer)> done;
};

std::size_t keep(char* data, std::size_t size, std::size_t count, void* to) {
  static_cast<exchange*>(to)->got.append(data, size * count);
  return size * count;
}

std::unique_ptr<exchange> prepare(const std::string& url, std::string body, duration timeout,
                                  const std::vector<std::string>& lines,
                                  std::function<void(http_answer)> done) {
  auto one = std::make_unique<exchange>();
  one->easy.reset(curl_easy_init());
  if (!one->easy) throw std::runtime_error("libcurl could not be initialised");
  one->sent = std::move(body);
  one->done = std::move(done);
  auto* const easy = one->easy.get();
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // nodes are on loopback
  curl_easy_setopt(
      easy, CURLOPT_TIMEOUT_MS,
      static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &keep);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, one.get());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, one.get());
  for (const auto& line : lines) {
    one->headers.reset(curl_slist_append(one->headers.release(), line.c_str()));
  }
  if (!one->sent.empty()) {
    for (const char* line :
         {"Content-Type: application/x-protobuf", "Accept: application/x-protobuf", "Expect:"}) {
      one->headers.reset(curl_slist_append(one->headers.release(), line));
    }
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(one->sent.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, one->sent.data());
  }
  if (one->headers) curl_easy_setopt(easy, CURLOPT_HTTPHEADER, one->headers.get());
  return one;
}

}  // namespace

class http_client::worker {
 public:
  worker() : multi_(curl_multi_init()) {
    if (multi_ == nullptr) throw std::runtime_error("libcurl could not be initialised");
    thread_ = std::thread([this] { run(); });
  }
  ~worker() {
    over_ = true;
    curl_multi_wakeup(multi_);
    thread_.join();
    for (const auto& [easy, one] : running_) curl_multi_remove_handle(multi_, easy);
    running_.clear();
    curl_multi_cleanup(multi_);
  }
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  void add(std::unique_ptr<exchange> one) {
    {
      const std::lock_guard hold(lock_);
      waiting_.push_back(std::move(one));
    }
    curl_multi_wakeup(multi_);
  }

 private:
  void run() {
    while (!over_) {
      take_waiting();
      int running = 0;
      curl_multi_perform(multi_, &running);
      tell_ended();
      constexpr int at_most_ms = 1000;  // curl's own timers and wake-ups end it sooner
      curl_multi_poll(multi_, nullptr, 0, at_most_ms, nullptr);
    }
  }

  void take_waiting() {
    std::vector<std::unique_ptr<exchange>> taken;
    {
      const std::lock_guard hold(lock_);
      taken.swap(waiting_);
    }
    for (auto& one : taken) {
      auto* const easy = one->easy.get();
      running_[easy] = std::move(one);
      curl_multi_add_handle(multi_, easy);
    }
  }

  void tell_ended() {
    int left = 0;
    while (const auto* const message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      auto* const easy = message->easy_handle;
      const auto code = message->data.result;
      http_answer answer;
      answer.when = std::chrono::steady_clock::now();
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
      if (code != CURLE_OK) {
        answer.status = 0;
        answer.error = curl_easy_strerror(code);
        answer.timed_out = code == CURLE_OPERATION_TIMEDOUT;
      }
      curl_multi_remove_handle(multi_, easy);
      const auto one = std::move(running_.extract(easy).mapped());
      answer.body = std::move(one->got);
      one->done(std::move(answer));  // must not throw
    }
  }

  CURLM* multi_;
  std::mutex lock_;
  std::vector<std::unique_ptr<exchange>> waiting_;
  std::map<CURL*, std::unique_ptr<exchange>> running_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

http_client::http_client(std::string token)
    : token_(std::move(token)), worker_(std::make_unique<worker>()) {}

std::vector<std::string> http_client::lines_with(const std::string& header) const {
  std::vector<std::string> out;
  if (!token_.empty()) out.push_back("Authorization: Bearer " + token_);
  if (!header.empty()) out.push_back(header);
  return out;
}

http_client::~http_client() = default;

void http_client::send(const std::string& url, std::string body, duration timeout,
                       std::function<void(http_answer)> done) {
  worker_->add(prepare(url, std::move(body), timeout, lines_with({}), std::move(done)));
}

http_answer http_client::get(const std::string& url, duration timeout, const std::string& header) {
  const auto answer = std::make_shared<std::promise<http_answer>>();
  auto future = answer->get_future();
  worker_->add(prepare(url, {}, timeout, lines_with(header),
                       [answer](http_answer got) { answer->set_value(std::move(got)); }));
  return future.get();
}

}  // namespace troupe::chaos
