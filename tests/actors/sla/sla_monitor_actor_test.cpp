#include "actors/sla/sla_monitor_actor.hpp"

#include "actors/shell/shell.hpp"
#include "tests/support/probes.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

class sla_monitor_test : public virtual_time {
 protected:
  sla_monitor_actor start() {
    auto changed = [this](const compliance_window::reading& now) { told_.push_back(now.met); };
    auto made = owned(system().spawn<shell<sla_monitor_state>>(
        sla_monitor_state::dependencies{window_, probe_, changed, {}}));
    settle();
    return made;
  }

  std::shared_ptr<sla_probe> probe_ = make_probe<sla_probe>();
  std::shared_ptr<compliance_window> window_ =
      std::make_shared<compliance_window>(compliance_window::options{1min, 60, 0.9});
  std::vector<bool> told_;
};

TEST_F(sla_monitor_test, tells_its_first_reading_and_then_each_change_once) {
  const auto monitor = start();
  advance(500ms);
  EXPECT_EQ(told_, (std::vector<bool>{true}));
  caf::anon_send(monitor, sla_counts{8, 2});
  advance(1s);
  EXPECT_EQ(told_, (std::vector<bool>{true, false}));
  caf::anon_send(monitor, sla_counts{90, 0});
  advance(1s);
  EXPECT_EQ(told_, (std::vector<bool>{true, false, true}));
}

TEST_F(sla_monitor_test, the_next_incarnation_goes_on_with_the_window_and_tells_how_it_stands) {
  caf::anon_send(start(), sla_counts{1, 9});
  advance(500ms);
  ASSERT_EQ(told_, (std::vector<bool>{false}));
  start();
  advance(500ms);
  EXPECT_EQ(told_, (std::vector<bool>{false, false}));
}

}  // namespace
}  // namespace troupe::test
