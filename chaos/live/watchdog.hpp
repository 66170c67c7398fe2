#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace troupe::chaos {

/// A process of its own that lifts every fault as soon as this process is gone, however it went. It
/// is told what to lift before the fault is made, and again when the fault is over.
class watchdog {
 public:
  /// Forks: call it before any thread is started. Throws std::runtime_error when it cannot.
  watchdog();
  ~watchdog();
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

  /// What is to be lifted, in the opposite order; `forget` takes it back.
  std::uint64_t will_end(pid_t process) { return say("end", std::to_string(process)); }
  std::uint64_t will_continue(pid_t process) { return say("continue", std::to_string(process)); }
  std::uint64_t will_remove(const std::filesystem::path& folder) {
    return say("remove", folder.string());
  }
  void forget(std::uint64_t what) noexcept;
  /// In a forked child that goes on: only the parent may keep the watchdog waiting.
  void leave() const noexcept;

  [[nodiscard]] pid_t process() const noexcept { return process_; }

 private:
  std::uint64_t say(const std::string& what, const std::string& of);
  [[nodiscard]] bool write_line(const std::string& line) const noexcept;

  int to_ = -1;
  pid_t process_ = -1;
  std::uint64_t number_ = 0;
};

/// A child process that the watchdog knows.
struct watched_process {
  pid_t process = -1;
  std::uint64_t ticket = 0;
};

/// Forks a process that runs `what`, which must call nothing but what is safe after a fork of a
/// process with threads. It ends with this one. Throws std::system_error when there can be none.
[[nodiscard]] watched_process fork_watched(watchdog& guard, const std::function<void()>& what);

/// Ends it at once and waits for its end.
void end_watched(watchdog& guard, const watched_process& one);

}  // namespace troupe::chaos
