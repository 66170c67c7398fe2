#include "runtime/config/load.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

using namespace std::chrono_literals;

namespace troupe {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, removed at the end.
class config_loading : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) /
              ("troupe_config_" + std::string(test->name()) + "_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    write("default.yaml", "http:\n  port: 8080\n");
    request_.folder = folder_;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  loaded_options load() {
    auto result = load_options(request_);
    if (auto* why = std::get_if<failure>(&result)) {
      ADD_FAILURE() << why->what;
      return {};
    }
    return std::get<loaded_options>(result);
  }

  std::string refusal() {
    const auto result = load_options(request_);
    const auto* why = std::get_if<failure>(&result);
    return why == nullptr ? "" : why->what;
  }

  static std::string origin(const loaded_options& loaded, std::string_view key) {
    return std::ranges::find(loaded.sources, key, &effective_value::key)->origin;
  }

  fs::path folder_;
  config_request request_;
};

}  // namespace

TEST_F(config_loading, without_files_the_built_in_values_serve) {
  request_.folder.clear();
  const auto loaded = load();
  const options defaults;
  EXPECT_EQ(loaded.values.http.port, defaults.http.port);
  EXPECT_EQ(origin(loaded, "http.port"), "built in");
  EXPECT_EQ(loaded.values.config_folder, "");
}

TEST_F(config_loading, each_layer_wins_over_the_one_before_it) {
  EXPECT_EQ(origin(load(), "http.port"), "default.yaml:2");
  EXPECT_EQ(load().values.config_folder, folder_.string());

  write("test.yaml", "# one\nhttp:\n  port: 1\n");
  request_.environment = "test";
  EXPECT_EQ(load().values.http.port, 1);
  EXPECT_EQ(origin(load(), "http.port"), "test.yaml:3");

  request_.user_file = write("mine.yaml", "http: {port: 2}\n");
  EXPECT_EQ(load().values.http.port, 2);
  EXPECT_EQ(origin(load(), "http.port"), "mine.yaml:1");

  request_.variables = {{"TROUPE__HTTP__PORT", "3"}, {"HOME", "/root"}, {"TROUPE_CONFIG_DIR", "x"}};
  EXPECT_EQ(load().values.http.port, 3);
  EXPECT_EQ(origin(load(), "http.port"), "environment TROUPE__HTTP__PORT");

  request_.overrides = {{"http.port", "4"}};
  EXPECT_EQ(load().values.http.port, 4);
  EXPECT_EQ(origin(load(), "http.port"), "command line");
  const auto loaded = load();
  const auto entry = std::ranges::find(loaded.sources, "http.port", &effective_value::key);
  EXPECT_EQ(entry->value, "4");
}

TEST_F(config_loading, a_variable_reaches_a_key_with_underscores) {
  request_.variables = {{"TROUPE__DISCOVERY__WAITING_LIMIT", "7"},
                        {"TROUPE__HTTP__BODY_LIMIT_BYTES", "1MiB"}};
  EXPECT_EQ(load().values.discovery.waiting_limit, 7U);
  EXPECT_EQ(load().values.http.body_limit_bytes, 1U << 20U);
}

TEST_F(config_loading, a_typo_names_place_key_and_the_nearest_known_key) {
  request_.user_file = write("mine.yaml", "http:\n  prot: 1\n");
  EXPECT_EQ(refusal(),
            request_.user_file.string() + ":2: unknown key 'http.prot'; did you mean http.port?");
  request_.user_file.clear();
  request_.variables = {{"TROUPE__HTTP__PORTS", "1"}};
  EXPECT_EQ(refusal(),
            "environment TROUPE__HTTP__PORTS: unknown key 'TROUPE__HTTP__PORTS'; "
            "did you mean http.port?");
}

TEST_F(config_loading, a_bad_value_names_place_key_value_and_what_is_allowed) {
  request_.user_file = write("mine.yaml", "discovery:\n  deadline: fast\n");
  EXPECT_EQ(refusal(), request_.user_file.string() +
                           ":2: discovery.deadline: 'fast' is not allowed: expected a duration "
                           "from 1ms to 1h (ns, us, ms, s, m, h)");
}

