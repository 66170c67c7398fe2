#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "tests/runtime/supervision/puppeteer.hpp"

namespace troupe::supervision::test {

/// OTP's rules in their simplest form: every order is carried out within the call, children obey at
/// once. Written without looking at `restart_policy`, to be compared with it.
class naive_supervisor {
 public:
  struct kid {
    child_spec spec;
    std::uint64_t lives = 0;
    bool alive = false;
    bool wanted = true;  // is to be started at `due`
    bool ran = false;
    time_point due{};
    time_point since{};
    std::uint32_t row = 0;
  };

  naive_supervisor(supervisor_spec given, const std::vector<child_spec>& specs) : rules(given) {
    for (const auto& spec : specs) kids.emplace_back().spec = spec;
  }

  void add(const child_spec& spec) {
    kids.emplace_back().spec = spec;
    kids.back().wanted = !over;
    run();
  }

  void death(std::size_t i, ending how) {
    auto& one = kids[i];
    if (!one.alive || over) return;
    one.alive = false;
    after(i, how, now - one.since >= one.spec.pause.quiet);
    run();
  }

  void run() {
    if (over) return;
    if (from && now >= group_due) revive();
    if (from) return;
    bool line = false;
    for (std::size_t i = 0; i < kids.size(); ++i) {
      auto& one = kids[i];
      const bool waits_in_line =
          grouped() || (!one.ran && rules.how != strategy::simple_one_for_one);
      if (!one.wanted || (line && waits_in_line)) continue;
      if (one.due > now) {
        line = line || waits_in_line;
        continue;
      }
      if (!start(i)) return run();
    }
    if (!ready && std::all_of(kids.begin(), kids.end(), [](auto& k) { return !k.wanted; })) {
      ready = true;
      log.add("ready");
    }
  }

  void stop_all(const char* why, std::size_t forgotten = 0) {
    if (over) return;
    over = true;
    log.add(why);
    if (forgotten > 0) log.add('f', forgotten);
    stop_from(0);
    log.add("finished");
  }

  [[nodiscard]] std::optional<time_point> next_due() const {
    std::optional<time_point> out;
    if (over) return out;
    if (from) return group_due;
    for (const auto& one : kids) {
      if (one.wanted && one.due > now) out = out ? std::min(*out, one.due) : one.due;
    }
    return out;
  }

  supervisor_spec rules;
  std::vector<kid> kids;
  std::vector<time_point> restarts;
  std::optional<std::size_t> from;  // a group waits to be started from here
  time_point group_due;
  time_point now;
  bool over = false;
  bool ready = false;
  chronicle log;
  std::function<bool(std::uint64_t, std::uint64_t)> fails_to_start;
  std::function<double(std::uint64_t, std::uint64_t)> draw;

 private:
  [[nodiscard]] bool grouped() const {
    return rules.how == strategy::one_for_all || rules.how == strategy::rest_for_one;
  }

  void revive() {
    for (auto i = *from; i < kids.size(); ++i) {
      auto& one = kids[i];
      if (one.spec.restarts != child_class::temporary || one.lives == 0) one.wanted = true;
      one.due = now;
    }
    from.reset();
  }

  bool start(std::size_t i) {
    auto& one = kids[i];
    one.wanted = false;
    ++one.lives;
    log.add('+', i + 1);
    if (fails_to_start(i + 1, one.lives)) {
      after(i, ending::abnormal, false);
      return false;
    }
    one.alive = one.ran = true;
    one.since = now;
    return true;
  }

  void after(std::size_t i, ending how, bool quiet) {
    auto& one = kids[i];
    const bool bad = how == ending::abnormal || how == ending::killed;
    const bool again = one.spec.restarts == child_class::permanent ||
                       (one.spec.restarts == child_class::transient && bad);
    if (!again) return ended_for_good(i);
    one.row = quiet ? 1 : one.row + 1;
    restarts.push_back(now);
    const auto recent = std::count_if(restarts.begin(), restarts.end(),
                                      [&](auto t) { return t >= now - rules.period; });
    if (static_cast<std::uint32_t>(recent) > rules.max_restarts) return stop_all("gives-up");
    auto pause = static_cast<double>(one.spec.pause.base.count());
    for (std::uint32_t n = 1; n < std::min(one.row, 60U); ++n) pause *= 2;
    pause = std::min(pause, static_cast<double>(one.spec.pause.max.count()));
    const auto due =
        now + duration{static_cast<duration::rep>(pause * (0.8 + 0.4 * draw(i + 1, one.lives)))};
    one.wanted = true;
    one.due = due;
    if (!grouped()) return;
    const auto first = rules.how == strategy::one_for_all ? 0 : i;
    group_due = from ? std::max(group_due, due) : due;
    from = from ? std::min(*from, first) : first;
    stop_from(*from);
  }

  void ended_for_good(std::size_t i) {
    const auto dead = [](const kid& one) { return !one.alive && !one.wanted; };
    const bool all = std::all_of(kids.begin(), kids.end(),
                                 [&](auto& k) { return !k.spec.significant || dead(k); });
    const bool counts =
        rules.ends_with == auto_shutdown::any || (rules.ends_with == auto_shutdown::all && all);
    const auto forgotten = rules.how == strategy::simple_one_for_one ? i + 1 : 0;
    if (kids[i].spec.significant && counts) return stop_all("gives-up", forgotten);
    if (forgotten > 0) log.add('f', forgotten);
  }

  void stop_from(std::size_t first) {
    for (auto i = kids.size(); i-- > first;) {
      if (!kids[i].alive) continue;
      log.add('-', i + 1);
      kids[i].alive = false;
      kids[i].wanted = !over && kids[i].spec.restarts != child_class::temporary;
    }
  }
};

}  // namespace troupe::supervision::test
