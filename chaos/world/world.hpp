#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chaos/faults/fault.hpp"
#include "chaos/verdict/history.hpp"
#include "chaos/world/dice.hpp"
#include "runtime/node.hpp"

namespace troupe::chaos {

/// Which actors or links a fault may touch.
struct selector {
  std::string path = "*";  // of place::text(), with * for anything and ? for one character
  std::optional<actor_kind> kind = {};  // none: any
  double share = 1;                     // of those: always the same ones, by seed
};

/// A fault of a scenario, on or off.
struct standing_fault {
  std::string name;
  const fault_family* family = nullptr;
  selector where;
  std::unique_ptr<fault> what;
  bool on = false;
  std::atomic<double> intensity =
      1;  // share of messages that it looks at at all; below 1 while it grows
};

/// Nodes, clients that ask them, and the faults that are switched on: what a scenario is played in.
/// One kind is simulated, the others are live. Times are of `now`.
class world {
 public:
  world(std::uint64_t seed, std::uint32_t nodes);
  virtual ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
  [[nodiscard]] std::uint32_t nodes() const noexcept { return count_; }
  [[nodiscard]] history& told() noexcept { return told_; }

  // ---- time

  [[nodiscard]] virtual time_point now() const = 0;
  /// Calls `what` at `when`, or now if that has passed, in `run_until`.
  virtual void at(time_point when, std::function<void()> what) = 0;
  void after(duration delay, std::function<void()> what) { at(now() + delay, std::move(what)); }
  virtual void run_until(time_point end) = 0;
  /// Something happened that the hash of the run is to take in, where there is one.
  virtual void note(std::uint64_t /*what*/) {}

  // ---- nodes

  /// Starts all nodes and lets them become ready. Throws std::runtime_error when one does not.
  virtual void start() = 0;
  /// Stops all nodes in good order, and waits until they have ended or should have.
  virtual void stop() = 0;
  /// Actors (or processes) that run, of all nodes and of the harness.
  [[nodiscard]] virtual std::size_t actors_running() = 0;

  /// Jobs in the routers of nodes that are up.
  struct open_jobs {
    double waiting = 0;
    double in_flight = 0;
    double longest_stage_queue = 0;  // waiting, at one router
    double longest_gateway_queue = 0;
    bool known = true;  // false: some node did not tell
  };
  [[nodiscard]] virtual open_jobs count_jobs() = 0;

  /// By how much the router that did so most sent more jobs a second time than its budget allows;
  /// 0 also where nobody can tell.
  [[nodiscard]] virtual double extra_attempts() { return 0; }
  /// Probes of breakers that nobody reported on; 0 also where nobody can tell.
  [[nodiscard]] virtual double probes_lost() { return 0; }

  using answer_call = std::function<void(discovery_outcome outcome, time_point when)>;
  /// A client at `node` asks it, or another node by way of a link. `done` is called in `run_until`
  /// for each answer, which should be one, with the time at which it was there.
  virtual void ask(std::uint32_t node, std::uint32_t served_by, discovery_request request,
                   answer_call done) = 0;

  // ---- faults, for the scenario

  standing_fault& add(std::string name, const fault_family& family, selector where,
                      const fault_settings& settings);
  void switch_on(standing_fault& one);
  void switch_off(standing_fault& one);
  /// Everything that `one` can touch now.
  [[nodiscard]] std::vector<place> targets(const standing_fault& one) const;

  // ---- for the ways that messages take

  /// The faults that may ever touch what is at this place, on or off: names and chance decide, and
  /// they never change. All faults are added before the nodes start, so whoever stands at a place
  /// asks once.
  [[nodiscard]] faults_here faults_at(const place& where) const;
  /// Asks the faults that are on what becomes of this message.
  virtual void judge(passing& message);
  /// Runs `what` while no fault is asked for anything else.
  virtual void alone(const std::function<void()>& what) { what(); }
  /// Keeps a message until `by` lets go of it.
  virtual void hold(const fault& by, std::function<void()> deliver);
  [[nodiscard]] bool disturbed() const noexcept { return faults_on_ > 0; }
  /// Notes every step of this request in the history.
  void trace(std::uint64_t request) noexcept { traced_ = request; }
  [[nodiscard]] bool traces() const noexcept { return traced_ != 0; }
  void note_step(const place& to, std::uint64_t request, std::string_view kind);

