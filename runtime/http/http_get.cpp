#include "runtime/http/http_get.hpp"

#include <curl/curl.h>

#include <memory>

namespace troupe {
namespace {

struct collected {
  std::string body;
  std::uint64_t most_bytes = 0;
};

std::size_t collect(char* data, std::size_t size, std::size_t count, void* into) {
  auto& [body, most_bytes] = *static_cast<collected*>(into);
  if (body.size() + size * count > most_bytes) return 0;  // ends the transfer
  body.append(data, size * count);
  return size * count;
}

}  // namespace

std::variant<std::string, failure> http_get(const std::string& url, const std::string& token,
                                            const http_get_limits& limits) {
  if (names_user(url)) {
    return failure{errc::bad_input,
                   "the address has a user or password in it; a node asks for its key alone"};
  }
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> asked(curl_easy_init(),
                                                                  &curl_easy_cleanup);
  if (!asked) return failure{errc::internal, "libcurl cannot start"};
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(nullptr,
                                                                      &curl_slist_free_all);
  if (!token.empty()) {
    headers.reset(curl_slist_append(nullptr, ("Authorization: Bearer " + token).c_str()));
  }
  collected got{{}, limits.most_bytes};
  const auto& body = got.body;
  const auto patience = std::chrono::ceil<std::chrono::milliseconds>(limits.patience).count();
  curl_easy_setopt(asked.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(asked.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(asked.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(patience));
  curl_easy_setopt(asked.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(asked.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(asked.get(), CURLOPT_WRITEFUNCTION, &collect);
  curl_easy_setopt(asked.get(), CURLOPT_WRITEDATA, &got);
  const auto ended = curl_easy_perform(asked.get());
  long status = 0;
  curl_easy_getinfo(asked.get(), CURLINFO_RESPONSE_CODE, &status);
  if (ended != CURLE_OK) {
    return failure{errc::unavailable, url + ": " + curl_easy_strerror(ended) +
                                          "; is a node running there, with HTTP?"};
  }
  if (status != 200) {
    return failure{errc::unavailable,
                   url + " answered status " + std::to_string(status) + ": " + body.substr(0, 200)};
  }
  return body;
}

bool names_user(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  if (!parts || curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return false;
  char* user = nullptr;
  const bool found = curl_url_get(parts.get(), CURLUPART_USER, &user, 0) == CURLUE_OK;
  curl_free(user);
  return found;
}

}  // namespace troupe
