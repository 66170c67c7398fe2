#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/runtime/supervision/naive_supervisor.hpp"

namespace troupe::supervision::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t first_seed = 1;
constexpr std::uint64_t runs = 10'000;

class dice {
 public:
  explicit dice(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool one_in(std::uint64_t chances) { return below(chances) == 0; }
  template <class T>
  T any_of(std::initializer_list<T> choices) {
    return choices.begin()[below(choices.size())];
  }

 private:
  std::mt19937_64 random_;
};

struct family {
  supervisor_spec rules;
  std::vector<child_spec> children;
};

family random_family(dice& roll) {
  family out;
  out.rules.how = roll.any_of({strategy::one_for_one, strategy::one_for_all, strategy::rest_for_one,
                               strategy::simple_one_for_one});
  out.rules.max_restarts = static_cast<std::uint32_t>(roll.below(8));
  out.rules.period = 10s;
  out.rules.ends_with = roll.any_of({auto_shutdown::never, auto_shutdown::any, auto_shutdown::all});
  const auto count = roll.below(6);
  for (std::uint64_t number = 0; number < count; ++number) {
    child_spec child;
    child.id = std::to_string(number);
    child.restarts = roll.any_of({child_class::permanent, child_class::permanent,
                                  child_class::transient, child_class::temporary});
    child.significant = child.restarts != child_class::permanent &&
                        out.rules.ends_with != auto_shutdown::never && roll.one_in(2);
    child.shutdown_time = roll.any_of<duration>({0ns, 20ms, 5s});
    if (roll.one_in(3)) child.pause = {.base = 100ms, .max = 2s, .quiet = 5s};
    out.children.push_back(child);
  }
  return out;
}

TEST(restart_policy_property, it_decides_as_an_independent_simpler_model_does) {
  std::cout << "seeds " << first_seed << " to " << first_seed + runs - 1 << "\n";
  for (auto seed = first_seed; seed < first_seed + runs; ++seed) {
    SCOPED_TRACE(seed);
    dice roll(seed);
    const auto tree = random_family(roll);
    ASSERT_FALSE(check(tree.rules, tree.children));
    const auto mix = [seed](std::uint64_t child, std::uint64_t life) {
      return seed_for(seed, std::to_string(child) + "." + std::to_string(life));
    };
    const auto fails = [mix](auto child, auto life) { return mix(child, life) % 8 == 0; };
    const auto draw = [mix](auto child, auto life) {
      return static_cast<double>(mix(child, life) % 1'000'003) / 1'000'003.0;
    };
    // Children of simple_one_for_one come one by one.
    const bool simple = tree.rules.how == strategy::simple_one_for_one;
    const auto at_first = simple ? std::vector<child_spec>{} : tree.children;
    puppeteer real(tree.rules, at_first);
    naive_supervisor model(tree.rules, at_first);
    real.fails_to_start = model.fails_to_start = fails;
    real.draw = model.draw = draw;
    model.now = real.now;
    real.begun();
    model.run();
    for (const auto& child : tree.children) {
      if (!simple) break;
      real.follow(real.policy.add(child, real.now));
      model.add(child);
    }
    ASSERT_EQ(real.taken(), model.log.taken());
    for (int step = 0; step < 30 && !tree.children.empty(); ++step) {
      const auto until = real.now + roll.any_of<duration>({0ns, 50ms, 1s, 5s, 10s});
      real.wait_until(until);
      while (model.next_due() && *model.next_due() <= until) {
        model.now = *model.next_due();
        model.run();
      }
      model.now = until;
      ASSERT_EQ(real.taken(), model.log.taken()) << "step " << step << ", time passed";
      const auto child = roll.below(tree.children.size());
      const auto how =
          roll.any_of({ending::normal, ending::shutdown, ending::abnormal, ending::killed});
      real.dies(child + 1, how);
      model.death(child, how);
      ASSERT_EQ(real.taken(), model.log.taken()) << "step " << step << ", child " << child + 1;
    }
    real.stop();
    model.stop_all("asked");
    ASSERT_EQ(real.taken(), model.log.taken());
  }
}

/// Children that start and stop in their own time, and die whenever they like.
class unruly_children {
 public:
  unruly_children(const family& tree, dice& roll)
      : policy_(tree.rules, tree.children), tree_(tree), roll_(roll) {
    obey(policy_.begin(now_));
  }

  void live(int steps) {
    for (int step = 0; step < steps && !finished_; ++step) do_something();
  }

