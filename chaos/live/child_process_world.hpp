#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chaos/live/child_node.hpp"
#include "chaos/live/http_client.hpp"
#include "chaos/live/live_world.hpp"
#include "chaos/live/small_disk.hpp"

namespace troupe::chaos {

/// Whole nodes as child processes, `troupe node`, asked over HTTP. What happens inside them is not
/// seen: no actors, no lives of actors. A forwarded request is sent to the other node directly.
class child_process_world final : public live_world {
 public:
  using overrides = std::vector<std::pair<std::string, std::string>>;  // configuration keys

  child_process_world(std::uint64_t seed, std::uint32_t nodes, const overrides& settings,
                      bool needs_disk);
  ~child_process_world() override;

  void start() override;
  void stop() override;
  [[nodiscard]] std::size_t actors_running() override;
  [[nodiscard]] open_jobs count_jobs() override;
  void ask(std::uint32_t node, std::uint32_t served_by, discovery_request request,
           answer_call done) override;

  bool crash_node(std::uint32_t node, duration down) override;
  bool pause_node(std::uint32_t node) override;
  void resume_node(std::uint32_t node) override;
  void fill_disk(std::uint32_t node, std::function<void()> failed) override;

 private:
  struct running {
    std::unique_ptr<child_node> child;  // null: down
    std::string url;                    // empty: not up yet
    std::uint64_t start = 0;            // counts starts
    std::uint64_t pause_ticket = 0;     // of the watchdog; 0: not paused
    bool end_expected = false;
    duration down{0};
  };

  void start_node(std::uint32_t number);
  void came_up(std::uint32_t number, std::uint64_t start, const std::string& url);
  void gone(std::uint32_t number, std::uint64_t start, const child_node::ending& how);
  [[nodiscard]] bool all_are(bool up) const;
  [[nodiscard]] std::vector<place> places() const override;
  [[nodiscard]] std::vector<std::string> arguments_of(std::uint32_t number) const;

  overrides settings_;
  std::filesystem::path troupe_;
  std::unique_ptr<small_disk> disk_;  // null: nothing is written
  std::map<std::uint32_t, running> nodes_;
  bool stopping_ = false;
  http_client client_;  // ends first: its answers refer to all of this
};

}  // namespace troupe::chaos
