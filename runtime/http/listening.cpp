#include "runtime/http/listening.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
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

/// The descriptor's own end; family AF_UNSPEC when it is no socket.
socket_address own_end(int descriptor) {
  socket_address end;
  end.size = sizeof(end.storage);
  auto* raw = reinterpret_cast<sockaddr*>(&end.storage);  // NOLINT(*-reinterpret-cast): as above
  if (getsockname(descriptor, raw, &end.size) == 0) end.family = end.storage.ss_family;
  return end;
}

bool is_listener(int descriptor) {
  int yes = 0;
  socklen_t size = sizeof(yes);
  return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size) == 0 && yes != 0;
}

/// Whether a socket of this end was accepted by a listener there.
bool is_accepted_at(const socket_address& end, const socket_address& listener) {
  if (end.family != listener.family) return false;
  if (end.family == AF_INET) {
    const auto a = as<sockaddr_in>(end);
    const auto b = as<sockaddr_in>(listener);
    const bool any = b.sin_addr.s_addr == htonl(INADDR_ANY);
    return a.sin_port == b.sin_port && (any || a.sin_addr.s_addr == b.sin_addr.s_addr);
  }
  if (end.family != AF_INET6) return false;
  const auto a = as<sockaddr_in6>(end);
  const auto b = as<sockaddr_in6>(listener);
  return a.sin6_port == b.sin6_port &&
         (IN6_IS_ADDR_UNSPECIFIED(&b.sin6_addr) || IN6_ARE_ADDR_EQUAL(&a.sin6_addr, &b.sin6_addr));
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

void close_leftovers(const std::string& address, std::uint16_t port) {
  const auto listener = resolve(address, port);
  std::vector<int> leftovers;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", none)) {
    const int descriptor = std::atoi(entry.path().filename().c_str());
    if (is_accepted_at(own_end(descriptor), listener) && !is_listener(descriptor)) {
      leftovers.push_back(descriptor);
    }
  }
  for (const int descriptor : leftovers) close(descriptor);
}

}  // namespace troupe