  /// False: it never finished.
  [[nodiscard]] bool end() {
    obey(policy_.end(now_));
    for (int step = 0; step < 1'000 && !finished_; ++step) {
      now_ += 1s;
      obey(policy_.wake(now_));
      do_something();
    }
    return finished_;
  }

  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  enum class doing { starting, running, stopping };
  struct kid {
    incarnation life;
    doing what = doing::starting;
    time_point asked;
  };

  void do_something() {
    now_ += roll_.any_of<duration>({0ns, 1ms, 100ms, 3s});
    if (roll_.one_in(3)) obey(policy_.wake(now_));
    if (kids_.empty()) return obey(policy_.wake(now_));
    auto at = kids_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(roll_.below(kids_.size())));
    const auto [key, one] = *at;
    if (one.what == doing::starting && !roll_.one_in(4)) {
      at->second.what = doing::running;
      return obey(policy_.started(key, one.life, now_));
    }
    if (one.what == doing::running && !roll_.one_in(3)) return;
    kids_.erase(at);
    const auto how = one.what == doing::stopping
                         ? ending::shutdown
                         : roll_.any_of({ending::normal, ending::abnormal, ending::killed});
    if (one.what == doing::starting) return obey(policy_.start_failed(key, one.life, now_, 0.5));
    obey(policy_.ended(key, one.life, how, now_, 0.5));
  }

  void obey(const commands& orders) {
    for (const auto& order : orders) std::visit([this](const auto& one) { judge(one); }, order);
  }

  void judge(const start& order) {
    if (gave_up_) wrong_ += "started after giving up; ";
    if (kids_.contains(order.child)) wrong_ += "started what runs; ";
    if (order.life.value != ++lives_[order.child]) wrong_ += "lives do not count up; ";
    const bool grouped =
        tree_.rules.how == strategy::one_for_all || tree_.rules.how == strategy::rest_for_one;
    if (grouped && !kids_.empty() && kids_.rbegin()->first > order.child) {
      wrong_ += "started below a running child; ";
    }
    kids_[order.child] = {order.life, doing::starting, {}};
  }
  void judge(const stop& order) {
    for (const auto& [key, one] : kids_) {
      if (one.what == doing::stopping) wrong_ += "stops two at once; ";
      if (key > order.child) wrong_ += "stopped in the wrong order; ";
    }
    if (!kids_.contains(order.child)) wrong_ += "stopped what does not run; ";
    kids_[order.child].what = doing::stopping;
    kids_[order.child].asked = now_;
  }
  void judge(const kill& order) {
    const auto limit = tree_.children[order.child.value - 1].shutdown_time;
    const auto& one = kids_[order.child];
    if (one.what != doing::stopping || now_ < one.asked + *limit) wrong_ += "killed too early; ";
  }
  void judge(const wake_at& order) {
    if (order.when < now_) wrong_ += "wakes in the past; ";
  }
  void judge(const ready&) {}
  void judge(const forget& order) {
    if (kids_.contains(order.child)) wrong_ += "forgot what runs; ";
  }
  void judge(const give_up& order) {
    if (std::exchange(gave_up_, true)) wrong_ += "gave up twice; ";
    const bool too_many = order.reason == give_up::why::too_many_restarts;
    if (too_many && policy_.restarts() <= tree_.rules.max_restarts) wrong_ += "too early; ";
  }
  void judge(const finished&) {
    if (!kids_.empty()) wrong_ += "finished before its children; ";
    finished_ = true;
  }

  restart_policy policy_;
  const family& tree_;
  dice& roll_;
  time_point now_ = time_point{} + 1h;
  std::map<child_key, kid> kids_;
  std::map<child_key, std::uint64_t> lives_;
  bool gave_up_ = false;
  bool finished_ = false;
  std::string wrong_;
};

TEST(restart_policy_property, unruly_children_are_kept_in_order_and_always_end) {
  std::cout << "seeds " << first_seed << " to " << first_seed + runs - 1 << "\n";
  for (auto seed = first_seed; seed < first_seed + runs; ++seed) {
    SCOPED_TRACE(seed);
    dice roll(seed);
    auto tree = random_family(roll);
    tree.rules.max_restarts += 3;
    unruly_children children(tree, roll);
    children.live(60);
    ASSERT_TRUE(children.end());
    ASSERT_EQ(children.wrong(), "");
  }
}

}  // namespace
}  // namespace troupe::supervision::test
