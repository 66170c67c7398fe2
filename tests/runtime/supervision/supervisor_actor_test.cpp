#include "runtime/supervision/supervisor_actor.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "actors/shell/shell.hpp"
#include "tests/support/virtual_time.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;
using namespace supervision;

using crash_atom = caf::atom_constant<caf::atom("crash")>;
using leave_atom = caf::atom_constant<caf::atom("leave")>;

/// A child that does as it is told.
struct obedient_state {
  using handle = caf::typed_actor<caf::reacts_to<crash_atom, request_id>,
                                  caf::reacts_to<crash_atom>, caf::reacts_to<leave_atom>>;
  static constexpr const char* name = "obedient";

  obedient_state(handle::pointer me, bool is_deaf) : self(me), deaf(is_deaf) {}

  handle::behavior_type make_behavior() {
    if (deaf) self->set_exit_handler([](const caf::exit_msg&) {});
    return {
        [](crash_atom, request_id) { throw std::runtime_error("told to"); },
        [](crash_atom) { throw std::runtime_error("told to"); },
        [this](leave_atom) { self->quit(); },
    };
  }

  handle::pointer self;
  bool deaf;
};

struct listener_state {
  using handle = child_listener;
  static constexpr const char* name = "listener";

  listener_state(handle::pointer, std::shared_ptr<std::vector<std::string>> into)
      : heard(std::move(into)) {}

  handle::behavior_type make_behavior() {
    return {
        [this](const child_up& event) { note("up ", event.path, event.life); },
        [this](const child_down& event) {
          note(event.returns ? "down " : "ended ", event.path, event.life);
        },
        [this](const children_gone& event) { heard->push_back("gone " + event.path); },
    };
  }

  void note(const char* what, const std::string& path, incarnation life) const {
    heard->push_back(what + path + " " + std::to_string(life.value));
  }

  std::shared_ptr<std::vector<std::string>> heard;
};

class supervisor_actor_test : public virtual_time {
 protected:
  supervised_child child(const std::string& id, bool deaf = false) {
    return actor_child(id, [this, id, deaf](spawn_context& context) {
      ++spawned_;
      if (failing_ == id) throw std::runtime_error("no room");
      handles_[context.path] = spawn_worker<shell<obedient_state>>(context, placement::pool, deaf);
      return handles_[context.path];
    });
  }

  void start(supervisor_plan plan, environment shared = {}) {
    shared.log = [this](const lifecycle_event& event) {
      log_.push_back(std::string(to_string(event.what)) + " " + event.path);
    };
    top_ = owned(spawn_root(system(), std::move(plan), std::move(shared)));
    settle();
  }

  void crash(const std::string& path) {
    caf::anon_send(handles_.at(path), crash_atom::value);
    settle();
  }

  [[nodiscard]] tree_snapshot snapshot() {
    return ask_now<tree_snapshot>(top_, snapshot_atom::value)->value.value();
  }

  [[nodiscard]] supervision_report report() {
    const auto answer = ask_now<supervision_report>(top_, counters_atom::value);
    return answer->value.value();
  }

  [[nodiscard]] tree_entry entry(const std::string& path) {
    for (const auto& one : snapshot().entries) {
      if (one.path == path) return one;
    }
    return {};
  }

  [[nodiscard]] std::vector<std::string> paths() {
    std::vector<std::string> out;
    for (const auto& one : snapshot().entries) out.push_back(one.path);
    return out;
  }

  supervisor top_;
  std::map<std::string, caf::actor> handles_;
  std::string failing_;
  int spawned_ = 0;
  std::vector<std::string> log_;
};

supervisor_plan plan_of(std::vector<supervised_child> children, supervisor_spec rules = {}) {
  return {rules, std::move(children), {}};
}

using texts = std::vector<std::string>;

TEST_F(supervisor_actor_test, the_tree_is_up_when_all_children_below_are) {
  start(plan_of({child("a"), supervisor_child("b", plan_of({child("c"), child("d")}))}));
  EXPECT_TRUE(ask_now<caf::ok_atom>(top_, start_atom::value)->value);
  EXPECT_EQ(paths(), (texts{"a", "b", "b/c", "b/d"}));
  EXPECT_TRUE(entry("b").supervisor);
  EXPECT_TRUE(entry("b/d").running);
  EXPECT_EQ(entry("b/d").incarnation, 1u);
}

TEST_F(supervisor_actor_test, a_death_is_counted_logged_once_and_visible) {
  start(plan_of({child("a")}));
  crash("a");
  const auto one = entry("a");
  EXPECT_TRUE(one.running);
  EXPECT_EQ(one.incarnation, 2u);
  EXPECT_EQ(one.restarts, 1u);
  EXPECT_EQ(one.last_reason, "crashed: told to");
  EXPECT_EQ(log_, (texts{"child_started a", "child_ended a", "child_started a"}));
  const auto counted = report();
  EXPECT_EQ(counted.deaths, 1u);
  EXPECT_EQ(counted.restarts, 1u);
  EXPECT_EQ(counted.starts, 2u);
}

