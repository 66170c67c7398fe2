#include "tests/house/house_rules.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

namespace troupe::house {
namespace {

// Cores that have no test of their own, and why.
constexpr std::array<exempt, 0> untested_cores{};

// Files over 400 lines, and why they stay whole.
constexpr std::array long_files{
    exempt{"tests/actors/pipeline/parser/random_formats.cpp",
           "each kind of element stands beside the bytes that are drawn to fit it"},
};

const source_tree& this_tree() {
  static const source_tree tree = read_tree(TROUPE_SOURCE_DIR);
  return tree;
}

/// A tree of the given files, made in memory.
source_tree sample(std::initializer_list<std::pair<const char*, const char*>> files) {
  source_tree tree;
  for (const auto& [path, text] : files) tree.emplace(path, to_lines(path, text));
  return tree;
}

testing::AssertionResult clean(const violations& found) {
  if (found.empty()) return testing::AssertionSuccess();
  auto result = testing::AssertionFailure() << found.size() << " places:";
  for (const auto& item : found) result << "\n  " << item.where << ": " << item.what;
  return result;
}

/// Where the only violation is; "" when there is none or more than one.
std::string only_place(const violations& found) {
  return found.size() == 1 ? found.front().where : "";
}

TEST(house_rules, arrows_point_one_way) { EXPECT_TRUE(clean(arrows(this_tree()))); }

TEST(house_rules, an_arrow_against_the_way_is_found) {
  EXPECT_EQ(
      only_place(arrows(sample({{"actors/cache/x.hpp", "\n#include \"runtime/node.hpp\"\n"}}))),
      "actors/cache/x.hpp:2");
  EXPECT_EQ(only_place(arrows(sample({{"chaos/x.cpp", "#include \"actors/cache/x.hpp\"\n"}}))),
            "chaos/x.cpp:1");
  EXPECT_EQ(only_place(arrows(sample({{"messages/x.hpp", "#include \"tests/support/x.hpp\"\n"}}))),
            "messages/x.hpp:1");
  EXPECT_EQ(only_place(arrows(sample({{"runtime/x.cpp", "#include \"x.hpp\"\n"}}))),
            "runtime/x.cpp:1");
  EXPECT_TRUE(clean(arrows(
      sample({{"tests/x.cpp", "#include \"actors/cache/x.hpp\"\n"},
              {"runtime/x.cpp", "// #include \"chaos/x.hpp\"\n#include <chaos/x.hpp>\n"}}))));
}

TEST(house_rules, rooms_do_not_include_each_other) { EXPECT_TRUE(clean(walls(this_tree()))); }

TEST(house_rules, a_hole_in_a_wall_is_found) {
  EXPECT_EQ(only_place(walls(sample({{"actors/sla/x.cpp", "#include \"actors/cache/x.hpp\"\n"}}))),
            "actors/sla/x.cpp:1");
  EXPECT_TRUE(clean(walls(
      sample({{"actors/sla/x_actor.cpp", "#include \"actors/shell/shell.hpp\"\n"},
              {"actors/pipeline/grammar/x.cpp", "#include \"actors/pipeline/parser/x.hpp\"\n"}}))));
}

TEST(house_rules, no_core_reaches_caf) { EXPECT_TRUE(clean(pure_cores(this_tree()))); }

TEST(house_rules, caf_in_a_core_is_found_also_behind_other_headers) {
  EXPECT_EQ(only_place(pure_cores(sample({{"actors/cache/x.cpp", "#include <caf/all.hpp>\n"}}))),
            "actors/cache/x.cpp:1");
  const auto behind =
      pure_cores(sample({{"actors/cache/x.hpp", "#include \"messages/cache.hpp\"\n"},
                         {"messages/cache.hpp", "#include \"messages/caf.hpp\"\n"},
                         {"messages/caf.hpp", "#include <caf/all.hpp>\n"}}));
  EXPECT_EQ(only_place(behind), "actors/cache/x.hpp:1");
  EXPECT_EQ(only_place(pure_cores(sample({{"messages/cache.hpp", "#include <caf/all.hpp>\n"}}))),
            "messages/cache.hpp:1");
  EXPECT_TRUE(clean(pure_cores(sample({{"actors/cache/x_actor.hpp", "#include <caf/all.hpp>\n"},
                                       {"actors/shell/x.hpp", "#include <caf/all.hpp>\n"}}))));
}

TEST(house_rules, no_banned_word_is_used) { EXPECT_TRUE(clean(banned_words(this_tree()))); }

TEST(house_rules, a_banned_word_is_found_where_it_is_wrong_and_only_there) {
  const auto place = [](const char* path, const char* text) {
    return only_place(banned_words(sample({{path, text}})));
  };
  EXPECT_EQ(place("runtime/x.cpp", "std::this_thread::sleep_for(1s);\n"), "runtime/x.cpp:1");
  EXPECT_EQ(place("actors/sla/x.cpp", "auto t = clock::now();\n"), "actors/sla/x.cpp:1");
  EXPECT_EQ(place("actors/sla/x_actor.cpp", "auto t = clock::now();\n"), "");
  EXPECT_EQ(place("actors/sla/x_actor.hpp", "\nstd::mutex lock;\n"), "actors/sla/x_actor.hpp:2");
  EXPECT_EQ(place("runtime/http/x.hpp", "std::mutex lock;\n"), "");
  EXPECT_EQ(place("runtime/http/x.cpp", "std::cout << 1;\n"), "runtime/http/x.cpp:1");
  EXPECT_EQ(place("runtime/cli/x.cpp", "std::cout << 1;\n"), "");
  EXPECT_EQ(place("messages/x.cpp", "f(); // TODO\n"), "messages/x.cpp:1");
  EXPECT_EQ(place("messages/x.cpp", "f(); // NOLINT\n"), "messages/x.cpp:1");
  EXPECT_EQ(place("messages/x.cpp", "f(); // NOLINT(some-check): a reason\n"), "");
  EXPECT_EQ(place("actors/CMakeLists.txt", "file(GLOB sources *.cpp)\n"),
            "actors/CMakeLists.txt:1");
}

TEST(house_rules, words_in_comments_and_literals_do_not_count) {
  EXPECT_TRUE(
      clean(banned_words(sample({{"actors/sla/x.cpp",
                                  "// std::mutex\n/* std::mutex\n std::mutex */ int a = 10'000;\n"
                                  "auto b = \"std::mutex \\\" std::mutex\"; char c = '\"';\n"
                                  "auto d = R\"x(std::mutex\n)\" std::mutex)x\";\n"}}))));
}

TEST(house_rules, every_core_is_tested) {
  EXPECT_TRUE(clean(tested_cores(this_tree(), untested_cores)));
}

TEST(house_rules, a_core_without_test_is_found) {
  const auto alone = sample({{"actors/sla/x.hpp", ""}, {"actors/sla/x.cpp", ""}});
  EXPECT_EQ(only_place(tested_cores(alone, {})), "actors/sla/x.hpp");
  const std::array listed{exempt{"actors/sla/x.hpp", "a reason"}};
  EXPECT_TRUE(clean(tested_cores(alone, listed)));
  const auto tested = sample({{"actors/sla/x.hpp", ""},
                              {"actors/sla/x.cpp", "#include \"actors/sla/part.hpp\"\n"},
                              {"actors/sla/part.hpp", ""},
                              {"actors/sla/part.cpp", ""},
                              {"tests/actors/sla/x_test.cpp", "#include \"actors/sla/x.hpp\"\n"}});
  EXPECT_TRUE(clean(tested_cores(tested, {})));
  EXPECT_EQ(only_place(tested_cores(tested, listed)), "actors/sla/x.hpp");  // exempt without need
  const auto elsewhere =
      sample({{"actors/sla/x.hpp", ""},
              {"actors/sla/x.cpp", ""},
              {"tests/actors/cache/y_test.cpp", "#include \"actors/sla/x.hpp\"\n"}});
  EXPECT_EQ(only_place(tested_cores(elsewhere, {})), "actors/sla/x.hpp");
}

TEST(house_rules, every_folder_has_a_readme) { EXPECT_TRUE(clean(folder_readmes(this_tree()))); }

TEST(house_rules, a_folder_without_readme_is_found) {
  EXPECT_EQ(only_place(folder_readmes(sample({{"chaos/x.cpp", ""}, {"docs/README.md", ""}}))),
            "chaos");
}

TEST(house_rules, files_are_short) { EXPECT_TRUE(clean(file_sizes(this_tree(), long_files))); }

TEST(house_rules, a_file_of_401_lines_is_found) {
  const std::string most(400, '\n');
  EXPECT_TRUE(clean(file_sizes(sample({{"runtime/x.cpp", most.c_str()}}), {})));
  EXPECT_EQ(only_place(file_sizes(sample({{"runtime/x.cpp", (most + "\n").c_str()}}), {})),
            "runtime/x.cpp");
}

TEST(house_rules, nothing_is_tied_to_one_machine) {
  EXPECT_TRUE(clean(machine_traces(this_tree())));
}

TEST(house_rules, a_machine_path_or_a_mirror_is_found) {
  EXPECT_EQ(only_place(machine_traces(sample({{"docs/x.md", "see /home/me/x\n"}}))), "docs/x.md:1");
  EXPECT_EQ(
      only_place(machine_traces(sample({{"x.json", "\n\"https://registry.npmjs.org/x\"\n"}}))),
      "x.json:2");
}

TEST(house_rules, headers_begin_with_pragma_once) {
  EXPECT_TRUE(clean(header_guards(this_tree())));
}

TEST(house_rules, a_header_without_guard_is_found) {
  EXPECT_EQ(
      only_place(header_guards(sample({{"messages/x.hpp", "#include <string>\n#pragma once\n"}}))),
      "messages/x.hpp:1");
  EXPECT_TRUE(clean(header_guards(sample({{"messages/x.hpp", "// why\n\n#pragma once\n"}}))));
}

TEST(house_rules, the_tree_is_read_from_disk_without_builds_and_binaries) {
  namespace fs = std::filesystem;
  const auto root = fs::path(testing::TempDir()) / "troupe_house_rules";
  fs::remove_all(root);
  fs::create_directories(root / "actors" / "sla");
  fs::create_directories(root / "build");
  std::ofstream(root / "actors" / "sla" / "x.hpp") << "#pragma once\nstd::atomic<int> shared;\n";
  std::ofstream(root / "build" / "y.hpp") << "std::atomic<int> shared;\n";
  std::ofstream(root / "z.pcap") << std::string("\0\1", 2);
  const auto tree = read_tree(root);
  EXPECT_EQ(tree.size(), 1U);
  EXPECT_EQ(only_place(banned_words(tree)), "actors/sla/x.hpp:2");
  fs::remove_all(root);
}

}  // namespace
}  // namespace troupe::house
