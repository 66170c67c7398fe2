#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "runtime/supervision/restart_policy.hpp"

namespace troupe::supervision::test {

/// What happened to children, as text: "+1" started, "-1" asked to stop, "x1" killed.
class chronicle {
 public:
  void add(char what, std::uint64_t child) {
    text_ += what;
    text_ += std::to_string(child);
    text_ += ' ';
  }
  void add(const char* what) {
    text_ += what;
    text_ += ' ';
  }
  std::string taken() { return std::exchange(text_, {}); }

 private:
  std::string text_;
};

/// Carries out a policy's orders at once, and writes them down.
class puppeteer {
 public:
  puppeteer(supervisor_spec rules, std::vector<child_spec> children)
      : policy(rules, std::move(children)) {}

  puppeteer& begun() {
    follow(policy.begin(now));
    return *this;
  }

  void dies(std::uint64_t child, ending how = ending::abnormal) {
    const child_key key{child};
    const auto life = policy.view(key).life;
    follow(policy.ended(key, life, how, now, draw(child, life.value)));
  }

  /// Wakes the policy when it asked to be, up to `end`.
  void wait_until(time_point end) {
    while (!wakes.empty() && *wakes.begin() <= end) {
      now = std::max(now, *wakes.begin());
      wakes.erase(wakes.begin());
      follow(policy.wake(now));
    }
    now = end;
  }

  void wait(duration time) { wait_until(now + time); }

  void stop() { follow(policy.end(now)); }

  void follow(commands orders) {
    orders_.insert(orders_.end(), orders.begin(), orders.end());
    if (std::exchange(following_, true)) return;
    while (!orders_.empty()) {
      const auto next = orders_.front();
      orders_.pop_front();
      std::visit([this](const auto& order) { carry_out(order); }, next);
    }
    following_ = false;
  }

  std::string taken() { return log.taken(); }

  restart_policy policy;
  time_point now = time_point{} + std::chrono::hours(1);
  bool deaf = false;  // children do not stop when asked
  std::function<bool(std::uint64_t child, std::uint64_t life)> fails_to_start = [](auto, auto) {
    return false;
  };
  // 0.5 makes a backoff factor of 1.
  std::function<double(std::uint64_t child, std::uint64_t life)> draw = [](auto, auto) {
    return 0.5;
  };
  chronicle log;
  std::multiset<time_point> wakes;

 private:
  void carry_out(const start& order) {
    log.add('+', order.child.value);
    if (fails_to_start(order.child.value, order.life.value)) {
      const auto drawn = draw(order.child.value, order.life.value);
      follow(policy.start_failed(order.child, order.life, now, drawn));
    } else {
      follow(policy.started(order.child, order.life, now));
    }
  }
  void carry_out(const supervision::stop& order) {
    log.add('-', order.child.value);
    if (!deaf) dies(order.child.value, ending::shutdown);
  }
  void carry_out(const kill& order) {
    log.add('x', order.child.value);
    dies(order.child.value, ending::killed);
  }
  void carry_out(const wake_at& order) { wakes.insert(order.when); }
  void carry_out(const ready&) { log.add("ready"); }
  void carry_out(const forget& order) { log.add('f', order.child.value); }
  void carry_out(const give_up& order) {
    log.add(order.reason == give_up::why::asked ? "asked" : "gives-up");
  }
  void carry_out(const finished&) { log.add("finished"); }

  std::deque<command> orders_;
  bool following_ = false;
};

}  // namespace troupe::supervision::test
