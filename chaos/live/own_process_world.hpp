#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <thread>

#include "chaos/live/live_jobs.hpp"
#include "chaos/live/live_world.hpp"
#include "chaos/live/serving_times.hpp"
#include "runtime/node/implementation.hpp"

namespace troupe::chaos {

/// Whole nodes in this process, on real threads in real time, with the real stages. There are no
/// links: a forwarded request is given to the other node directly. A node that gives up is started
/// again, as its operator would. A node that is to crash is stopped in good order: nothing less
/// ends its threads.
class own_process_world final : public live_world {
 public:
  own_process_world(std::uint64_t seed, std::uint32_t nodes, options settings);
  ~own_process_world() override;

  void start() override;
  void stop() override;
  [[nodiscard]] std::size_t actors_running() override;
  [[nodiscard]] open_jobs count_jobs() override;
  void ask(std::uint32_t node, std::uint32_t served_by, discovery_request request,
           answer_call done) override;

  bool kill(const place& where) override;
  bool crash_node(std::uint32_t node, duration down) override;
  bool hang(const place& worker, bool on) override;
  void end_hangs() override { jobs_.end_hangs(); }
  bool press_memory(const fault&, std::uint64_t) override { return false; }  // its stages leak
  std::uint64_t leak(std::uint32_t node, std::uint64_t bytes) override;
  void give_back(std::uint32_t node) override;

  /// From a kill to the next incarnation, of every kind of actor.
  [[nodiscard]] const serving_times& serving() const noexcept { return serving_; }

 private:
  struct living {
    place where;
    caf::actor_addr actor;
    std::shared_ptr<live_gate> gate;  // workers only
  };

  struct running {
    std::shared_ptr<node::implementation> here;  // null: down
    std::uint64_t start = 0;                     // counts starts
    std::thread ending;                          // of the one before
  };

  void start_node(std::uint32_t number);
  void end_node(std::uint32_t number, duration down, const std::string& why);
  void tend();
  [[nodiscard]] stage_table stages_of(std::uint32_t node, std::shared_ptr<const stage_table> real);
  caf::actor decorate(std::uint32_t node, const std::string& path, const caf::actor& spawned);
  void write(std::uint32_t node, std::uint64_t start, const supervision::lifecycle_event& event);
  [[nodiscard]] std::vector<place> places() const override;

  options settings_;
  live_jobs jobs_;
  serving_times serving_;
  std::map<std::string, living> actors_;  // by place::text()
  std::map<std::uint32_t, std::deque<std::string>> leaked_;
  std::map<std::uint32_t, running> nodes_;
  std::uint64_t lives_ = 0;  // of workers, to tell incarnations apart
  bool stopping_ = false;
  std::atomic<std::size_t> left_behind_ = 0;  // nodes whose stop left actors behind
};

}  // namespace troupe::chaos