TEST_F(config_loading, all_problems_are_listed_up_to_a_bound) {
  request_.user_file = write("mine.yaml", "http:\n  prot: 1\n  port: x\n");
  const auto text = refusal();
  EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
  std::string many = "x:\n";
  for (int i = 0; i < 1000; ++i) many += "  k" + std::to_string(i) + ": 1\n";
  write("mine.yaml", many);
  EXPECT_EQ(std::ranges::count(refusal(), '\n'), 20) << refusal();
  EXPECT_NE(refusal().find("and 980 more problems"), std::string::npos);
}

TEST_F(config_loading, values_that_do_not_fit_each_other_are_refused) {
  request_.overrides = {{"supervision.backoff_base", "20s"}};
  EXPECT_EQ(refusal(),
            "supervision.backoff_base (command line) is longer than "
            "supervision.backoff_max (built in)");
}

TEST_F(config_loading, a_missing_environment_or_file_is_named) {
  write("production.yaml", "");
  request_.environment = "prod";
  EXPECT_NE(refusal().find("unknown environment 'prod'"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find("there are: production"), std::string::npos) << refusal();
  for (const auto* strange : {"../etc/passwd", "default"}) {
    request_.environment = strange;
    EXPECT_NE(refusal().find("unknown environment"), std::string::npos) << refusal();
  }
  request_.environment.clear();
  request_.user_file = folder_ / "absent.yaml";
  EXPECT_NE(refusal().find("absent.yaml: cannot be opened: No such file"), std::string::npos)
      << refusal();
  request_.user_file = folder_;
  EXPECT_NE(refusal().find("is a folder"), std::string::npos) << refusal();
}

TEST_F(config_loading, one_file_can_be_judged_alone) {
  EXPECT_FALSE(check_file(write("good.yaml", "cache:\n  bytes: 1GiB\n")));
  const auto problem = check_file(write("bad.yaml", "cache:\n  bytes: 1GB\n"));
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->what.find("bad.yaml:2: cache.bytes: '1GB' is not allowed"), std::string::npos)
      << problem->what;
}

TEST_F(config_loading, an_override_is_key_equals_value) {
  const auto pair = std::get<0>(parse_override("node.name=a=b"));
  EXPECT_EQ(pair.first, "node.name");
  EXPECT_EQ(pair.second, "a=b");
  EXPECT_TRUE(std::holds_alternative<failure>(parse_override("http.port")));
  EXPECT_TRUE(std::holds_alternative<failure>(parse_override("=1")));
}

TEST_F(config_loading, the_folder_is_the_named_one_then_the_variables_then_the_first_candidate) {
  const auto found = [&](auto... arguments) {
    auto result = find_config_folder(arguments...);
    auto* why = std::get_if<failure>(&result);
    return why == nullptr ? std::get<fs::path>(result).string() : "failure: " + why->what;
  };
  const std::optional<fs::path> none;
  const std::optional<std::string> unset;
  const std::vector<fs::path> candidates{folder_ / "no", folder_};
  EXPECT_EQ(found(none, unset, candidates), folder_.string());
  EXPECT_EQ(found(none, unset, std::vector<fs::path>{}), "");
  EXPECT_EQ(found(std::optional(folder_), std::optional<std::string>("elsewhere"), candidates),
            folder_.string());
  EXPECT_EQ(found(none, std::optional(folder_.string()), std::vector<fs::path>{}),
            folder_.string());
  EXPECT_EQ(found(std::optional(folder_ / "no"), unset, candidates),
            "failure: " + (folder_ / "no").string() +
                ": no default.yaml in this folder, which the command line names");
  EXPECT_NE(found(none, std::optional<std::string>("no"), candidates).find("TROUPE_CONFIG_DIR"),
            std::string::npos);
}

TEST_F(config_loading, the_source_trees_folder_is_found_from_a_build_tree_inside_it) {
  const fs::path source(TROUPE_SOURCE_DIR);
  const auto candidates = config_folders_beside(source / "build" / "release" / "bin");
  const auto found = find_config_folder(std::nullopt, std::nullopt, candidates);
  EXPECT_EQ(std::get<fs::path>(found), source / "config");
  EXPECT_EQ(config_folders_beside("/usr/bin").front(), "/usr/share/troupe/config");
}

TEST_F(config_loading, the_shipped_environments_hold) {
  request_.folder = fs::path(TROUPE_SOURCE_DIR) / "config";
  for (const auto* environment : {"development", "production"}) {
    request_.environment = environment;
    EXPECT_EQ(refusal(), "");
  }
}

}  // namespace troupe
