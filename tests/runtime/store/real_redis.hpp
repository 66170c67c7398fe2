#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace troupe::test {

/// A TCP socket on loopback, listening on a port that was free.
inline std::pair<int, std::uint16_t> listen_anywhere() {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* const address = reinterpret_cast<sockaddr*>(&at);
  if (bind(file, address, size) != 0 || listen(file, 16) != 0 ||
      getsockname(file, address, &size) != 0) {
    close(file);
    return {-1, 0};
  }
  return {file, ntohs(at.sin_port)};
}

inline std::uint16_t free_port() {
  const auto [file, port] = listen_anywhere();
  close(file);
  return port;
}

/// redis-server of Debian's package, on loopback, without a file on disk. Ends with this.
class real_redis {
 public:
  explicit real_redis(std::vector<std::string> more = {})
      : port_(free_port()), more_(std::move(more)) {
    start();
  }
  ~real_redis() { end(); }
  real_redis(const real_redis&) = delete;
  real_redis& operator=(const real_redis&) = delete;

  [[nodiscard]] static bool is_installed() {
    return std::filesystem::exists("/usr/bin/redis-server");
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// Comes up on the same port, empty.
  void start() {
    std::vector<std::string> words{
        "redis-server", "--port", std::to_string(port_), "--bind",   "127.0.0.1", "--save", "",
        "--appendonly", "no",     "--logfile",           "/dev/null"};
    words.insert(words.end(), more_.begin(), more_.end());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      execv("/usr/bin/redis-server", arguments.data());
      _exit(127);
    }
  }
  void end() {
    if (process_ <= 0) return;
    resume();
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  /// Accepts connections, and never answers.
  void stall() const { kill(process_, SIGSTOP); }
  void resume() const { kill(process_, SIGCONT); }

 private:
  std::uint16_t port_;
  std::vector<std::string> more_;
  pid_t process_ = 0;
};

}  // namespace troupe::test
