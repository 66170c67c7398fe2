#include "runtime/config/pages.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/config/keys.hpp"
#include "runtime/config/load.hpp"

namespace troupe {
namespace {

/// Compares a file of the tree with what the table says; leaves the right text in the build tree.
void expect_page(const std::string& page, const std::string& expected) {
  std::ifstream stream(std::filesystem::path(TROUPE_SOURCE_DIR) / page);
  std::ostringstream found;
  found << stream.rdbuf();
  if (found.str() == expected) return;
  const auto fresh =
      std::filesystem::path(TROUPE_BINARY_DIR) / std::filesystem::path(page).filename();
  std::ofstream(fresh) << expected;
  FAIL() << page << " differs from runtime/config/keys.cpp; the right text is in " << fresh;
}

}  // namespace

TEST(config_pages, default_yaml_is_the_table) {
  expect_page("config/default.yaml", default_yaml());
}

TEST(config_pages, the_manual_page_is_the_table) {
  expect_page("docs/configuration.md", configuration_page());
}

TEST(config_pages, default_yaml_sets_every_key_to_the_built_in_value) {
  config_request request;
  request.folder = std::filesystem::path(TROUPE_SOURCE_DIR) / "config";
  const auto result = load_options(request);
  ASSERT_TRUE(std::holds_alternative<loaded_options>(result)) << std::get<failure>(result).what;
  const auto& loaded = std::get<loaded_options>(result);
  const options built_in;
  for (std::size_t i = 0; i < config_keys().size(); ++i) {
    EXPECT_EQ(loaded.sources[i].value, text_of(config_keys()[i], built_in))
        << loaded.sources[i].key;
  }
  EXPECT_EQ(loaded.values.objectives, built_in.objectives);
  for (const auto& one : loaded.sources) {
    EXPECT_TRUE(one.origin.starts_with("default.yaml:")) << one.key << " from " << one.origin;
  }
}

}  // namespace troupe
