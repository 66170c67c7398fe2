// Claim: what a cached answer over HTTP costs is mostly HTTP. The node's rate of cached answers to
// POST /v1/discover beside a bare CivetServer handler that sends as many bytes, with the same
// clients (one connection a request, as the node serves them), rounds interleaved in one run.

#include <CivetServer.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include "bench/support/samples.hpp"
#include "bench/support/traffic.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/wire/discover_body.hpp"

namespace troupe::bench {
namespace {

constexpr int rounds = 5;
constexpr int clients = 4;
constexpr int requests = 400;  // of each client, in each round

/// Head and body are there, as far as Content-Length says.
bool is_whole(const std::string& answer) {
  constexpr std::string_view length = "Content-Length: ";
  const auto head_end = answer.find("\r\n\r\n");
  const auto at = answer.find(length);
  if (head_end == std::string::npos || at == std::string::npos) return false;
  return answer.size() >= head_end + 4 + std::stoul(answer.substr(at + length.size()));
}

/// One request over one connection; the whole answer, head included.
std::string exchange(std::uint16_t port, const std::string& request) {
  const int to = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(to, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 &&
      send(to, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
    std::array<char, 65536> piece{};
    while (!is_whole(answer)) {
      const auto got = recv(to, piece.data(), piece.size(), 0);
      if (got <= 0) break;
      answer.append(piece.data(), static_cast<std::size_t>(got));
    }
  }
  close(to);
  return answer;
}

std::string post(const std::string& path, const std::string& body) {
  return "POST " + path +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\n" +
         "Accept: application/x-protobuf\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

struct reading {
  double per_second = 0;
  double p50 = 0;
  double p99 = 0;
};

reading drive(std::uint16_t port, const std::string& request) {
  std::array<samples, clients> seen;
  std::atomic<int> bad = 0;
  const auto from = clock::now();
  {
    std::vector<std::jthread> running;
    for (auto& mine : seen) {
      running.emplace_back([&] {
        for (int i = 0; i < requests; ++i) {
          const auto sent = clock::now();
          if (!exchange(port, request).starts_with("HTTP/1.1 200")) ++bad;
          mine.add(clock::now() - sent);
        }
      });
    }
  }
  const auto took = std::chrono::duration<double>(clock::now() - from).count();
  if (bad > 0) throw std::runtime_error(std::to_string(bad) + " requests were not answered 200");
  samples all;
  for (const auto& mine : seen) all.add_all(mine);
  return {clients * requests / took, all.microseconds(50), all.microseconds(99)};
}

/// Reads the body and sends `bytes` back.
class bare_handler : public CivetHandler {
 public:
  explicit bare_handler(std::size_t bytes) : body_(bytes, 'x') {}
  bool handlePost(CivetServer*, mg_connection* on) override {
    std::array<char, 65536> piece{};
    while (mg_read(on, piece.data(), piece.size()) > 0) {
    }
    mg_printf(on, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
              body_.size());
    mg_write(on, body_.data(), body_.size());
    return true;
  }

 private:
  std::string body_;
};

std::string body_of(const traffic_group& group) {
  wire::discover_body body;
  body.deadline = std::chrono::seconds(10);
  for (const auto& one : group.messages) {
    const auto* from = reinterpret_cast<const char*>(group.bytes.data()) + one.offset;
    body.messages.push_back({std::string(from, one.size), one.dir, 0, one.flow});
  }
  return wire::encode_body(body);
}

double middle(std::vector<double> values) {
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  return *half;
}

void print(const char* what, const std::vector<reading>& seen) {
  std::vector<double> rate;
  std::vector<double> p50;
  std::vector<double> p99;
  for (const auto& one : seen) {
    rate.push_back(one.per_second);
    p50.push_back(one.p50);
    p99.push_back(one.p99);
  }
  std::printf("  %-28s %8.0f /s   p50 %7.1f us  p99 %8.1f us\n", what, middle(rate), middle(p50),
              middle(p99));
}

}  // namespace
}  // namespace troupe::bench

int main() {
  using namespace troupe;
  using namespace troupe::bench;
  options settings;
  settings.log.level = "off";
  settings.config_folder = "config";  // from the project's folder: only a whole answer is cached
  settings.http.enabled = true;
  settings.http.port = 0;
  node runtime(settings);
  const auto request = post("/v1/discover", body_of(*dns_like(100, 1)));
  const auto answer = exchange(runtime.http_port(), request);  // computed; from here on cached

  bare_handler handler(answer.size());
  const std::vector<std::string> how{"listening_ports",   "127.0.0.1:0", "num_threads", "8",
                                     "enable_keep_alive", "no",          "tcp_nodelay", "1"};
  CivetServer bare(how);
  bare.addHandler("/", handler);
  const auto port = static_cast<std::uint16_t>(bare.getListeningPorts().at(0));

  std::vector<reading> plain;
  std::vector<reading> cached;
  std::vector<double> ratio;
  for (int round = 0; round < rounds; ++round) {
    plain.push_back(drive(port, request));
    cached.push_back(drive(runtime.http_port(), request));
    ratio.push_back(cached.back().per_second / plain.back().per_second);
  }
  std::printf("%d clients, request %zu bytes, answer %zu bytes (medians of %d rounds)\n", clients,
              request.size(), answer.size(), rounds);
  print("bare CivetServer handler", plain);
  print("cached answer of the node", cached);
  std::printf("  the node reaches %.2f of the bare rate\n", middle(ratio));
}
