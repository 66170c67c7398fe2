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

child_node::ending ending_of(const siginfo_t& how) {
  const bool by_itself = how.si_code == CLD_EXITED;
  std::string why(by_itself ? "exit code " : "ended by ");
  why.append(by_itself ? std::to_string(how.si_status) : strsignal(how.si_status));
  return {by_itself && how.si_status == 0, std::move(why)};
}

// What the person at the console has set for nodes of their own is none of these nodes' business.
std::vector<char*> environment_without_troupe() {
  std::vector<char*> out;
  for (char** one = environ; *one != nullptr; ++one) {
    if (std::strncmp(*one, "TROUPE_", 7) != 0) out.push_back(*one);
  }
  out.push_back(nullptr);
  return out;
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
  const auto variables = environment_without_troupe();
  one_ = fork_watched(guard_, [&] {
    dup2(ends[1], STDOUT_FILENO);
    execve(program.c_str(), list.data(), variables.data());
    _exit(127);
  });
  close(ends[1]);
  attendant_ =
      std::thread([this, output = ends[0], told = std::move(told)] { attend(output, told); });
}

child_node::~child_node() {
  static_cast<void>(signal(SIGKILL));
  attendant_.join();
  waitpid(one_.process, nullptr, 0);
  guard_.forget(one_.ticket);
}

// It is waited for in the destructor only: until then the number is its own, ended or not.
bool child_node::signal(int number) const { return kill(one_.process, number) == 0; }

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
  told.gone(ending_of(how));
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
