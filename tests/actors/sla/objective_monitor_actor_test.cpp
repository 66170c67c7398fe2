#include "actors/sla/objective_monitor_actor.hpp"

#include "actors/shell/shell.hpp"
#include "actors/sla/metric_sampler_actor.hpp"
#include "tests/support/probes.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

objective memory() {
  objective what;
  what.name = "memory";
  what.metric = metric_selector{"m", {}};
  what.threshold = 5;
  what.window = 10min;
  what.target = 0.9;
  what.page_factor = 9;
  what.ticket_factor = 5;
  return what;
}

/// A sampler and one monitor, over a metric that the test sets.
class objective_monitor_test : public virtual_time {
 protected:
  objective_monitor_actor start_monitor() {
    auto publish = [this](objective_status_ptr now) { published_ = std::move(now); };
    auto changed = [this](const objective_status& now) { changes_.push_back(now.state); };
    auto made = owned(system().spawn<shell<objective_monitor_state>>(
        objective_monitor_state::dependencies{monitor_, probe_, publish, changed, {}}));
    settle();
    return made;
  }
  metric_sampler_actor start_sampler() {
    auto made = owned(system().spawn<shell<metric_sampler_state>>(
        std::vector{memory()}, [this](const objective&) { return shown_; }, shell_time{}));
    settle();
    return made;
  }

  std::optional<metric_sample> shown_ = metric_sample{1, 0, {}, {}};
  std::shared_ptr<objective_monitor> monitor_ = std::make_shared<objective_monitor>(memory());
  std::shared_ptr<objective_probe> probe_ = make_probe<objective_probe>("memory");
  objective_status_ptr published_;
  std::vector<objective_state> changes_;
};

TEST_F(objective_monitor_test, publishes_its_status_at_once_and_after_each_slice) {
  const auto monitor = start_monitor();
  ASSERT_TRUE(published_);
  EXPECT_EQ(published_->good, 0U);
  caf::anon_send(start_sampler(), objective_route{0, monitor});
  advance(61s);
  EXPECT_GE(published_->good, 5U);
  EXPECT_TRUE(changes_.empty());
}

TEST_F(objective_monitor_test, tells_each_change_of_state_once) {
  caf::anon_send(start_sampler(), objective_route{0, start_monitor()});
  advance(10min);
  shown_->value = 9;
  advance(5min);
  shown_->value = 1;
  advance(20min);
  EXPECT_EQ(changes_, (std::vector{objective_state::at_risk, objective_state::violated,
                                   objective_state::at_risk, objective_state::ok}));
}

TEST_F(objective_monitor_test, the_next_incarnation_goes_on_with_what_was_seen) {
  const auto sampler = start_sampler();
  const auto first = start_monitor();
  caf::anon_send(sampler, objective_route{0, first});
  advance(5min);
  const auto seen = published_->good;
  caf::anon_send_exit(first, caf::exit_reason::kill);
  settle();
  caf::anon_send(sampler, objective_route{0, start_monitor()});
  EXPECT_GE(published_->good, seen);
  advance(5min);
  EXPECT_GT(published_->good, seen);
}

TEST_F(objective_monitor_test, a_metric_that_never_comes_is_told_as_silent) {
  shown_.reset();
  caf::anon_send(start_sampler(), objective_route{0, start_monitor()});
  advance(2min);
  EXPECT_TRUE(published_->silent);
  EXPECT_GE(published_->missing, 90U);
}

}  // namespace
}  // namespace troupe::test