TEST_F(supervisor_actor_test, a_constructor_that_throws_is_a_death_and_backs_off) {
  failing_ = "a";
  auto weak = child("a");
  weak.spec.pause.base = 100ms;
  start(plan_of({weak, child("b")}));
  auto up = ask_now<caf::ok_atom>(top_, start_atom::value);
  EXPECT_TRUE(up->open());
  EXPECT_EQ(spawned_, 1);
  EXPECT_EQ(entry("a").last_reason, "crashed: did not start: no room");
  failing_.clear();
  advance(121ms);  // 100 ms and at most a fifth more
  EXPECT_TRUE(up->value);
  EXPECT_TRUE(entry("b").running);
}

TEST_F(supervisor_actor_test, a_supervisor_that_gives_up_is_restarted_by_its_parent) {
  supervisor_spec strict;
  strict.max_restarts = 1;
  start(plan_of({supervisor_child("stage", plan_of({child("w")}, strict))}));
  crash("stage/w");
  crash("stage/w");
  EXPECT_EQ(entry("stage").incarnation, 2u);
  EXPECT_NE(entry("stage").last_reason.find("gave up"), std::string::npos);
  EXPECT_EQ(entry("stage/w").incarnation, 3u) << "incarnations count on";
  EXPECT_TRUE(entry("stage/w").running);
  EXPECT_EQ(report().gave_up, 1u);
}

TEST_F(supervisor_actor_test, escalation_ends_the_top_with_reason_shutdown) {
  supervisor_spec strict;
  strict.max_restarts = 0;
  start(plan_of({supervisor_child("stage", plan_of({child("w")}, strict))}, strict));
  caf::error reason = caf::exit_reason::unknown;
  const auto watcher = system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->monitor(top_);
    self->set_down_handler([&reason, self](const caf::down_msg& message) {
      reason = message.reason;
      self->quit();
    });
    return {[](tick_atom) {}};
  });
  settle();
  crash("stage/w");
  EXPECT_EQ(reason, caf::exit_reason::user_shutdown);
}

TEST_F(supervisor_actor_test, an_ordered_stop_kills_deaf_children_one_after_another) {
  supervisor_plan plan;
  for (const auto* id : {"a", "b", "c"}) {
    plan.children.push_back(child(id, true));
    plan.children.back().spec.shutdown_time = 20ms;
  }
  start(std::move(plan));
  const auto begin = now();
  log_.clear();
  auto stopped = ask<caf::ok_atom>(top_, stop_atom::value);
  advance(60ms - 1ns);
  EXPECT_TRUE(stopped->open());
  advance(1ns);
  EXPECT_TRUE(stopped->value);
  EXPECT_EQ(now() - begin, 60ms);
  EXPECT_EQ(log_,
            (texts{"child_ended c", "child_ended b", "child_ended a", "supervisor_stopped "}));
}

TEST_F(supervisor_actor_test, a_killed_supervisor_takes_its_children_with_it) {
  start(plan_of({supervisor_child("stage", plan_of({child("w")}))}));
  bool down = false;
  const auto watcher = system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->monitor(handles_.at("stage/w"));
    self->set_down_handler([&down, self](const caf::down_msg&) {
      down = true;
      self->quit();
    });
    return {[](tick_atom) {}};
  });
  settle();
  caf::anon_send_exit(top_, caf::exit_reason::kill);
  settle();
  EXPECT_TRUE(down);
}

TEST_F(supervisor_actor_test, the_heir_slot_hands_state_to_the_next_incarnation) {
  auto counts = std::make_shared<std::vector<int>>();
  auto one = actor_child("a", [this, counts](spawn_context& context) {
    counts->push_back(++*context.heir.get<int>(0));
    handles_["a"] = spawn_worker<shell<obedient_state>>(context, placement::pool, false);
    return handles_["a"];
  });
  start(plan_of({one}));
  crash("a");
  crash("a");
  EXPECT_EQ(*counts, (std::vector{1, 2, 3}));
}

TEST_F(supervisor_actor_test, every_incarnation_has_its_own_stop_token_and_the_same_seed) {
  std::vector<std::stop_token> tokens;
  std::vector<std::uint64_t> seeds;
  auto one = actor_child("a", [&](spawn_context& context) {
    tokens.push_back(context.stop);
    seeds.push_back(context.seed);
    handles_["a"] = spawn_worker<shell<obedient_state>>(context, placement::pool, false);
    return handles_["a"];
  });
  start(plan_of({one}));
  crash("a");
  ASSERT_EQ(tokens.size(), 2u);
  EXPECT_EQ(seeds[0], seeds[1]);
  EXPECT_FALSE(tokens[1].stop_requested());
  (void)ask_now<caf::ok_atom>(top_, stop_atom::value);
  EXPECT_TRUE(tokens[1].stop_requested());
}