  // ---- what faults do; those that a world cannot do return false, or do nothing

  [[nodiscard]] dice& luck() noexcept { return luck_; }
  void note_fault(const fault& which, const place& where);
  /// Delivers what this fault held.
  void let_go(const fault& holder);
  /// Calls `what` later, unless the fault has been switched off by then.
  void after(duration delay, const fault& of, std::function<void()> what);
  /// Ends the actor at this place as if it had been killed; false: none runs there.
  virtual bool kill(const place& /*where*/) { return false; }
  virtual bool hang(const place& /*worker*/, bool /*on*/) { return false; }
  virtual void end_hangs() {}
  virtual bool crash_node(std::uint32_t /*node*/, duration /*down*/) { return false; }
  /// In good order; its operator starts it again, or not.
  virtual void stop_node(std::uint32_t /*node*/, bool /*start_again*/) {}
  virtual bool pause_node(std::uint32_t /*node*/) { return false; }
  virtual void resume_node(std::uint32_t /*node*/) {}
  virtual void set_clock_rate(std::uint32_t /*node*/, double /*rate*/) {}
  virtual void jump_clock(std::uint32_t /*node*/, duration /*by*/) {}
  /// Returns the bytes that this node has lost by now.
  virtual std::uint64_t leak(std::uint32_t /*node*/, std::uint64_t /*bytes*/) { return 0; }
  virtual void give_back(std::uint32_t /*node*/) {}
  /// Writes of this node fail. `failed` is called for each in a simulation, once live, when there
  /// is no room left; empty: no longer.
  virtual void fill_disk(std::uint32_t /*node*/, std::function<void()> /*failed*/) {}
  /// Each write of this node takes what `each` says; empty: no longer.
  virtual void slow_disk(std::uint32_t /*node*/, std::function<duration()> /*each*/) {}
  /// The cache that nodes share answers nothing and tells `told` of each call; empty: again.
  virtual void stall_store(std::function<void()> /*told*/) {}
  /// Its values pass through `how` on their way back; empty: no longer.
  virtual void spoil_store(std::function<std::string(std::string)> /*how*/) {}
  /// Whether computations take only the time that `stretch` says.
  [[nodiscard]] virtual bool has_virtual_time() const { return false; }
  /// Live: real processes that want the processor, and real memory that somebody else holds, for
  /// this fault; 0: no longer.
  virtual bool burn(const fault& /*by*/, std::uint32_t /*processes*/) { return false; }
  virtual bool press_memory(const fault& /*by*/, std::uint64_t /*bytes*/) { return false; }
  /// Where a link leads to.
  [[nodiscard]] static std::uint32_t link_end(const place& link);

 protected:
  /// Adds to the history, whichever thread says so.
  virtual void record(event_record what) { told_.add(std::move(what)); }
  /// Records a change that is now, of an actor there. `life`: how often it has lived, or a count.
  void tell_of(event_record::kind what, std::uint32_t node, std::string path, std::string text,
               std::uint64_t life = 0);
  /// All that is there now and that faults may touch.
  [[nodiscard]] virtual std::vector<place> places() const = 0;
  /// How long a computation really takes.
  [[nodiscard]] duration stretched(const place& where, const faults_here& here, duration cost);
  [[nodiscard]] duration stretched(const place& where, duration cost) {
    return stretched(where, faults_at(where), cost);
  }
  /// Whether the actor that was spawned there is not to come up.
  [[nodiscard]] bool spoils_start(const place& where);
  void switch_all_off();

 private:
  [[nodiscard]] bool selected(const standing_fault& one, const place& where) const;

  std::uint64_t seed_;
  std::uint32_t count_;
  dice luck_;
  history told_;
  std::vector<std::unique_ptr<standing_fault>> faults_;
  std::atomic<std::size_t> faults_on_ = 0;
  std::uint64_t traced_ = 0;
  std::map<const fault*, std::vector<std::function<void()>>> held_;
};

}  // namespace troupe::chaos
