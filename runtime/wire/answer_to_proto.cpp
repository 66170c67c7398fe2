#include "runtime/wire/text.hpp"
#include "runtime/wire/to_proto.hpp"

namespace troupe::wire {
namespace {

void fill(Error& out, const failure& given) {
  out.set_code(std::string(to_string(given.code)));
  out.set_what(clean_text(given.what));
}

void fill(StageReport& out, const stage_report& given) {
  out.set_stage(static_cast<Stage::Value>(static_cast<int>(given.which) + 1));
  out.set_outcome(static_cast<Outcome::Value>(static_cast<int>(given.state) + 1));
  out.set_why(clean_text(given.why));
  if (given.state == stage_report::outcome::skipped) return;
  out.set_started_ms(milliseconds(given.started));
  out.set_took_ms(milliseconds(given.took));
}

void fill(GroupResult& out, const group_answer& given) {
  const auto* result = std::get_if<discovery_result_ptr>(&given.outcome);
  const auto* named =
      result != nullptr && *result != nullptr ? (*result)->found.protocol.get() : nullptr;
  if (given.input) fill(*out.mutable_group(), *given.input, named);
  if (result == nullptr) {
    fill(*out.mutable_error(), std::get<failure>(given.outcome));
  } else if (*result != nullptr) {
    fill(*out.mutable_result(), **result);
  }
}

}  // namespace

Mode::Value to_proto(quality_mode mode) {
  return static_cast<Mode::Value>(static_cast<int>(mode) + 1);
}

Level::Value to_proto(validation_level level) {
  return static_cast<Level::Value>(static_cast<int>(level) + 1);
}

double milliseconds(duration given) {
  return std::chrono::duration<double, std::milli>(given).count();
}

void fill(UnusedInput& out, const unused_input& given) {
  out.set_reason(clean_text(given.reason));
  out.set_messages(given.messages);
  out.set_bytes(given.bytes);
  out.set_first_place(clean_text(given.first_place));
}

void fill(Group& out, const traffic_group& given, const classification* named) {
  out.set_name(clean_text(given.name));
  out.set_transport(std::string(to_string(given.l4)));
  out.set_server_port(given.server_port);
  out.set_framing(clean_text(describe(given.frames)));
  out.set_messages(static_cast<std::uint32_t>(given.messages.size()));
  out.set_bytes(given.bytes.size());
  out.set_messages_seen(given.messages_seen);
  out.set_bytes_seen(given.bytes_seen);
  for (std::size_t at = 0; at < given.flows.size(); ++at) {
    auto& added = *out.add_flows();
    added.set_client(clean_text(given.flows[at].client));
    added.set_server(clean_text(given.flows[at].server));
    added.set_opener_seen(given.flows[at].opener_seen);
    added.set_packets(given.flows[at].packets);
    if (named != nullptr && at < named->flows.size()) {
      fill(*added.mutable_verdict(), named->flows[at]);
    }
  }
  for (const auto& unused : given.unused) fill(*out.add_unused(), unused);
}

void fill(Result& out, const discovery_result& given) {
  out.set_request_id(std::to_string(given.id.value));
  out.set_trace_id(to_string(given.trace));
  out.set_input_hash(to_string(given.input));
  out.set_mode(to_proto(given.mode));
  out.set_confidence(given.confidence);
  out.set_partial(given.partial);
  out.set_in_time(given.in_time);
  out.set_from_cache(given.from_cache);
  if (given.from_cache) out.set_age_ms(milliseconds(given.age));
  out.set_took_ms(milliseconds(given.took));
  out.set_budget_ms(milliseconds(given.budget));
  for (const auto& stage : given.stages) fill(*out.add_stages(), stage);
  const auto& found = given.found;
  if (found.stats) fill(*out.mutable_statistics(), *found.stats);
  if (found.grammar) fill(*out.mutable_format(), *found.grammar);
  if (found.parse) fill(*out.mutable_parse(), *found.parse);
  if (found.protocol) fill(*out.mutable_classification(), *found.protocol);
  if (found.validity) fill(*out.mutable_validation(), *found.validity);
}

void fill(DiscoverResponse& out, const answer& given) {
  out.set_input(clean_text(given.input));
  for (const auto& group : given.groups) fill(*out.add_results(), group);
  for (const auto& unused : given.unused) fill(*out.add_unused(), unused);
  if (given.error) fill(*out.mutable_error(), given.error);
  out.set_producer("troupe " TROUPE_VERSION);
}

}  // namespace troupe::wire