TEST_F(supervisor_actor_test, listeners_hear_about_every_incarnation) {
  auto heard = std::make_shared<texts>();
  supervisor_spec strict;
  strict.max_restarts = 1;
  auto ear = actor_child("ear", [heard](spawn_context& context) {
    return spawn_worker<shell<listener_state>>(context, placement::pool, heard);
  });
  start(plan_of({ear, supervisor_child("stage", {strict, {child("w")}, {"ear"}})}));
  EXPECT_EQ(std::exchange(*heard, {}), (texts{"up stage/w 1"}));
  crash("stage/w");
  EXPECT_EQ(std::exchange(*heard, {}), (texts{"down stage/w 1", "up stage/w 2"}));
  crash("stage/w");
  EXPECT_EQ(std::exchange(*heard, {}), (texts{"ended stage/w 2", "gone stage", "up stage/w 3"}));
  (void)ask_now<caf::ok_atom>(top_, stop_atom::value);
  EXPECT_EQ(*heard, (texts{"down stage/w 3"}));
}

TEST_F(supervisor_actor_test, a_late_listener_hears_what_runs) {
  auto heard = std::make_shared<texts>();
  start(plan_of({child("a"), child("b")}));
  auto ear = owned(system().spawn<shell<listener_state>>(heard));
  caf::anon_send(top_, subscribe{ear});
  settle();
  EXPECT_EQ(*heard, (texts{"up a 1", "up b 1"}));
}

TEST_F(supervisor_actor_test, handles_are_decorated_where_they_are_given_out) {
  texts decorated;
  environment shared;
  shared.decorate = [&](const std::string& path, caf::actor handle) {
    decorated.push_back(path);
    return handle;
  };
  start(plan_of({child("a"), supervisor_child("b", plan_of({child("c")}))}), std::move(shared));
  EXPECT_EQ(decorated, (texts{"a", "b", "b/c"}));
}

TEST_F(supervisor_actor_test, children_come_and_go_at_run_time) {
  supervisor_spec dynamic;
  dynamic.how = strategy::simple_one_for_one;
  start(plan_of({}, dynamic));
  EXPECT_EQ(ask_now<std::string>(top_, start_child{child("a")})->value, "a");
  EXPECT_EQ(ask_now<std::string>(top_, start_child{child("b")})->value, "b");
  EXPECT_EQ(ask_now<std::string>(top_, start_child{child("b")})->code(), errc::bad_input);
  EXPECT_EQ(paths(), (texts{"a", "b"}));
  EXPECT_TRUE(ask_now<caf::ok_atom>(top_, stop_atom::value, std::string("a"))->value);
  EXPECT_EQ(ask_now<caf::ok_atom>(top_, stop_atom::value, std::string("a"))->code(),
            errc::bad_input);
  EXPECT_EQ(paths(), (texts{"b"}));
}

TEST_F(supervisor_actor_test, other_supervisors_take_no_more_children) {
  start(plan_of({child("a")}));
  EXPECT_EQ(ask_now<std::string>(top_, start_child{child("b")})->code(), errc::bad_input);
}

TEST_F(supervisor_actor_test, a_missing_listener_is_a_failed_start) {
  supervisor_spec strict;
  strict.max_restarts = 0;
  start(plan_of({supervisor_child("stage", {{}, {child("w")}, {"nobody"}})}, strict));
  EXPECT_EQ(ask_now<caf::ok_atom>(top_, start_atom::value)->code(), errc::unavailable);
  EXPECT_EQ(spawned_, 0);
}

TEST_F(supervisor_actor_test, a_plan_that_does_not_hold_is_refused) {
  EXPECT_THROW((void)spawn_root(system(), plan_of({child("a"), child("a")}), {}),
               std::invalid_argument);
  EXPECT_THROW((void)supervisor_child("b", plan_of({child("a/b")})), std::invalid_argument);
}

TEST_F(supervisor_actor_test, a_normal_end_of_a_permanent_child_is_a_restart_too) {
  start(plan_of({child("a")}));
  caf::anon_send(handles_.at("a"), leave_atom::value);
  settle();
  EXPECT_EQ(entry("a").incarnation, 2u);
  EXPECT_EQ(entry("a").last_reason, "normal");
}

TEST_F(supervisor_actor_test, the_snapshot_shows_how_many_messages_wait) {
  start(plan_of({child("a")}));
  EXPECT_EQ(entry("a").mailbox_length, 0u);
  auto asked = ask<tree_snapshot>(top_, snapshot_atom::value);
  scheduler().run_once();  // the asker
  for (int count = 0; count < 3; ++count) caf::anon_send(handles_.at("a"), leave_atom::value);
  scheduler().prioritize(top_);
  scheduler().run_once();
  settle();
  EXPECT_EQ(asked->value->entries.at(0).mailbox_length, 3u);
}

}  // namespace
}  // namespace troupe::test
