#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "messages/ids.hpp"
#include "messages/objective.hpp"

namespace troupe {

// The typed configuration: every key of config/default.yaml, with its default. One struct a
// section; the key `http.port` is `options::http.port`. Durations and sizes carry their unit in
// YAML (`100ms`, `64MiB`).

struct node_section {
  std::string name = "troupe";
  std::uint32_t scheduler_threads = 1;  // CAF pool: 1 embedded, 2 or more for a server
  std::uint32_t max_throughput = 5;     // messages an actor may handle before it yields
  std::chrono::nanoseconds drain_time =
      std::chrono::seconds(2);  // how long a stop waits for running requests
  std::chrono::nanoseconds stop_time =
      std::chrono::seconds(10);  // for the tree to end; then it is left behind
  std::uint64_t seed = 1;        // root of all random numbers of the runtime
};

struct log_section {
  std::string level = "info";          // trace, debug, info, warn, error, off
  std::string format = "text";         // text, json
  std::string file = "stderr";         // stderr, stdout or a path
  std::uint32_t waiting_lines = 8192;  // held for the writer; the oldest are lost and counted
};

struct http_section {
  bool enabled = false;  // `troupe node` switches it on
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;                      // 0: any free port
  std::uint32_t threads = 8;                      // connections served at once
  std::uint64_t body_limit_bytes = 64ULL << 20U;  // larger bodies: 413
  std::chrono::nanoseconds request_time =
      std::chrono::seconds(10);  // to receive a request, and again to send its answer
  std::string token_file;        // bearer token; needed on every address but loopback
  std::string client_header;     // in which a trusted proxy names the client
};

struct discovery_section {
  std::string mode = "balanced";   // fast, balanced, accurate
  std::string level = "standard";  // basic, standard, strict, enterprise
  std::chrono::nanoseconds deadline = std::chrono::milliseconds(100);
  std::chrono::nanoseconds deadline_limit = std::chrono::minutes(1);  // over HTTP
  std::uint32_t coordinators = 1;
  std::uint32_t waiting_limit = 10'000;  // requests accepted and not yet answered, per coordinator
};

struct admission_section {
  std::uint32_t least = 4;  // requests that are worked on at once, the limit's own limits
  std::uint32_t most = 200;
  std::uint32_t waiting = 1024;                                        // for their turn
  std::chrono::nanoseconds target = std::chrono::milliseconds(20);     // longest wait in overload
  std::chrono::nanoseconds interval = std::chrono::milliseconds(100);  // queued so long: overload
};

/// 0 requests a second: no limit.
struct rate_limit_section {
  std::uint32_t per_client = 0;  // requests a second, sustained
  std::uint32_t client_burst = 200;
  std::uint32_t total = 0;
  std::uint32_t total_burst = 2'000;
  std::uint32_t clients = 10'000;  // remembered
};

/// One breaker for each stage.
struct breaker_section {
  bool enabled = true;
  double failure_threshold = 0.5;  // share of failed calls that opens
  double slow_threshold = 0.8;     // the same for slow calls
  // Half of the default deadline: what takes longer leaves no time for the stages behind it.
  std::chrono::nanoseconds slow_call = std::chrono::milliseconds(50);
  std::uint32_t silent_calls = 4;  // in a row that open; as many as admission lets work at least
  std::uint32_t calls = 100;       // the window
  std::uint32_t minimum_calls = 20;
  std::chrono::nanoseconds open_time = std::chrono::seconds(1);  // before it is tried again
  std::uint32_t probes = 5;                                      // calls that try it
  bool adaptive = false;                                         // thresholds follow the baseline
};

/// Jobs of one stage that a coordinator has under way.
struct bulkhead_section {
  std::uint32_t concurrent = 64;
  std::uint32_t waiting = 256;
};

/// What a stage's router sends a second time: jobs that killed their worker, and hedges.
struct retry_section {
  double share = 0.1;          // of the first attempts of the last 10 s
  double hedge_share = 0.05;   // part of it; 0: no hedges
  std::uint32_t reserve = 10;  // in 10 s
  std::chrono::nanoseconds pause = std::chrono::milliseconds(1);  // before the first, at most
  std::chrono::nanoseconds longest_pause = std::chrono::milliseconds(100);
};

struct compute_section {
  std::uint32_t workers_per_stage = 2;  // detached workers, for jobs above `pool_cost`
  std::chrono::nanoseconds pool_cost =
      std::chrono::microseconds(200);  // jobs predicted below it stay on the pool
  std::uint32_t waiting_limit = 4096;  // jobs parked or queued, per router
  std::uint32_t kills_limit = 2;       // deaths caused by one job that make it poisonous
  std::chrono::nanoseconds quarantine_time =
      std::chrono::minutes(5);      // how long content that was poisonous twice is refused
  std::string priority = "normal";  // normal, nice, idle: how detached workers are scheduled
};

struct supervision_section {
  std::uint32_t max_restarts = 5;  // more than this within `period`: the supervisor gives up
  std::chrono::nanoseconds period = std::chrono::seconds(30);
  std::uint32_t root_max_restarts = 3;
  std::chrono::nanoseconds backoff_base{0};  // 0: restart at once
  std::chrono::nanoseconds backoff_max = std::chrono::seconds(10);
  std::chrono::nanoseconds shutdown_time = std::chrono::seconds(5);  // per child, then it is killed
};

struct cache_section {
  bool enabled = true;
  std::uint32_t shards = 1;
  std::uint64_t bytes = 64ULL << 20U;      // over all shards
  std::uint64_t near_bytes = 8ULL << 20U;  // of the gateway's own, in front of them
  std::chrono::nanoseconds time_to_live = std::chrono::minutes(5);
  double jitter = 0.1;  // entries live time_to_live * U(1 - jitter, 1 + jitter)
  std::chrono::nanoseconds stale_while_revalidate = std::chrono::seconds(30);
  std::chrono::nanoseconds stale_if_error = std::chrono::hours(1);
  std::chrono::nanoseconds negative_time = std::chrono::seconds(10);
  std::chrono::nanoseconds late_time = std::chrono::seconds(1);  // 0: nothing is made whole
  std::string tier = "memory";                                   // memory, redis, hybrid
  std::string redis_address = "127.0.0.1";
  std::uint16_t redis_port = 6379;
  std::string redis_password_file;
  std::chrono::nanoseconds redis_timeout = std::chrono::milliseconds(5);  // for each call
  std::uint32_t redis_pipeline = 256;                                     // calls not replied to
  std::string warm_from;        // a file of saved answers, or the address of a running node
  std::string warm_token_file;  // with that node's bearer token; empty: none is sent
  std::chrono::nanoseconds warm_time = std::chrono::seconds(2);
  std::string save_to;  // file for the answers held when the node stops; empty: none
};

struct sla_section {
  double objective = 0.999;  // share of requests answered in time
  std::chrono::nanoseconds window = std::chrono::minutes(5);
};

struct ingest_section {
  std::uint64_t group_budget_bytes = 64ULL << 20U;  // kept per traffic group, the rest is sampled
  std::uint32_t group_budget_messages = 100'000;
  std::uint64_t stream_budget_bytes = 1ULL << 20U;  // out-of-order bytes held per TCP stream
  std::uint32_t message_limit_bytes = 64U << 10U;   // one message; longer ones are cut and counted
};

struct models_section {  // paths; relative ones are looked up beside the configuration
  std::string classifier = "classifier.model";
  std::string grammar = "grammar.model";
};

/// Faults that a harness brings about from outside; nothing in a node causes any.
struct chaos_section {
  bool allowed = false;
  std::string key_file;
};

/// What is watched without any configuration; as in config/default.yaml.
[[nodiscard]] const std::vector<objective>& built_in_objectives();

struct options {
  node_section node;
  log_section log;
  http_section http;
  discovery_section discovery;
  admission_section admission;
  rate_limit_section rate_limit;
  breaker_section breaker;
  bulkhead_section bulkhead;
  retry_section retry;
  compute_section compute;
  supervision_section supervision;
  cache_section cache;
  sla_section sla;
  ingest_section ingest;
  models_section models;
  chaos_section chaos;
  std::vector<objective> objectives = built_in_objectives();  // the enabled ones
  std::string config_folder;  // where default.yaml was found; set by the loader, not a key
};

}  // namespace troupe
