#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "chaos/faults/fault.hpp"
#include "chaos/simulator/compute_gate.hpp"
#include "chaos/simulator/cost_table.hpp"
#include "chaos/simulator/modelled_disk.hpp"
#include "chaos/simulator/own_clocks.hpp"
#include "chaos/simulator/peers.hpp"
#include "chaos/simulator/simulation.hpp"
#include "chaos/verdict/history.hpp"
#include "runtime/node/implementation.hpp"

namespace troupe::chaos {

/// Which actors or links a fault may touch.
struct selector {
  std::string path = "*";  // of place::text(), with * for anything and ? for one character
  double share = 1;        // of those: always the same ones, by seed
};

/// A fault of a scenario, on or off.
struct standing_fault {
  std::string name;
  const fault_family* family = nullptr;
  selector where;
  std::unique_ptr<fault> what;
  bool on = false;
  double intensity = 1;  // share of messages that it looks at at all; below 1 while it grows
};

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
class world {
 public:
  explicit world(world_options with);
  ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  [[nodiscard]] simulation& sim() noexcept { return sim_; }
  [[nodiscard]] history& told() noexcept { return told_; }
  [[nodiscard]] std::uint32_t nodes() const noexcept { return with_.nodes; }
  [[nodiscard]] bool up(std::uint32_t node) const { return nodes_.at(node).is_up; }

  /// Notes every step of this request in the history.
  void trace(std::uint64_t request) noexcept { traced_ = request; }
  /// Starts all nodes and lets them become ready.
  void start();
  /// Stops all nodes in good order.
  void stop();
  /// Actors that run, of all nodes and of the harness; none after `stop` when nothing leaks.
  [[nodiscard]] std::size_t actors_running() { return sim_.system().registry().running(); }
  /// Jobs in the routers of nodes that are up.
  struct open_jobs {
    double waiting = 0;
    double in_flight = 0;
    double longest_stage_queue = 0;  // waiting, at one router
    double longest_gateway_queue = 0;
  };
  [[nodiscard]] open_jobs count_jobs() const;

  /// A client at `node` asks it, or another node by way of a link. `done` is called exactly once.
  void ask(std::uint32_t node, std::uint32_t served_by, discovery_request request,
           std::function<void(discovery_outcome)> done);

  // ---- faults, for the scenario

  standing_fault& add(std::string name, const fault_family& family, selector where,
                      const fault_settings& settings);
  void switch_on(standing_fault& one);
  void switch_off(standing_fault& one);
  [[nodiscard]] const std::vector<std::unique_ptr<standing_fault>>& faults() const noexcept {
    return faults_;
  }
  /// Everything that `one` can touch now.
  [[nodiscard]] std::vector<place> targets(const standing_fault& one) const;

  // ---- what faults do

  [[nodiscard]] dice& luck() noexcept { return luck_; }
  void note_fault(const fault& which, const place& where);
  /// Ends the actor at this place as if it had been killed; false: none runs there.
  bool kill(const place& where);
  bool hang(const place& worker, bool on);
  void end_hangs();
  /// Delivers what this fault held.
  void let_go(const fault& holder);
  /// Calls `what` later, unless the fault has been switched off by then.
  void after(duration delay, const fault& of, std::function<void()> what);
  bool crash_node(std::uint32_t node, duration down);
  /// In good order; its operator starts it again, or not.
  void stop_node(std::uint32_t node, bool start_again);
  void pause_node(std::uint32_t node) { sim_.pause(node); }
  void resume_node(std::uint32_t node) { sim_.resume(node); }
  void set_clock_rate(std::uint32_t node, double rate) { nodes_.at(node).clock->set_rate(rate); }
  void jump_clock(std::uint32_t node, duration by) { nodes_.at(node).clock->jump(by); }
  /// Returns the bytes that this node has lost by now.
  std::uint64_t leak(std::uint32_t node, std::uint64_t bytes) {
    return nodes_.at(node).leaked += bytes;
  }
  [[nodiscard]] modelled_disk& disk_of(std::uint32_t node) { return *nodes_.at(node).disk; }
  /// Where a link leads to.
  [[nodiscard]] static std::uint32_t link_end(const place& link);

 private:
  class edge;
  class one_way;
  class link;

  struct node_state {
    std::uint32_t number = 0;
    std::shared_ptr<node_clock> clock;
    std::shared_ptr<modelled_disk> disk;
    std::shared_ptr<metrics> measures;
    std::shared_ptr<directory> who;
    std::shared_ptr<std::atomic<bool>> objective_met;
    supervision::supervisor root;
    peer_door_actor door;
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
  void write(std::uint32_t node, std::uint64_t start, const supervision::lifecycle_event& event);
  [[nodiscard]] stage_table stages_of(std::uint32_t node);
  failure run_stage(std::uint32_t node, stage which, const stage_input& input, findings& found,
                    bool& cut_short);
  void judge(passing& message);
  void note_step(const place& to, const caf::mailbox_element& what);
  void hold(const fault& by, std::function<void()> deliver);
  [[nodiscard]] bool selected(const standing_fault& one, const place& where) const;
  [[nodiscard]] peer_door_actor linked(std::uint32_t from, std::uint32_t to);

  world_options with_;
  simulation sim_;
  dice luck_;
  dice costs_;
  dice network_;
  history told_;
  std::map<std::uint32_t, node_state> nodes_;
  std::map<std::string, living> actors_;  // by place::text()
  std::vector<std::unique_ptr<standing_fault>> faults_;
  std::size_t faults_on_ = 0;
  std::uint64_t traced_ = 0;
  std::map<const fault*, std::vector<std::function<void()>>> held_;
  std::map<const traffic_group*, findings> modelled_;
};

}  // namespace troupe::chaos
