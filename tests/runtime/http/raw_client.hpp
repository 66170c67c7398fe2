#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace troupe {

/// A TCP connection to a port of this machine that sends exactly the bytes it is told to, so that
/// bad clients can be played.
class raw_client {
 public:
  explicit raw_client(std::uint16_t port)
      : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
  }
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;
  ~raw_client() { close(socket_); }

  [[nodiscard]] bool connected() const noexcept { return connected_; }

  /// False: the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Everything until the server closes.
  std::string receive() {
    std::string all;
    while (read_some(all)) {
    }
    return all;
  }

  /// Until `end` was seen, or the server closes.
  std::string receive_until(std::string_view end) {
    std::string all;
    while (all.find(end) == std::string::npos && read_some(all)) {
    }
    return all;
  }

  void narrow_receive_window() {
    const int bytes = 1024;
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
  }

 private:
  bool read_some(std::string& into) {
    std::array<char, 16384> buffer{};
    const auto got = recv(socket_, buffer.data(), buffer.size(), 0);
    if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  int socket_;
  bool connected_ = false;
};

struct http_answer {
  int status = 0;
  std::string head;
  std::string body;

  /// The header's value, or "".
  [[nodiscard]] std::string header(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

inline http_answer parse_answer(const std::string& bytes) {
  http_answer answer;
  const auto split = bytes.find("\r\n\r\n");
  if (split == std::string::npos) return answer;
  answer.head = bytes.substr(0, split + 2);
  answer.body = bytes.substr(split + 4);
  answer.status = std::atoi(answer.head.substr(answer.head.find(' ') + 1, 3).c_str());
  return answer;
}

/// Sends the bytes and reads the answer.
inline http_answer talk(std::uint16_t port, std::string_view request) {
  raw_client client(port);
  client.send(request);
  return parse_answer(client.receive());
}

inline http_answer ask(std::uint16_t port, const std::string& method, const std::string& path,
                       const std::string& headers = "", const std::string& content = "") {
  auto request = method + " " + path + " HTTP/1.1\r\nHost: test\r\n" + headers;
  if (method == "POST") request += "Content-Length: " + std::to_string(content.size()) + "\r\n";
  return talk(port, request + "\r\n" + content);
}

}  // namespace troupe
