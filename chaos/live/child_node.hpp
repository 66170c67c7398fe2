#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "chaos/live/watchdog.hpp"

namespace troupe::chaos {

/// A `troupe node` as a child process, from its start to its end.
class child_node {
 public:
  struct ending {
    bool clean = false;  // by itself, with exit code 0
    std::string why;
  };
  struct calls {
    std::function<void(const std::string& url)> up;  // it takes requests there
    std::function<void(const ending& how)> gone;     // the process has ended; called once
  };

  /// Starts `troupe` with these arguments. The calls come from a thread of this object. Throws
  /// std::system_error when there can be no process.
  child_node(watchdog& guard, const std::filesystem::path& troupe,
             const std::vector<std::string>& arguments, calls told);
  /// Ends the process at once, should it run, and waits for its end.
  ~child_node();
  child_node(const child_node&) = delete;
  child_node& operator=(const child_node&) = delete;

  [[nodiscard]] pid_t process() const noexcept { return one_.process; }
  bool signal(int number) const;  // false: it could not be sent

 private:
  void attend(int output, const calls& told);

  watchdog& guard_;
  watched_process one_;
  std::thread attendant_;
};

/// Beside this executable; throws std::runtime_error where it is not.
[[nodiscard]] std::filesystem::path find_troupe();

}  // namespace troupe::chaos
