#include "chaos/live/wire_answer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "messages/discovery.pb.h"
#include "runtime/wire/discover_body.hpp"

namespace troupe::chaos {

namespace {

wire::discover_body plain_body_of(const discovery_request& request) {
  wire::discover_body out;
  out.name = request.input->name;
  out.mode = request.mode;
  out.deadline = request.budget;
  out.use_cache = request.use_cache;
  for (const auto& one : request.input->messages) {
    const auto bytes = request.input->payload(one);
    out.messages.push_back({std::string(bytes.begin(), bytes.end()), one.dir,
                            std::chrono::duration<double>(one.since_start).count(), one.flow});
  }
  return out;
}

errc code_named(const std::string& name) {
  for (int number = 1; number <= static_cast<int>(errc::internal); ++number) {
    const auto code = static_cast<errc>(number);
    if (to_string(code) == name) return code;
  }
  return errc::internal;
}

failure failure_of(const wire::Error& given) { return {code_named(given.code()), given.what()}; }

failure refusal_of(const http_answer& got) {
  const auto body = nlohmann::json::parse(got.body, nullptr, false);
  const auto text = [&](const char* name) -> std::string {
    const auto found = body.is_object() ? body.find("error") : body.end();
    if (found == body.end() || !found->is_object() || !found->contains(name)) return {};
    const auto& value = (*found)[name];
    return value.is_string() ? value.get<std::string>() : std::string();
  };
  return {code_named(text("code")), text("what")};
}

failure failure_of(const http_answer& got, const wire::DiscoverResponse& response) {
  if (response.has_error()) return failure_of(response.error());
  return {errc::internal, "HTTP status " + std::to_string(got.status) + " without a reason"};
}

discovery_result_ptr result_of(const wire::Result& given, const discovery_request& asked) {
  auto out = std::make_shared<discovery_result>();
  out->id = asked.id;  // the connection says whose answer it is
  const bool same = given.input_hash() == to_string(hash_of(*wire::group_of(plain_body_of(asked))));
  if (same) out->input = hash_of(*asked.input);
  out->mode = static_cast<quality_mode>(static_cast<int>(given.mode()) - 1);
  out->in_time = given.in_time();
  out->partial = given.partial();
  out->from_cache = given.from_cache();
  out->age = std::chrono::duration_cast<duration>(
      std::chrono::duration<double, std::milli>(given.age_ms()));
  return out;
}

}  // namespace

std::string body_of(const discovery_request& request) {
  return wire::encode_body(plain_body_of(request));
}

discovery_outcome outcome_of(const http_answer& got, const discovery_request& asked) {
  if (got.status == 0) return failure{errc::unavailable, got.error};
  if (got.body.starts_with("{")) return refusal_of(got);  // before anybody looked at the request
  wire::DiscoverResponse response;
  if (!response.ParseFromString(got.body)) {
    return failure{errc::internal, "the answer is no DiscoverResponse"};
  }
  if (response.results_size() != 1) return failure_of(got, response);
  const auto& only = response.results(0);
  if (!only.has_result()) return failure_of(only.error());
  return result_of(only.result(), asked);
}

void ask_node(http_client& by, event_loop& loop, const std::string& url,
              const discovery_request& request, world::answer_call done) {
  constexpr auto answer_limit = std::chrono::minutes(1);
  by.send(url + "/v1/discover", body_of(request), request.budget + answer_limit,
          [&loop, request, done = std::move(done)](const http_answer& got) {
            if (got.timed_out) return;  // and so it stays without an answer
            loop.post([done, request, got] { done(outcome_of(got, request), got.when); });
          });
}

// troupe_router_waiting{stage="grammar"} 3
void count_jobs_on(const std::string& page, world::open_jobs& to) {
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const bool waits = line.starts_with("troupe_router_waiting");
    if (!waits && !line.starts_with("troupe_router_in_flight")) continue;
    const auto value = std::stod(line.substr(line.rfind(' ') + 1));
    (waits ? to.waiting : to.in_flight) += value;
    if (!waits) continue;
    auto& longest =
        line.find("\"gateway\"") != line.npos ? to.longest_gateway_queue : to.longest_stage_queue;
    longest = std::max(longest, value);
  }
}

}  // namespace troupe::chaos
