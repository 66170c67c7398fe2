#include "chaos/live/child_node.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace troupe::chaos {

namespace {

std::string ending(int status) {
  if (WIFSIGNALED(status)) return std::string("ended by ") + strsignal(WTERMSIG(status));
  return std::string("exit code ").append(std::to_string(WEXITSTATUS(status)));
}

// "troupe node n1 listens on http://127.0.0.1:34567" is its first line.
std::string url_in(const std::string& text) {
  const std::string mark = " listens on ";
  const auto at = text.find(mark);
  const auto end = text.find('\n');
  if (at == text.npos || end == text.npos || at > end) return {};
  return text.substr(at + mark.size(), end - at - mark.size());
}

}  // namespace

child_node::child_node(watchdog& guard, const std::filesystem::path& troupe,
                       const std::vector<std::string>& arguments, calls told)
    : guard_(guard) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const auto program = troupe.string();
  std::vector<char*> list{const_cast<char*>(program.c_str())};
  for (const auto& one : arguments) list.push_back(const_cast<char*>(one.c_str()));
  list.push_back(nullptr);
  one_ = fork_watched(guard_, [&] {
    dup2(ends[1], STDOUT_FILENO);
    execv(program.c_str(), list.data());
    _exit(127);
  });
  close(ends[1]);
  attendant_ =
      std::thread([this, output = ends[0], told = std::move(told)] { attend(output, told); });
}

child_node::~child_node() {
  signal(SIGKILL);
  attendant_.join();
  guard_.forget(one_.ticket);
}

// The attendant waits for its end; until then the number is its own.
void child_node::signal(int number) const { kill(one_.process, number); }

void child_node::attend(int output, const calls& told) {
  std::string text;
  char buffer[512];
  bool is_up = false;
  while (true) {
    const auto got = read(output, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (is_up) continue;
    text.append(buffer, static_cast<std::size_t>(got));
    const auto url = url_in(text);
    if (url.empty()) continue;
    is_up = true;
    told.up(url);
  }
  close(output);
  siginfo_t how{};
  while (waitid(P_PID, static_cast<id_t>(one_.process), &how, WEXITED | WNOWAIT) != 0 &&
         errno == EINTR) {
  }
  int status = 0;
  waitpid(one_.process, &status, 0);
  told.gone(ending(status));
}

std::filesystem::path find_troupe() {
  const auto own = std::filesystem::read_symlink("/proc/self/exe");
  auto beside = own.parent_path() / "troupe";
  if (!std::filesystem::exists(beside)) {
    throw std::runtime_error(beside.string() +
                             ": is not there. Build `troupe` too: ./dev run --version");
  }
  return beside;
}

}  // namespace troupe::chaos
