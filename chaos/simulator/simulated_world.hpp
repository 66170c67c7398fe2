#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "chaos/simulator/compute_gate.hpp"
#include "chaos/simulator/cost_table.hpp"
#include "chaos/simulator/known_inputs.hpp"
#include "chaos/simulator/modelled_disk.hpp"
#include "chaos/simulator/modelled_store.hpp"
#include "chaos/simulator/own_clocks.hpp"
#include "chaos/simulator/peers.hpp"
#include "chaos/simulator/simulation.hpp"
#include "chaos/world/edge.hpp"
#include "chaos/world/world.hpp"
#include "runtime/node/implementation.hpp"

namespace troupe::chaos {

enum class stages_are : std::uint8_t { modelled, real };

struct world_options {
  std::uint64_t seed = 1;
  std::uint32_t nodes = 1;
  options settings;  // of every node
  stages_are stages = stages_are::modelled;
  std::shared_ptr<const stage_table> real_stages = {};  // for stages_are::real
  const cost_table* costs = nullptr;
  std::vector<traffic_group_ptr> contents;  // what requests are about
  duration link_delay = std::chrono::microseconds(200);
  duration link_jitter = std::chrono::microseconds(100);
  duration restart_node_after = std::chrono::seconds(1);  // a node that gave up, by its operator
};

/// A whole cluster of logical nodes in one simulation: every node a real supervision tree with a
/// clock and a disk of its own, links between them, and the faults that are switched on. What is
/// real: every actor of the product and every message. What is modelled: time, the processor, the
/// disk, the network, and unless asked otherwise what stages find.
class simulated_world final : public world {
 public:
  explicit simulated_world(world_options with);
  ~simulated_world() override;

  [[nodiscard]] simulation& sim() noexcept { return sim_; }

  [[nodiscard]] time_point now() const override { return sim_.now(); }
  void at(time_point when, std::function<void()> what) override { sim_.at(when, std::move(what)); }
  void run_until(time_point end) override { sim_.run_until(end); }
  void note(std::uint64_t what) override { sim_.note(what); }

  void start() override;
  void stop() override;
  [[nodiscard]] std::size_t actors_running() override { return sim_.system().registry().running(); }
  [[nodiscard]] open_jobs count_jobs() override;
  [[nodiscard]] double extra_attempts() override;
  [[nodiscard]] double probes_lost() override;
  void ask(std::uint32_t node, std::uint32_t served_by, discovery_request request,
           answer_call done) override;

  bool kill(const place& where) override;
  bool hang(const place& worker, bool on) override;
  void end_hangs() override;
  bool crash_node(std::uint32_t node, duration down) override;
  void stop_node(std::uint32_t node, bool start_again) override;
  bool pause_node(std::uint32_t node) override {
    sim_.pause(node);
    return true;
  }
  [[nodiscard]] bool has_virtual_time() const override { return true; }
  void resume_node(std::uint32_t node) override { sim_.resume(node); }
  void set_clock_rate(std::uint32_t node, double rate) override {
    nodes_.at(node).clock->set_rate(rate);
    if (rate != 1) clocks_agree_ = false;
  }
  void jump_clock(std::uint32_t node, duration by) override {
    nodes_.at(node).clock->jump(by);
    clocks_agree_ = false;
  }
  std::uint64_t leak(std::uint32_t node, std::uint64_t bytes) override {
    return nodes_.at(node).leaked += bytes;
  }
  void fill_disk(std::uint32_t node, std::function<void()> failed) override {
    nodes_.at(node).disk->full = std::move(failed);
  }
  void slow_disk(std::uint32_t node, std::function<duration()> each) override {
    nodes_.at(node).disk->slow = std::move(each);
  }
  void stall_store(std::function<void()> told) override { store_->stall(std::move(told)); }
  void spoil_store(std::function<std::string(std::string)> how) override {
    store_->spoil(std::move(how));
  }

  /// For links: how long the network takes for one message.
  [[nodiscard]] duration draw_link_delay() {
    return with_.link_delay + network_.between(duration{0}, with_.link_jitter);
  }

 private:
  struct node_state {
    std::uint32_t number = 0;
    std::shared_ptr<node_clock> clock;
    std::shared_ptr<modelled_disk> disk;
    std::shared_ptr<metrics> measures;
    std::shared_ptr<directory> who;
    std::shared_ptr<std::atomic<bool>> objective_met;
    std::shared_ptr<std::atomic<bool>> overloaded;
    supervision::supervisor root;
    peer_door_actor door;
    std::map<std::uint32_t, peer_door_actor> linked;  // the door, as the others see it
    peer_client_actor client;
    bool is_up = false;
    bool stopping = false;
    std::optional<duration> start_again;  // this long after its end, though that was asked for
    std::uint64_t start = 0;  // counts starts: what an earlier one left behind is told from this
    std::uint64_t leaked = 0;
  };

  struct living {
    place where;
    caf::actor_addr actor;
    std::shared_ptr<compute_gate> gate;  // workers only
  };

  void start_node(std::uint32_t number);
  void node_ended(std::uint32_t number, std::uint64_t start, const caf::error& reason);
  void start_later(std::uint32_t number, duration delay);
  caf::actor decorate(std::uint32_t node, const std::string& path, const caf::actor& spawned);
  void breaker_changed(std::uint32_t node, stage which, const circuit_breaker::change& change);
  void write(std::uint32_t node, std::uint64_t start, const supervision::lifecycle_event& event);
  [[nodiscard]] stage_table stages_of(std::uint32_t node);
  failure run_stage(stage which, const stage_input& input, findings& found, bool& cut_short);
  [[nodiscard]] std::vector<place> places() const override;
  /// What the next node that runs holds, for one that begins.
  void warm_from_peer(std::uint32_t number, const std::function<void(warm_batch)>& tell);
  void check_age(const discovery_request& request, const discovery_outcome& outcome,
                 time_point asked);
  void open_door(node_state& node);
  static void shut_door(node_state& node);

  world_options with_;
  simulation sim_;
  std::shared_ptr<modelled_store> store_;
  dice costs_;
  dice network_;
  std::map<std::uint32_t, node_state> nodes_;
  std::map<std::string, living> actors_;  // by place::text()
  std::vector<caf::actor_addr> leaked_;   // lived on when their next life began
  known_inputs inputs_;
  // When a stage computed about an input last, and whether all clocks have shown the same.
  std::unordered_map<const traffic_group*, time_point> computed_;
  bool clocks_agree_ = true;
  // Since when breakers are open, by node and stage.
  std::map<std::pair<std::uint32_t, std::string>, time_point> open_breakers_;
};

}  // namespace troupe::chaos
