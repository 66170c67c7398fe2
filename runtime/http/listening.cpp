#include "runtime/http/listening.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

namespace troupe {
namespace {

struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  int family = AF_UNSPEC;

  [[nodiscard]] const sockaddr* get() const noexcept {
    // The sockets interface is built on this cast (sockaddr_storage(3type)).
    return reinterpret_cast<const sockaddr*>(&storage);  // NOLINT(*-reinterpret-cast): see above
  }
};

template <class Address>
void put(socket_address& into, const Address& address, int family) {
  static_assert(sizeof(Address) <= sizeof(into.storage));
  std::memcpy(&into.storage, &address, sizeof(Address));
  into.size = sizeof(Address);
  into.family = family;
}

template <class Address>
Address as(const socket_address& from) {
  Address address{};
  std::memcpy(&address, &from.storage, sizeof(Address));
  return address;
}

/// Family AF_UNSPEC when `address` is none.
socket_address resolve(const std::string& address, std::uint16_t port) noexcept {
  socket_address result;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    put(result, v4, AF_INET);
  } else if (inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    put(result, v6, AF_INET6);
  }
  return result;
}

/// The descriptor's own end, or by getpeername the other one; family AF_UNSPEC when it has none.
socket_address end_of(int descriptor, int (*name)(int, sockaddr*, socklen_t*)) {
  socket_address end;
  end.size = sizeof(end.storage);
  auto* raw = reinterpret_cast<sockaddr*>(&end.storage);  // NOLINT(*-reinterpret-cast): as above
  if (name(descriptor, raw, &end.size) == 0) end.family = end.storage.ss_family;
  return end;
}

std::uint16_t port_of(const socket_address& of) {
  if (of.family == AF_INET) return ntohs(as<sockaddr_in>(of).sin_port);
  return of.family == AF_INET6 ? ntohs(as<sockaddr_in6>(of).sin6_port) : std::uint16_t{0};
}

std::vector<int> descriptors() {
  std::vector<int> found;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", none)) {
    found.push_back(std::atoi(entry.path().filename().c_str()));
  }
  return found;
}

bool is_listener(int descriptor) {
  int yes = 0;
  socklen_t size = sizeof(yes);
  return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size) == 0 && yes != 0;
}

/// The same address and port; an address of all zeros in `pattern` stands for every address.
bool matches(const socket_address& end, const socket_address& pattern) {
  if (end.family != pattern.family || port_of(end) != port_of(pattern)) return false;
  if (end.family == AF_INET) {
    const auto wanted = as<sockaddr_in>(pattern).sin_addr.s_addr;
    return wanted == htonl(INADDR_ANY) || wanted == as<sockaddr_in>(end).sin_addr.s_addr;
  }
  if (end.family != AF_INET6) return false;
  const auto has = as<sockaddr_in6>(end).sin6_addr;
  const auto wanted = as<sockaddr_in6>(pattern).sin6_addr;
  return IN6_IS_ADDR_UNSPECIFIED(&wanted) || IN6_ARE_ADDR_EQUAL(&has, &wanted);
}

std::string advice_for(int error) {
  switch (error) {
    case EADDRINUSE: return "; stop the other process or choose another http.port (0: any free)";
    case EACCES: return "; ports below 1024 need a privilege: choose a higher http.port";
    case EADDRNOTAVAIL: return "; http.address must be an address of this machine";
    default: return "";
  }
}

}  // namespace

std::optional<failure> try_listening(const std::string& address, std::uint16_t port) {
  const auto where = resolve(address, port);
  const int tried = socket(where.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  int error = tried < 0 ? errno : 0;
  if (error == 0) {
    setsockopt(tried, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(tried, where.get(), where.size) != 0 || listen(tried, 1) != 0) error = errno;
    close(tried);
  }
  if (error == 0) return std::nullopt;
  return failure{errc::bad_config, "http: cannot listen on " + endpoint_text(address, port) + ": " +
                                       std::generic_category().message(error) + advice_for(error)};
}

std::string endpoint_text(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

void poke(const std::string& address, std::uint16_t port) noexcept {
  auto target = address;
  if (target == "0.0.0.0") target = "127.0.0.1";
  if (target == "::") target = "::1";
  const auto where = resolve(target, port);
  const int tried = socket(where.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (tried < 0) return;
  static_cast<void>(connect(tried, where.get(), where.size));  // its outcome does not matter
  close(tried);
}

std::optional<int> find_connection(const std::string& peer, std::uint16_t peer_port,
                                   std::uint16_t own_port) {
  const auto wanted = resolve(peer, peer_port);
  for (const int descriptor : descriptors()) {
    if (!matches(end_of(descriptor, getpeername), wanted)) continue;
    if (port_of(end_of(descriptor, getsockname)) == own_port) return descriptor;
  }
  return std::nullopt;
}

std::size_t waiting_bytes(int socket) noexcept {
  int waiting = 0;
  return ioctl(socket, FIONREAD, &waiting) == 0 ? static_cast<std::size_t>(waiting) : 0;
}

void close_leftovers(const std::string& address, std::uint16_t port) {
  const auto listener = resolve(address, port);
  for (const int descriptor : descriptors()) {
    if (matches(end_of(descriptor, getsockname), listener) && !is_listener(descriptor)) {
      close(descriptor);
    }
  }
}

}  // namespace troupe
