#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <mutex>
#include <sstream>

#include "runtime/node/implementation.hpp"
#include "runtime/sla_report/status_json.hpp"
#include "tests/runtime/http/raw_client.hpp"
#include "tests/support/shipped_grammar.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

options serving(std::uint16_t port = 0) {
  options settings;
  settings.log.level = "off";
  settings.models.classifier.clear();
  settings.config_folder = TROUPE_SOURCE_DIR "/config";
  settings.http.enabled = true;
  settings.http.port = port;
  settings.node.scheduler_threads = 2;
  settings.discovery.deadline = 20s;
  return settings;
}

node_parts real_stages() {
  return {std::make_shared<const stage_table>(make_stage_table(nullptr, test::shipped_grammar())),
          0,
          {},
          42,
          {}};
}

std::string capture() {
  std::ifstream file(TROUPE_SOURCE_DIR "/tests/captures/dns.pcap", std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return std::move(out).str();
}

http_answer post(std::uint16_t port, const std::string& query, const std::string& headers = "") {
  return ask(port, "POST", "/v1/discover" + query,
             "Content-Type: application/vnd.tcpdump.pcap\r\n" + headers, capture());
}

TEST(node_http, a_capture_is_answered_under_a_name_that_the_node_gave) {
  node::implementation runtime(serving(), real_stages());
  const auto first = post(runtime.http_port(), "");
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_NE(first.body.find("\"grammar\""), std::string::npos);
  EXPECT_NE(first.header("X-Request-Id"), "");
  EXPECT_NE(first.header("traceparent"), "");
  const auto second = post(runtime.http_port(), "");
  EXPECT_NE(first.header("X-Request-Id"), second.header("X-Request-Id"));
}

TEST(node_http, the_name_that_a_client_gave_comes_back) {
  node::implementation runtime(serving(), real_stages());
  const auto got = post(runtime.http_port(), "", "X-Request-Id: 4711\r\n");
  EXPECT_EQ(got.header("X-Request-Id"), "4711");
}

TEST(node_http, a_deadline_over_the_limit_is_refused_and_the_limit_named) {
  auto settings = serving();
  settings.discovery.deadline_limit = 30s;
  node::implementation runtime(settings, real_stages());
  const auto got = post(runtime.http_port(), "?deadline_ms=30001");
  EXPECT_EQ(got.status, 400);
  EXPECT_NE(got.body.find("30000 ms"), std::string::npos) << got.body;
  EXPECT_NE(got.header("X-Request-Id"), "") << "a refusal can be found in the log, too";
  EXPECT_EQ(post(runtime.http_port(), "?deadline_ms=30000").status, 200);
}

TEST(node_http, a_breaker_that_an_operator_opened_makes_answers_partial_and_health_degraded) {
  node::implementation runtime(serving(), real_stages());
  const auto port = runtime.http_port();
  const auto order = [port](const std::string& what) {
    return ask(port, "POST", "/v1/breakers/order?dependency=grammar&order=" + what, "", "");
  };
  EXPECT_EQ(order("force_open").status, 200);
  const auto seen = ask(port, "GET", "/v1/breakers").body;
  EXPECT_NE(seen.find("\"forced_open\""), std::string::npos) << seen;
  EXPECT_NE(ask(port, "GET", "/health").body.find("breaker/grammar"), std::string::npos);
  const auto partial = post(port, "?use_cache=false");
  EXPECT_EQ(partial.status, 200);
  EXPECT_NE(partial.body.find("forced open"), std::string::npos) << partial.body;
  EXPECT_EQ(post(port, "?use_cache=false&fallback=none").status, 503);
  EXPECT_EQ(order("reset").status, 200);
  const auto again = post(port, "?use_cache=false");
  EXPECT_EQ(again.body.find("forced open"), std::string::npos) << again.body;
}

TEST(node_http, an_order_that_nobody_understands_is_refused_by_name) {
  node::implementation runtime(serving(), real_stages());
  const auto port = runtime.http_port();
  const auto order = [port](const std::string& query) {
    return ask(port, "POST", "/v1/breakers/order?" + query, "", "").status;
  };
  EXPECT_EQ(order("dependency=grammar&order=open"), 400);
  EXPECT_EQ(order("dependency=grammer&order=reset"), 400);
  EXPECT_EQ(order("dependency=grammar&order=reset&force=1"), 400);
  EXPECT_EQ(order(""), 400);
}

TEST(node_http, a_client_that_asks_too_often_gets_429_and_hears_when_to_come_again) {
  auto settings = serving();
  settings.rate_limit.per_client = 1;
  settings.rate_limit.client_burst = 1;
  settings.http.client_header = "X-Client";
  node::implementation runtime(settings, real_stages());
  const auto port = runtime.http_port();
  EXPECT_EQ(post(port, "", "X-Client: a\r\n").status, 200);
  const auto refused = post(port, "", "X-Client: a\r\n");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(post(port, "", "X-Client: b\r\n").status, 200);
}

http_answer show_key(const options& settings, const std::string& key) {
  node::implementation runtime(settings, real_stages());
  return ask(runtime.http_port(), "GET", "/v1/chaos", "X-Chaos-Key: " + key + "\r\n");
}

TEST(node_http, may_be_broken_only_where_its_switch_is_on_and_its_key_is_shown) {
  const std::string key = "0123456789abcdef";
  const auto file = testing::TempDir() + "chaos_key";
  std::ofstream(file) << key << '\n';
  auto settings = serving();
  settings.chaos.key_file = file;
  EXPECT_EQ(show_key(settings, key).status, 403);
  settings.chaos.allowed = true;
  EXPECT_EQ(show_key(settings, "").status, 403);
  EXPECT_EQ(show_key(settings, key + "x").status, 403);
  const auto got = show_key(settings, key);
  EXPECT_EQ(got.status, 200);
  EXPECT_NE(got.body.find("\"process\":" + std::to_string(getpid())), std::string::npos);
  settings.chaos.key_file.clear();
  EXPECT_EQ(show_key(settings, "").status, 403);
  settings.chaos.key_file = "/no/such/file";
  EXPECT_THROW(node::implementation(settings, real_stages()), std::runtime_error);
}

TEST(node_http, while_the_tree_starts_the_port_answers_that_it_does) {
  const auto free_port = [] {
    node::implementation probe(serving(), real_stages());
    return probe.http_port();
  }();
  auto parts = real_stages();
  std::once_flag once;
  int ready = 0;
  int live = 0;
  int discover = 0;
  parts.decorate = [&](const std::string&, caf::actor made) {
    std::call_once(once, [&] {
      ready = ask(free_port, "GET", "/health/ready").status;
      live = ask(free_port, "GET", "/health/live").status;
      discover = post(free_port, "").status;
    });
    return made;
  };
  node::implementation runtime(serving(free_port), std::move(parts));
  EXPECT_EQ(ready, 503);
  EXPECT_EQ(live, 200);
  EXPECT_EQ(discover, 503);
  EXPECT_EQ(ask(free_port, "GET", "/health/ready").status, 200);
}

// Waits for the event itself, the sampler's first look a second after the start, not for a time.
bool wait_for(const std::function<bool()>& there) {
  const auto limit = std::chrono::steady_clock::now() + 30s;
  std::mutex lock;
  std::condition_variable never;
  std::unique_lock held(lock);
  while (!there() && std::chrono::steady_clock::now() < limit) never.wait_for(held, 50ms);
  return there();
}

TEST(node_http, the_objectives_are_told_and_each_is_part_of_health) {
  node::implementation runtime(serving(), real_stages());
  const auto read = [&] {
    const auto got = ask(runtime.http_port(), "GET", "/v1/sla");
    EXPECT_EQ(got.status, 200);
    return std::get<sla_document>(read_sla_json(got.body, "/v1/sla"));
  };
  const auto document = read();
  ASSERT_EQ(document.objectives.size(), built_in_objectives().size());
  for (std::size_t i = 0; i < document.objectives.size(); ++i) {
    EXPECT_EQ(document.objectives[i].what, built_in_objectives()[i]);
    EXPECT_EQ(document.objectives[i].state, objective_state::ok);
  }
  EXPECT_NE(ask(runtime.http_port(), "GET", "/health").body.find("objective memory"),
            std::string::npos);
  // One slice later each built-in metric has come, the one that the tree's root is asked for too.
  ASSERT_TRUE(wait_for([&] {
    const auto now = read().objectives;
    return std::ranges::all_of(now, [](const auto& one) { return one.samples > 0; });
  }));
  for (const auto& one : read().objectives) EXPECT_EQ(one.missing, 0U) << one.what.name;
}

TEST(node_http, an_objective_on_a_metric_of_the_embedding_program_is_watched) {
  auto settings = serving();
  settings.objectives = {};
  objective what;
  what.name = "depth";
  what.metric = metric_selector{"my_depth", {}};
  what.threshold = 5;
  settings.objectives.push_back(what);
  node::implementation runtime(settings, real_stages());
  runtime.own_metrics().gauge("my_depth", "Depth of my queue.", {})(7);
  ASSERT_TRUE(wait_for([&] { return runtime.objectives().at(0)->bad > 0; }));
  EXPECT_EQ(runtime.objectives().at(0)->value, 7);
}

}  // namespace
}  // namespace troupe
