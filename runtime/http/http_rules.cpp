#include "runtime/http/http_rules.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <system_error>

namespace troupe {
namespace {

constexpr std::array routes{
    http_route{"/metrics", "GET", http_endpoint::metrics},
    http_route{"/health", "GET", http_endpoint::health},
    http_route{"/health/live", "GET", http_endpoint::health, true},
    http_route{"/health/ready", "GET", http_endpoint::health, true},
    http_route{"/v1/tree", "GET", http_endpoint::tree},
    http_route{"/v1/sla", "GET", http_endpoint::sla},
    http_route{"/v1/breakers", "GET", http_endpoint::breakers},
    http_route{"/v1/breakers/order", "POST", http_endpoint::order_breaker},
    http_route{"/v1/discover", "POST", http_endpoint::discover},
    http_route{"/v1/cache/invalidate", "POST", http_endpoint::cache},
    http_route{"/v1/cache/entries", "GET", http_endpoint::cache_page},
    http_route{"/v1/chaos", "GET", http_endpoint::chaos},
};

/// The whole text as one number.
std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Lower-case digits only, as the trace headers have them.
std::optional<std::uint64_t> lower_hex(std::string_view text) {
  const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!std::ranges::all_of(text, digit)) return std::nullopt;
  return number(text, 16);
}

std::optional<std::string> decode(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    const auto code = text.size() - at > 2 ? number(text.substr(at + 1, 2), 16) : std::nullopt;
    if (!code) return std::nullopt;
    decoded += static_cast<char>(*code);
    at += 2;
  }
  return decoded;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const auto begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

const http_route* find_route(std::string_view path) noexcept {
  const auto* found = std::ranges::find(routes, path, &http_route::path);
  return found == routes.end() ? nullptr : found;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(
    std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.empty()) continue;
    const auto split = std::min(part.find('='), part.size());
    auto name = decode(part.substr(0, split));
    auto value = decode(part.substr(std::min(split + 1, part.size())));
    if (!name || !value) return std::nullopt;
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

trace_id parse_traceparent(std::string_view header) {
  // version(2) - trace(32) - parent(16) - flags(2); a later version may go on behind a dash.
  constexpr std::size_t size = 55;
  header = trimmed(header);
  if (header.size() < size || header[2] != '-' || header[35] != '-' || header[52] != '-') return {};
  const auto version = lower_hex(header.substr(0, 2));
  const auto high = lower_hex(header.substr(3, 16));
  const auto low = lower_hex(header.substr(19, 16));
  const auto parent = lower_hex(header.substr(36, 16));
  const auto flags = lower_hex(header.substr(53, 2));
  if (!version || !high || !low || !parent || !flags) return {};
  const bool ends_well = header.size() == size || (*version > 0 && header[size] == '-');
  if (*version == 0xff || *parent == 0 || !ends_well) return {};
  return {*high, *low};
}

std::string traceparent_of(const trace_id& trace, request_id request) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string span(16, '0');
  auto rest = std::max<std::uint64_t>(request.value, 1);  // all zero would be no span
  for (auto at = span.rbegin(); at != span.rend(); ++at, rest >>= 4U) *at = digits[rest & 0xfU];
  return "00-" + to_string(trace) + "-" + span + "-01";
}

request_id parse_request_id(std::string_view header) {
  return {number(trimmed(header), 10).value_or(0)};
}

std::variant<body_plan, body_refusal> plan_body(std::optional<std::string_view> content_length,
                                                std::optional<std::string_view> encoding,
                                                std::uint64_t limit) {
  if (encoding) {
    // Both headers in one request are how requests are smuggled past a proxy (RFC 9112 6.1).
    if (content_length) {
      return body_refusal{400, {errc::bad_input, "Content-Length and Transfer-Encoding together"}};
    }
    if (equal_ignoring_case(trimmed(*encoding), "chunked")) return body_plan{};
    return body_refusal{501, {errc::bad_input, "the only Transfer-Encoding known is chunked"}};
  }
  if (!content_length) {
    return body_refusal{411, {errc::bad_input, "send Content-Length or a chunked body"}};
  }
  const auto bytes = number(trimmed(*content_length), 10);
  if (!bytes) return body_refusal{400, {errc::bad_input, "Content-Length is not a number"}};
  if (*bytes > limit) {
    return body_refusal{
        413,
        {errc::too_large, "the body has " + std::to_string(*bytes) +
                              " bytes; http.body_limit_bytes allows " + std::to_string(limit)}};
  }
  return body_plan{*bytes};
}

address_kind kind_of_address(const std::string& address) {
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24U) == 127 ? address_kind::loopback : address_kind::other;
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return address_kind::invalid;
  return IN6_IS_ADDR_LOOPBACK(&v6) ? address_kind::loopback : address_kind::other;
}

std::variant<std::string, failure> read_token(const std::string& file, const std::string& key) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 4096> buffer{};
  stream.read(buffer.data(), buffer.size());
  if (stream.bad() || (stream.fail() && !stream.eof())) {
    return failure{errc::bad_config, key + ": " + file + " cannot be read: " +
                                         std::generic_category().message(errno)};
  }
  const auto token = trimmed({buffer.data(), static_cast<std::size_t>(stream.gcount())});
  const auto visible = [](char c) { return c > ' ' && c < 0x7f; };
  if (token.size() < 16 || token.size() > 1024 || !std::ranges::all_of(token, visible)) {
    return failure{
        errc::bad_config,
        key + ": " + file + " must hold one token of 16 to 1024 visible ASCII characters"};
  }
  return std::string(token);
}

bool carries_token(std::string_view header, std::string_view token) noexcept {
  constexpr std::string_view scheme = "Bearer ";
  if (header.size() < scheme.size()) return false;
  if (!equal_ignoring_case(header.substr(0, scheme.size()), scheme)) return false;
  return same_secret(header.substr(scheme.size()), token);
}

bool same_secret(std::string_view given, std::string_view token) noexcept {
  // Looks at every byte of the token, so that the time tells nothing about where they differ.
  unsigned difference = given.size() == token.size() ? 0U : 1U;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const char other = i < given.size() ? given[i] : '\0';
    difference |= static_cast<unsigned char>(other ^ token[i]);
  }
  return difference == 0;
}

}  // namespace troupe
