#pragma once

#include <sys/types.h>

#include <string>

#include "chaos/live/http_client.hpp"
#include "chaos/live/live_world.hpp"

namespace troupe::chaos {

/// One node that runs on this machine already, by somebody else's doing. It is paused and burdened,
/// never ended. It must allow that itself: by its configuration, and to whoever shows its key.
class attached_world final : public live_world {
 public:
  /// `url` as in "http://127.0.0.1:8080".
  /// `token`: of its http.token_file, or empty.
  attached_world(std::uint64_t seed, std::string url, std::string key, std::string token)
      : live_world(seed, 1),
        url_(std::move(url)),
        key_(std::move(key)),
        client_(std::move(token)) {}
  ~attached_world() override;

  /// Throws std::runtime_error with the node's own words when it refuses.
  void start() override;
  void stop() override {}
  [[nodiscard]] std::size_t actors_running() override { return 0; }
  [[nodiscard]] open_jobs count_jobs() override;
  void ask(std::uint32_t node, std::uint32_t served_by, discovery_request request,
           answer_call done) override;

  bool pause_node(std::uint32_t node) override;
  void resume_node(std::uint32_t node) override;

 private:
  [[nodiscard]] std::vector<place> places() const override;

  std::string url_;
  std::string key_;
  int process_ = -1;  // a pidfd
  pid_t number_ = 0;
  std::uint64_t pause_ticket_ = 0;  // of the watchdog; 0: not paused
  http_client client_;              // ends first: its answers refer to all of this
};

}  // namespace troupe::chaos
