#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

#include "bench/support/traffic.hpp"
#include "runtime/http/http_get.hpp"
#include "runtime/store/saved_answers.hpp"
#include "tests/runtime/http/raw_client.hpp"
#include "tests/runtime/node/node_requests.hpp"

namespace troupe {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr int many = 40;

class warming_test : public ::testing::Test {
 protected:
  warming_test() { fs::create_directories(folder_); }
  ~warming_test() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_ / name).string();
  }

  static std::unique_ptr<node::implementation> start(
      const std::function<void(cache_section&)>& change = {}, std::uint64_t model = 0) {
    auto settings = quiet();
    settings.http.enabled = true;
    settings.http.port = 0;
    settings.cache.shards = 3;
    settings.cache.near_bytes = 0;
    settings.cache.warm_time = 20s;  // of a machine under load
    if (change) change(settings.cache);
    auto parts = parts_with(stage::classifier, [](const stage_input&, findings& found, bool&) {
      found.protocol = std::make_shared<classification>();
      return failure{};
    });
    parts.model_version = model;
    parts.warm_from = connect_warm_source(settings.cache);
    return std::make_unique<node::implementation>(settings, std::move(parts));
  }

  static std::string url_of(const node::implementation& one) {
    return "http://127.0.0.1:" + std::to_string(one.http_port());
  }

  static traffic_group_ptr input(int number) {
    return bench::records(20, 60, static_cast<std::uint64_t>(number));
  }

  static bool is_cached(node::implementation& in, int number) {
    return result_in(ask(in, request_for(input(number)))).from_cache;
  }

  static void fill(node::implementation& one) {
    for (int i = 0; i < many; ++i) EXPECT_FALSE(is_cached(one, i));
  }

  static double count(node::implementation& of, const std::string& outcome) {
    const auto text = of.metrics_text();
    const auto line = "\ntroupe_cache_warmed_total{outcome=\"" + outcome + "\"} ";
    const auto at = text.find(line);
    return at == std::string::npos ? -1 : std::stod(text.substr(at + line.size()));
  }

  static bool says_ready(const node::implementation& one) {
    return ask(one.http_port(), "GET", "/health/ready").status == 200;
  }

  static void wait_until_warm(const node::implementation& one) {
    std::promise<void> never;
    const auto tick = never.get_future();
    for (const auto until = clock::now() + 20s; !says_ready(one) && clock::now() < until;) {
      tick.wait_for(5ms);
    }
    EXPECT_TRUE(says_ready(one));
  }

  static std::string problem_of(node::implementation& one) {
    for (const auto& each : one.health_report()) {
      if (each.name == "warming") return each.why;
    }
    return "no such component";
  }

  static std::string content(const std::string& name) {
    std::ifstream in(name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  static void write(const std::string& name, const std::string& bytes) {
    std::ofstream(name, std::ios::binary) << bytes;
  }

  fs::path folder_ = fs::path(::testing::TempDir()) / ("warming-" + std::to_string(::getpid()));
};

TEST_F(warming_test, a_node_begins_with_what_another_one_holds) {
  const auto first = start();
  fill(*first);
  const auto second = start([&](cache_section& rules) { rules.warm_from = url_of(*first); });
  wait_until_warm(*second);
  EXPECT_EQ(count(*second, "kept"), many);
  EXPECT_EQ(problem_of(*second), "");
  for (int i = 0; i < many; ++i) EXPECT_TRUE(is_cached(*second, i)) << i;
}

TEST_F(warming_test, a_node_begins_with_what_it_saved_when_it_stopped) {
  const auto both = [&](cache_section& rules) {
    rules.save_to = rules.warm_from = file("answers");
  };
  {
    const auto first = start(both);
    wait_until_warm(*first);
    EXPECT_EQ(problem_of(*first), "");  // nothing was saved yet
    fill(*first);
    first->stop();
  }
  const auto second = start(both);
  wait_until_warm(*second);
  EXPECT_EQ(count(*second, "kept"), many);
  for (int i = 0; i < many; ++i) EXPECT_TRUE(is_cached(*second, i)) << i;
}

TEST_F(warming_test, what_is_warm_is_as_old_as_it_was) {
  const auto first = start();
  EXPECT_FALSE(is_cached(*first, 1));
  const auto began = clock::now();
  std::promise<void> never;
  never.get_future().wait_until(began + 50ms);
  const auto second = start([&](cache_section& rules) { rules.warm_from = url_of(*first); });
  wait_until_warm(*second);
  const auto outcome = ask(*second, request_for(input(1)));
  EXPECT_TRUE(result_in(outcome).from_cache);
  EXPECT_GE(result_in(outcome).age, 50ms);
}

TEST_F(warming_test, what_another_model_computed_is_refused) {
  const auto first = start();
  fill(*first);
  const auto second = start([&](cache_section& rules) { rules.warm_from = url_of(*first); }, 2);
  wait_until_warm(*second);
  EXPECT_EQ(count(*second, "another_model"), many);
  EXPECT_EQ(count(*second, "kept"), 0);
  EXPECT_FALSE(is_cached(*second, 1));
}

TEST_F(warming_test, what_is_over_its_time_is_refused) {
  const auto first = start();
  fill(*first);
  const auto second = start([&](cache_section& rules) {
    rules.warm_from = url_of(*first);
    rules.time_to_live = 1ms;
  });
  wait_until_warm(*second);
  EXPECT_EQ(count(*second, "expired"), many);
}

TEST_F(warming_test, a_damaged_file_warms_with_what_is_whole_and_names_the_rest) {
  {
    const auto first = start([&](cache_section& rules) { rules.save_to = file("answers"); });
    fill(*first);
    first->stop();
  }
  auto bytes = content(file("answers"));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write(file("answers"), bytes);
  const auto second = start([&](cache_section& rules) { rules.warm_from = file("answers"); });
  wait_until_warm(*second);
  EXPECT_EQ(count(*second, "damaged"), 1);
  EXPECT_EQ(count(*second, "kept"), many - 1);
  EXPECT_NE(problem_of(*second).find("answers: entry "), std::string::npos) << problem_of(*second);
  EXPECT_NE(problem_of(*second).find(" at offset "), std::string::npos);
}

TEST_F(warming_test, a_file_that_breaks_off_or_is_no_file_of_answers_is_a_labelled_degradation) {
  {
    const auto first = start([&](cache_section& rules) { rules.save_to = file("answers"); });
    fill(*first);
    first->stop();
  }
  const auto whole = content(file("answers"));
  const std::vector<std::pair<std::string, std::string>> bad{
      {whole.substr(0, whole.size() - 1), "breaks off"},
      {whole.substr(0, 60), "is damaged"},
      {"", "the file is empty"},
      {"<html>not found</html>", "is none of saved answers"}};
  for (const auto& [bytes, said] : bad) {
    write(file("bad"), bytes);
    const auto one = start([&](cache_section& rules) { rules.warm_from = file("bad"); });
    wait_until_warm(*one);
    EXPECT_NE(problem_of(*one).find(said), std::string::npos) << problem_of(*one);
    EXPECT_TRUE(one->ready());
  }
  const auto none = start([&](cache_section& rules) { rules.warm_from = file("none"); });
  wait_until_warm(*none);
  EXPECT_NE(problem_of(*none).find("No such file"), std::string::npos) << problem_of(*none);
}

TEST_F(warming_test, a_node_that_is_not_there_is_a_labelled_degradation) {
  auto gone = start();
  const auto url = url_of(*gone);
  gone.reset();
  const auto one = start([&](cache_section& rules) { rules.warm_from = url; });
  wait_until_warm(*one);
  EXPECT_NE(problem_of(*one).find(url), std::string::npos) << problem_of(*one);
  EXPECT_FALSE(is_cached(*one, 1));
}

TEST_F(warming_test, an_address_with_a_password_in_it_is_refused_and_not_repeated) {
  const std::string url = "http://somebody:secret@127.0.0.1:1";
  const auto got = http_get(url, {});
  const auto* why = std::get_if<failure>(&got);
  ASSERT_NE(why, nullptr);
  EXPECT_EQ(why->code, errc::bad_input);
  EXPECT_EQ(why->what.find("secret"), std::string::npos) << why->what;
  try {
    start([&](cache_section& rules) { rules.warm_from = url; });
    FAIL() << "it started";
  } catch (const std::runtime_error& problem) {
    EXPECT_EQ(std::string(problem.what()).find("secret"), std::string::npos) << problem.what();
  }
}

TEST_F(warming_test, being_ready_waits_for_it_and_not_longer_than_its_time) {
  auto settings = quiet();
  settings.http.enabled = true;
  settings.http.port = 0;
  settings.cache.warm_time = 1h;
  std::promise<std::function<void(warm_batch)>> asked;
  auto parts =
      parts_with(stage::classifier, [](const stage_input&, findings&, bool&) { return failure{}; });
  parts.warm_from = [&](std::function<void(warm_batch)> tell) { asked.set_value(std::move(tell)); };
  {
    node::implementation one(settings, parts);
    const auto tell = asked.get_future().get();
    EXPECT_FALSE(says_ready(one));
    EXPECT_TRUE(one.ready());  // whoever asks is answered
    tell({});
    wait_until_warm(one);
  }
  settings.cache.warm_time = 1ms;
  asked = {};
  node::implementation other(settings, parts);
  wait_until_warm(other);
}

TEST_F(warming_test, a_node_that_stops_before_it_is_warm_keeps_what_was_saved_earlier) {
  write(file("answers"), "earlier");
  auto settings = quiet();
  settings.cache.save_to = file("answers");
  settings.cache.warm_time = 1h;
  auto parts =
      parts_with(stage::classifier, [](const stage_input&, findings&, bool&) { return failure{}; });
  std::promise<void> asked;
  parts.warm_from = [&](const std::function<void(warm_batch)>&) { asked.set_value(); };
  node::implementation one(settings, parts);
  asked.get_future().wait();
  one.stop();
  EXPECT_EQ(content(file("answers")), "earlier");
}

TEST_F(warming_test, what_was_saved_is_for_its_owner_alone) {
  const auto one = start([&](cache_section& rules) { rules.save_to = file("answers"); });
  fill(*one);
  one->stop();
  EXPECT_EQ(fs::status(file("answers")).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(warming_test, a_disk_that_is_full_loses_no_earlier_file) {
  const auto one = start([](cache_section& rules) { rules.save_to = "/dev/full"; });
  fill(*one);
  one->stop();  // says in the log that it could not
  EXPECT_FALSE(fs::is_regular_file("/dev/full"));
}

TEST_F(warming_test, pages_over_http_are_behind_the_token_and_say_what_they_want) {
  write(file("token"), "0123456789abcdef0123");
  auto settings = quiet();
  settings.http.enabled = true;
  settings.http.port = 0;
  settings.http.token_file = file("token");
  node::implementation first(
      settings, parts_with(stage::classifier, [](const stage_input&, findings& found, bool&) {
        found.protocol = std::make_shared<classification>();
        return failure{};
      }));
  EXPECT_FALSE(is_cached(first, 1));
  EXPECT_EQ(ask(first.http_port(), "GET", "/v1/cache/entries").status, 401);
  const std::string token = "Authorization: Bearer 0123456789abcdef0123\r\n";
  EXPECT_EQ(ask(first.http_port(), "GET", "/v1/cache/entries?from=x", token).status, 400);
  EXPECT_EQ(ask(first.http_port(), "GET", "/v1/cache/entries?from=99999999", token).status, 200);
  const auto refused = start([&](cache_section& rules) { rules.warm_from = url_of(first); });
  wait_until_warm(*refused);
  EXPECT_NE(problem_of(*refused).find("401"), std::string::npos) << problem_of(*refused);
  const auto second = start([&](cache_section& rules) {
    rules.warm_from = url_of(first);
    rules.warm_token_file = file("token");
  });
  wait_until_warm(*second);
  EXPECT_EQ(count(*second, "kept"), 1);
}

}  // namespace
}  // namespace troupe
