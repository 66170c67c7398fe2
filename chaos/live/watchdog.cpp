#include "chaos/live/watchdog.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <map>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace troupe::chaos {

namespace {

/// What the watchdog process knows.
class promises {
 public:
  void hear(const std::string& line) {
    std::istringstream words(line);
    std::uint64_t number = 0;
    std::string what;
    std::string of;
    words >> number >> what;
    std::getline(words >> std::ws, of);
    if (what == "forget") return forget(number);
    promise one{what, of, -1};
    // A handle, for the number may belong to somebody else when the time has come.
    if (what == "end" || what == "continue") {
      one.handle = static_cast<int>(syscall(SYS_pidfd_open, std::atoi(of.c_str()), 0));
    }
    open_[number] = one;
  }

  void keep_all() {
    for (auto one = open_.rbegin(); one != open_.rend(); ++one) keep(one->second);
  }

 private:
  struct promise {
    std::string what;
    std::string of;
    int handle = -1;
  };

  void forget(std::uint64_t number) {
    const auto found = open_.find(number);
    if (found == open_.end()) return;
    if (found->second.handle >= 0) close(found->second.handle);
    open_.erase(found);
  }

  static void keep(const promise& one) {
    if (one.what == "end") {
      syscall(SYS_pidfd_send_signal, one.handle, SIGKILL, nullptr, 0);
    } else if (one.what == "continue") {
      syscall(SYS_pidfd_send_signal, one.handle, SIGCONT, nullptr, 0);
    } else {
      std::error_code error;
      std::filesystem::remove_all(one.of, error);
    }
  }

  std::map<std::uint64_t, promise> open_;
};

// Blocks until there is something to read, or the harness is gone: then false. The pipe alone does
// not tell: processes that the harness forked may keep it open.
bool wait_for_line(int from, int harness) {
  while (true) {
    pollfd both[2] = {{from, POLLIN, 0}, {harness, POLLIN, 0}};
    if (poll(both, 2, -1) < 0) continue;
    if ((both[0].revents & POLLIN) != 0) return true;
    if (both[0].revents != 0 || both[1].revents != 0) return false;
  }
}

// Reads promises until the harness is gone, however that came about; then keeps them.
[[noreturn]] void watch(int from, int harness) {
  prctl(PR_SET_NAME, "troupe-watchdog");
  setsid();
  for (const int ignored : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(ignored, SIG_IGN);
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, standard);
  promises open;
  std::string text;
  char buffer[4096];
  while (wait_for_line(from, harness)) {
    const auto got = read(from, buffer, sizeof buffer);
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      open.hear(text.substr(0, end));
      text.erase(0, end + 1);
    }
  }
  open.keep_all();
  _exit(0);
}

}  // namespace

watchdog::watchdog() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  // Before the fork: the watchdog may get the processor first when the harness has ended already.
  const int self = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
  if (self < 0) throw std::system_error(errno, std::generic_category(), "pidfd_open");
  process_ = fork();
  if (process_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process_ == 0) {
    close(ends[1]);
    watch(ends[0], self);
  }
  close(self);
  close(ends[0]);
  to_ = ends[1];
}

watchdog::~watchdog() {
  close(to_);
  waitpid(process_, nullptr, 0);
}

std::uint64_t watchdog::say(const std::string& what, const std::string& of) {
  ++number_;
  const auto line =
      std::to_string(number_).append(" ").append(what).append(" ").append(of).append("\n");
  if (!write_line(line)) {
    throw std::runtime_error("the watchdog is gone: no fault may be made without it");
  }
  return number_;
}

void watchdog::leave() const noexcept { close(to_); }

// A watchdog that is gone has forgotten everything.
void watchdog::forget(std::uint64_t what) noexcept {
  static_cast<void>(write_line(std::to_string(what).append(" forget\n")));
}

bool watchdog::write_line(const std::string& line) const noexcept {
  return write(to_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

watched_process fork_watched(watchdog& guard, const std::function<void()>& what) {
  const auto parent = getpid();
  const auto process = fork();
  if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process == 0) {
    guard.leave();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);  // it went before it could be noticed
    what();
    _exit(0);
  }
  try {
    return {process, guard.will_end(process)};
  } catch (...) {
    kill(process, SIGKILL);
    waitpid(process, nullptr, 0);
    throw;
  }
}

void end_watched(watchdog& guard, const watched_process& one) {
  kill(one.process, SIGKILL);
  waitpid(one.process, nullptr, 0);
  guard.forget(one.ticket);
}

}  // namespace troupe::chaos
