#include "runtime/config/keys.hpp"

#include <algorithm>
#include <array>

namespace troupe {
namespace {

/// The slot of one member of one section, as a plain function.
template <auto Section, auto Member>
option_slot at(options& o) {
  return &((o.*Section).*Member);
}

using measure = config_key::measure;

constexpr double ms = 1e6;  // nanoseconds
constexpr double second = 1e9;
constexpr double hour = 3600e9;
constexpr double kib = 1024;
constexpr double mib = 1024 * kib;
constexpr double gib = 1024 * mib;

config_key text(std::string_view name, option_slot (*slot)(options&), std::string_view meaning,
                std::vector<std::string_view> choices = {}) {
  return {name, slot, measure::none, 0, 0, std::move(choices), meaning};
}

config_key flag(std::string_view name, option_slot (*slot)(options&), std::string_view meaning) {
  return {name, slot, measure::none, 0, 1, {"true", "false"}, meaning};
}

config_key number(std::string_view name, option_slot (*slot)(options&), double minimum,
                  double maximum, std::string_view meaning) {
  return {name, slot, measure::none, minimum, maximum, {}, meaning};
}

config_key time(std::string_view name, option_slot (*slot)(options&), double minimum,
                double maximum, std::string_view meaning) {
  return {name, slot, measure::time, minimum, maximum, {}, meaning};
}

config_key size(std::string_view name, option_slot (*slot)(options&), double minimum,
                double maximum, std::string_view meaning) {
  return {name, slot, measure::bytes, minimum, maximum, {}, meaning};
}

std::vector<config_key> make_keys() {
  using o = options;
  return {
      text("node.name", at<&o::node, &node_section::name>, "name of this node in logs and answers"),
      number("node.scheduler_threads", at<&o::node, &node_section::scheduler_threads>, 1, 256,
             "threads of the actor pool: 1 when embedded, 2 or more for a server"),
      number("node.max_throughput", at<&o::node, &node_section::max_throughput>, 1, 1000,
             "messages that an actor may handle before it yields its thread"),
      time("node.drain_time", at<&o::node, &node_section::drain_time>, 0, hour,
           "how long a stop waits for running requests"),
      time("node.stop_time", at<&o::node, &node_section::stop_time>, ms, hour,
           "how long the tree may take to end; what has not ended then is left behind"),
      number("node.seed", at<&o::node, &node_section::seed>, 0, 9007199254740992.0,
             "root of all random numbers of the runtime"),

      text("log.level", at<&o::log, &log_section::level>, "the least important lines written",
           {"trace", "debug", "info", "warn", "error", "off"}),
      text("log.format", at<&o::log, &log_section::format>, "for eyes, or one JSON object a line",
           {"text", "json"}),
      text("log.file", at<&o::log, &log_section::file>, "stderr, stdout or the path of a file"),
      number("log.waiting_lines", at<&o::log, &log_section::waiting_lines>, 16, 1 << 20U,
             "lines held for the writer; beyond it the oldest are lost, and counted"),

      flag("http.enabled", at<&o::http, &http_section::enabled>,
           "whether the node answers HTTP; `troupe node` switches it on"),
      text("http.address", at<&o::http, &http_section::address>,
           "IPv4 or IPv6 address to listen on; any but loopback needs http.token_file"),
      number("http.port", at<&o::http, &http_section::port>, 0, 65535,
             "port to listen on; 0 takes any free one"),
      number("http.threads", at<&o::http, &http_section::threads>, 1, 1024,
             "connections served at once; each may hold one body of http.body_limit_bytes"),
      size("http.body_limit_bytes", at<&o::http, &http_section::body_limit_bytes>, kib, 2 * gib,
           "larger request bodies are refused with status 413"),
      time("http.request_time", at<&o::http, &http_section::request_time>, 100 * ms, hour,
           "to receive a whole request, and again to send its answer"),
      text("http.token_file", at<&o::http, &http_section::token_file>,
           "file with the bearer token that clients must send; empty: no authentication"),
      text("http.client_header", at<&o::http, &http_section::client_header>,
           "header in which a trusted proxy names the client; empty: clients are addresses"),

      text("discovery.mode", at<&o::discovery, &discovery_section::mode>,
           "how much to spend on a request that names no mode", {"fast", "balanced", "accurate"}),
      text("discovery.level", at<&o::discovery, &discovery_section::level>,
           "how strictly messages are validated", {"basic", "standard", "strict", "enterprise"}),
      time("discovery.deadline", at<&o::discovery, &discovery_section::deadline>, ms, hour,
           "for a request that names no deadline"),
      time("discovery.deadline_limit", at<&o::discovery, &discovery_section::deadline_limit>, ms,
           hour, "the longest deadline that a client may ask for over HTTP"),
      number("discovery.coordinators", at<&o::discovery, &discovery_section::coordinators>, 1, 64,
             "actors that run requests; one for each pool thread is enough"),
      number("discovery.waiting_limit", at<&o::discovery, &discovery_section::waiting_limit>, 1,
             1'000'000, "requests accepted and not yet answered, for each coordinator"),

      number("admission.least", at<&o::admission, &admission_section::least>, 1, 10'000,
             "requests that a coordinator works on at once, whatever its limit has learnt"),
      number("admission.most", at<&o::admission, &admission_section::most>, 1, 10'000,
             "the same, at most; the limit between follows how long requests take"),
      number("admission.waiting", at<&o::admission, &admission_section::waiting>, 1, 1'000'000,
             "requests that wait for their turn; more are refused as overloaded"),
      time("admission.target", at<&o::admission, &admission_section::target>, ms, 60 * second,
           "in overload, who would wait longer is refused"),
      time("admission.interval", at<&o::admission, &admission_section::interval>, ms, 60 * second,
           "longest wait above the target for so long, not shrinking, is overload; nobody waits "
           "longer at all"),

      number("rate_limit.per_client", at<&o::rate_limit, &rate_limit_section::per_client>, 0,
             1'000'000, "requests a second that one client may make; 0: as many as it likes"),
      number("rate_limit.client_burst", at<&o::rate_limit, &rate_limit_section::client_burst>, 1,
             1'000'000, "requests that one client may make at once after a rest"),
      number("rate_limit.total", at<&o::rate_limit, &rate_limit_section::total>, 0, 1'000'000,
             "requests a second that all clients together may make; 0: no limit"),
      number("rate_limit.total_burst", at<&o::rate_limit, &rate_limit_section::total_burst>, 1,
             1'000'000, "requests that all clients together may make at once after a rest"),
      number("rate_limit.clients", at<&o::rate_limit, &rate_limit_section::clients>, 1, 1'000'000,
             "clients that are remembered; the one that asked longest ago is forgotten first"),

      flag("breaker.enabled", at<&o::breaker, &breaker_section::enabled>,
           "whether a stage that fails or is slow is left alone for a while"),
      number("breaker.failure_threshold", at<&o::breaker, &breaker_section::failure_threshold>,
             0.01, 1, "share of failed calls that opens a stage's breaker"),
      number("breaker.slow_threshold", at<&o::breaker, &breaker_section::slow_threshold>, 0.01, 1,
             "share of slow calls that opens it"),
      time("breaker.slow_call", at<&o::breaker, &breaker_section::slow_call>, ms, hour,
           "a call that takes longer, and eight times as long as predicted, is slow; a stage that "
           "answers nothing for so long is silent"),
      number("breaker.silent_calls", at<&o::breaker, &breaker_section::silent_calls>, 0, 1000,
             "calls in a row to a silent stage that open its breaker, whatever the share; 0: none"),
      number("breaker.calls", at<&o::breaker, &breaker_section::calls>, 1, 1000,
             "latest calls that are judged"),
      number("breaker.minimum_calls", at<&o::breaker, &breaker_section::minimum_calls>, 1, 1000,
             "calls before anything is judged"),
      time("breaker.open_time", at<&o::breaker, &breaker_section::open_time>, ms, hour,
           "how long an open breaker refuses before it lets some calls try"),
      number("breaker.probes", at<&o::breaker, &breaker_section::probes>, 1, 100,
             "calls that try, and decide"),
      flag("breaker.adaptive", at<&o::breaker, &breaker_section::adaptive>,
           "thresholds rise above what is usual: mean and three deviations of the past windows"),

      number("bulkhead.concurrent", at<&o::bulkhead, &bulkhead_section::concurrent>, 1, 100'000,
             "jobs of one stage that a coordinator has under way"),
      number("bulkhead.waiting", at<&o::bulkhead, &bulkhead_section::waiting>, 0, 100'000,
             "jobs of one stage that wait for their turn; beyond it the stage is skipped"),

      number("retry.share", at<&o::retry, &retry_section::share>, 0, 1,
             "extra attempts, as a share of the first ones of the last 10 s"),
      number("retry.hedge_share", at<&o::retry, &retry_section::hedge_share>, 0, 1,
             "part of them that may be second attempts at slow jobs; 0: none"),
      number("retry.reserve", at<&o::retry, &retry_section::reserve>, 0, 100,
             "extra attempts in 10 s that are allowed however few the first ones are"),
      time("retry.pause", at<&o::retry, &retry_section::pause>, 0, 10 * second,
           "before a job that killed its worker is sent again: drawn from 0 to this, doubling"),
      time("retry.longest_pause", at<&o::retry, &retry_section::longest_pause>, 0, 60 * second,
           "the pause doubles no further than to this"),

      number("compute.workers_per_stage", at<&o::compute, &compute_section::workers_per_stage>, 1,
             64, "detached workers of each stage, for jobs above compute.pool_cost"),
      time("compute.pool_cost", at<&o::compute, &compute_section::pool_cost>, 0, second,
           "jobs predicted below it stay on the actor pool"),
      number("compute.waiting_limit", at<&o::compute, &compute_section::waiting_limit>, 1,
             1'000'000, "jobs parked or queued, for each router"),
      number("compute.kills_limit", at<&o::compute, &compute_section::kills_limit>, 1, 100,
             "deaths caused by one job that make it poisonous"),
      time("compute.quarantine_time", at<&o::compute, &compute_section::quarantine_time>, 0,
           24 * hour,
           "how long content that was poisonous twice is refused at once; 0s: not at all"),
      text("compute.priority", at<&o::compute, &compute_section::priority>,
           "how the system schedules detached workers", {"normal", "nice", "idle"}),

      number("supervision.max_restarts", at<&o::supervision, &supervision_section::max_restarts>, 0,
             1'000'000, "more restarts within supervision.period and the supervisor gives up"),
      time("supervision.period", at<&o::supervision, &supervision_section::period>, ms, 24 * hour,
           "the window in which restarts are counted"),
      number("supervision.root_max_restarts",
             at<&o::supervision, &supervision_section::root_max_restarts>, 0, 1'000'000,
             "the same limit for the root of the tree"),
      time("supervision.backoff_base", at<&o::supervision, &supervision_section::backoff_base>, 0,
           hour,
           "pause before the second restart in a row, doubled each time; 0s: restart at once"),
      time("supervision.backoff_max", at<&o::supervision, &supervision_section::backoff_max>, 0,
           hour, "the longest such pause"),
      time("supervision.shutdown_time", at<&o::supervision, &supervision_section::shutdown_time>,
           ms, hour, "for each child to end; then it is killed"),

      flag("cache.enabled", at<&o::cache, &cache_section::enabled>,
           "whether repeated requests are answered from memory"),
      number("cache.shards", at<&o::cache, &cache_section::shards>, 1, 256,
             "actors that share the cache; one for each pool thread is enough"),
      size("cache.bytes", at<&o::cache, &cache_section::bytes>, 0, 1024 * gib,
           "memory for cached answers, over all shards"),
      size("cache.near_bytes", at<&o::cache, &cache_section::near_bytes>, 0, 1024 * gib,
           "memory for answers that callers' threads repeat, and as much for the gateway's; 0B: "
           "none"),
      time("cache.time_to_live", at<&o::cache, &cache_section::time_to_live>, ms, 24 * hour,
           "how long an answer may be repeated"),
      number("cache.jitter", at<&o::cache, &cache_section::jitter>, 0, 0.9,
             "share by which each answer's time to live is longer or shorter, drawn"),
      time("cache.stale_while_revalidate", at<&o::cache, &cache_section::stale_while_revalidate>, 0,
           24 * hour,
           "how long after that it is still repeated, while one request computes it anew"),
      time("cache.stale_if_error", at<&o::cache, &cache_section::stale_if_error>, 0, 24 * hour,
           "how long after that it is kept for requests that have no other answer"),
      time("cache.negative_time", at<&o::cache, &cache_section::negative_time>, 0, hour,
           "how long an error that is a property of the input is repeated"),
      time("cache.late_time", at<&o::cache, &cache_section::late_time>, 0, 60 * second,
           "to make whole for the cache, in idle time, what was too late for its caller; 0s: off"),
      text("cache.tier", at<&o::cache, &cache_section::tier>,
           "where answers are kept: in this process, in Redis (memory stands in), or in both",
           {"memory", "redis", "hybrid"}),
      text("cache.redis_address", at<&o::cache, &cache_section::redis_address>,
           "host of Redis; the connection is not encrypted"),
      number("cache.redis_port", at<&o::cache, &cache_section::redis_port>, 1, 65535,
             "port of Redis"),
      text("cache.redis_password_file", at<&o::cache, &cache_section::redis_password_file>,
           "file with the password for Redis; empty: none is sent"),
      time("cache.redis_timeout", at<&o::cache, &cache_section::redis_timeout>, ms, 10 * second,
           "for each call; then memory serves alone"),
      number("cache.redis_pipeline", at<&o::cache, &cache_section::redis_pipeline>, 1, 100'000,
             "calls on their way to Redis; more are not made"),
      text("cache.warm_from", at<&o::cache, &cache_section::warm_from>,
           "file of saved answers, or http://address:port of a running node, to begin with"),
      text("cache.warm_token_file", at<&o::cache, &cache_section::warm_token_file>,
           "file with the bearer token of that node; empty: none is sent"),
      time("cache.warm_time", at<&o::cache, &cache_section::warm_time>, ms, 60 * second,
           "for it, after which the node says that it is ready in any case"),
      text("cache.save_to", at<&o::cache, &cache_section::save_to>,
           "file for the answers that are held when the node stops; empty: none is written"),

      number("sla.objective", at<&o::sla, &sla_section::objective>, 0, 1,
             "share of requests that must be answered in time"),
      time("sla.window", at<&o::sla, &sla_section::window>, second, 24 * hour,
           "over which the share is taken"),

      size("ingest.group_budget_bytes", at<&o::ingest, &ingest_section::group_budget_bytes>,
           64 * kib, 4 * gib - 1, "kept of each traffic group; the rest is sampled and counted"),
      number("ingest.group_budget_messages", at<&o::ingest, &ingest_section::group_budget_messages>,
             16, 100'000'000, "kept of each traffic group; the rest is sampled and counted"),
      size("ingest.stream_budget_bytes", at<&o::ingest, &ingest_section::stream_budget_bytes>,
           4 * kib, gib, "out-of-order bytes held for each TCP stream"),
      size("ingest.message_limit_bytes", at<&o::ingest, &ingest_section::message_limit_bytes>, 64,
           gib, "of one message; longer ones are cut and counted"),

      text("models.classifier", at<&o::models, &models_section::classifier>,
           "file of the classifier's model; a relative path starts at the configuration's models/"),
      text("models.grammar", at<&o::models, &models_section::grammar>,
           "file of the weights that binary messages are cut into fields by; a node does not start "
           "without it"),

      flag("chaos.allowed", at<&o::chaos, &chaos_section::allowed>,
           "whether `troupe-chaos run --node` may pause and burden this node; not in production"),
      text("chaos.key_file", at<&o::chaos, &chaos_section::key_file>,
           "file with the key that it must show besides"),
  };
}

/// Edit distance with a swap of neighbours as one edit (optimal string alignment). Only the words
/// of this room go in, so both are short.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::array<std::vector<std::size_t>, 3> rows;
  for (auto& row : rows) row.assign(b.size() + 1, 0);
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], rows[(i + 1) % 3][j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::string_view config_key::section() const noexcept { return name.substr(0, name.find('.')); }

std::string_view config_key::member() const noexcept { return name.substr(name.find('.') + 1); }

std::span<const config_key> config_keys() {
  static const std::vector<config_key> keys = make_keys();
  return keys;
}

const config_key* find_key(std::string_view name) {
  const auto keys = config_keys();
  const auto found = std::ranges::find(keys, name, &config_key::name);
  return found == keys.end() ? nullptr : &*found;
}

std::optional<std::string> did_you_mean(std::string_view word,
                                        std::span<const std::string_view> known) {
  constexpr std::size_t longest = 64;
  if (word.size() > longest) return std::nullopt;
  std::size_t best = std::max<std::size_t>(2, word.size() / 4) + 1;
  std::optional<std::string> nearest;
  for (const auto candidate : known) {
    const auto edits = edits_between(word, candidate);
    if (edits < best && edits < candidate.size()) {
      best = edits;
      nearest = std::string(candidate);
    }
  }
  return nearest;
}

}  // namespace troupe
