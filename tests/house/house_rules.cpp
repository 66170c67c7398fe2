#include "tests/house/house_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <optional>
#include <set>

namespace troupe::house {
namespace {

constexpr std::size_t line_limit = 400;

std::string at(std::string_view path, std::size_t line) {
  return std::string(path) + ":" + std::to_string(line);
}

/// "actors" of "actors/cache/x.hpp"; empty for a file at the root.
std::string_view folder_of(std::string_view path) {
  const auto slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view parent_of(std::string_view path) { return path.substr(0, path.rfind('/')); }

/// "actors/cache/x" of "actors/cache/x.hpp".
std::string_view stem_of(std::string_view path) { return path.substr(0, path.rfind('.')); }

/// The room of a file in actors/: "cache", "pipeline"; empty elsewhere.
std::string_view room_of(std::string_view path) {
  return folder_of(path) == "actors" ? folder_of(path.substr(7)) : std::string_view{};
}

bool is_shell(std::string_view path) {
  return room_of(path) == "shell" || stem_of(path).ends_with("_actor");
}

bool is_core(std::string_view path) {
  return folder_of(path) == "actors" && is_cpp(path) && !is_shell(path);
}

bool is_listed(std::string_view path, std::span<const exempt> exempts) {
  return std::ranges::find(exempts, path, &exempt::path) != exempts.end();
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// This folder names the words that it looks for.
bool is_guard(std::string_view path) { return path.starts_with("tests/house/"); }

bool has_word(std::string_view line, std::string_view word) {
  for (auto found = line.find(word); found != std::string_view::npos;
       found = line.find(word, found + 1)) {
    const auto end = found + word.size();
    const bool begins = found == 0 || !is_word(word.front()) || !is_word(line[found - 1]);
    const bool ends = end == line.size() || !is_word(word.back()) || !is_word(line[end]);
    if (begins && ends) return true;
  }
  return false;
}

/// What each folder may include of ours; bench, tests and examples may include everything.
bool may_include(std::string_view from, std::string_view to) {
  if (from == to || from == "bench" || from == "tests" || from == "docs") return true;
  if (from == "actors") return to == "messages";
  if (from == "runtime") return to == "messages" || to == "actors";
  if (from == "chaos") return to == "messages" || to == "runtime";
  return false;
}

/// Calls `judge(path, include)` for each include of each C++ file.
void for_each_include(const source_tree& tree,
                      const std::function<void(const std::string&, const include_line&)>& judge) {
  for (const auto& [path, lines] : tree) {
    if (!is_cpp(path)) continue;
    for (const auto& include : includes_of(lines)) judge(path, include);
  }
}

/// How `path` comes to include CAF ("messages/cache.hpp > messages/caf.hpp"), if it does.
std::optional<std::string> way_to_caf(const source_tree& tree, const std::string& path,
                                      std::set<std::string>& seen) {
  const auto file = tree.find(path);
  if (file == tree.end() || !seen.insert(path).second) return std::nullopt;
  for (const auto& include : includes_of(file->second)) {
    if (include.target.starts_with("caf/")) return include.target;
    if (!include.quoted) continue;
    if (const auto way = way_to_caf(tree, include.target, seen))
      return include.target + " > " + *way;
  }
  return std::nullopt;
}

struct banned_word {
  std::string_view word;
  std::string_view advice;
  bool (*applies)(std::string_view path);
};

bool in_product(std::string_view path) {
  constexpr std::array folders{"messages", "actors", "runtime", "chaos"};
  return std::ranges::find(folders, folder_of(path)) != folders.end();
}

bool in_words_or_cores(std::string_view path) {
  return folder_of(path) == "messages" || is_core(path);
}
/// The base of all shells is left out: it is where CAF's threads, the supervisor and an actor meet.
bool in_rooms(std::string_view path) {
  return folder_of(path) == "actors" && room_of(path) != "shell";
}
bool outside_cli(std::string_view path) {
  return in_product(path) && !path.starts_with("runtime/cli/") && !path.starts_with("chaos/cli/");
}
bool everywhere(std::string_view) { return true; }

constexpr std::string_view no_sleep =
    "nobody sleeps: use a timer of the actor's clock or wait for the event";
constexpr std::string_view no_clock = "a core reads no clock: take the time as an argument";
constexpr std::string_view no_threads =
    "actors share nothing: send a message, or use the request's std::stop_token";
constexpr std::string_view no_chance =
    "take a seed or the drawn number as an argument, so that a run can be repeated";
constexpr std::string_view no_print =
    "only runtime/cli and chaos/cli print: return the text, or log it";

constexpr std::array banned{
    banned_word{"sleep_for", no_sleep, everywhere},
    banned_word{"sleep_until", no_sleep, everywhere},
    banned_word{"usleep", no_sleep, everywhere},
    banned_word{"nanosleep", no_sleep, everywhere},
    banned_word{"::now(", no_clock, in_words_or_cores},
    banned_word{"std::mutex", no_threads, in_rooms},
    banned_word{"std::shared_mutex", no_threads, in_rooms},
    banned_word{"std::atomic", no_threads, in_rooms},
    banned_word{"std::thread", no_threads, in_rooms},
    banned_word{"std::jthread", no_threads, in_rooms},
    banned_word{"std::condition_variable", no_threads, in_rooms},
    banned_word{"thread_local", no_threads, in_rooms},
    banned_word{"std::random_device", no_chance, in_rooms},
    banned_word{"rand", no_chance, in_rooms},
    banned_word{"std::cout", no_print, outside_cli},
    banned_word{"std::cerr", no_print, outside_cli},
    banned_word{"printf", no_print, outside_cli},
    banned_word{"fprintf", no_print, outside_cli},
};

/// A suppression names its check, and its reason after it or in a comment within two lines above.
bool is_bare_suppression(const source_lines& lines, std::size_t line) {
  const std::string_view text = lines[line].text;
  const auto found = text.find("// NOLINT");
  if (found == std::string_view::npos || text.find("LINTEND", found) != std::string_view::npos) {
    return false;
  }
  const auto open = text.find('(', found);
  const auto close = text.find(')', found);
  if (open == std::string_view::npos || close == std::string_view::npos) return true;
  if (text.find_first_not_of(" ):", close) != std::string_view::npos) return false;
  const auto has_comment = [&](std::size_t i) {
    return lines[i].text.find("//") != std::string::npos;
  };
  return !(line >= 1 && has_comment(line - 1)) && !(line >= 2 && has_comment(line - 2));
}

void judge_words(const std::string& path, const source_lines& lines, violations& found) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const auto& ban : banned) {
      if (!ban.applies(path) || !has_word(lines[i].code, ban.word)) continue;
      found.push_back({at(path, i + 1), std::string(ban.word) + ": " + std::string(ban.advice)});
    }
    if (is_guard(path)) continue;
    if (has_word(lines[i].text, "TODO") || has_word(lines[i].text, "FIXME")) {
      found.push_back({at(path, i + 1), "finish the work or drop the remark"});
    }
    if (is_bare_suppression(lines, i)) {
      found.push_back({at(path, i + 1), "name the check in brackets and give the reason"});
    }
  }
}

/// "actors/pipeline/parser/" of "actors/pipeline/parser/ber.hpp".
std::string room_folder(std::string_view path) { return std::string(parent_of(path)) + "/"; }

/// Whether a test at `path` counts for the cores in `folder`: it mirrors the folder, or runs the
/// whole with the real engines.
bool tests_folder(std::string_view path, const std::string& folder) {
  return path.starts_with("tests/integration/") || path.starts_with("tests/" + folder);
}

/// The cores that their tests include, and the parts of the same room that these are made of.
std::set<std::string> tested_headers(const source_tree& tree) {
  std::set<std::string> tested;
  const std::function<void(const std::string&)> add = [&](const std::string& header) {
    if (!tested.insert(header).second) return;
    for (const auto* ending : {".hpp", ".cpp"}) {
      const auto file = tree.find(std::string(stem_of(header)) + ending);
      if (file == tree.end()) continue;
      for (const auto& include : includes_of(file->second)) {
        if (include.target.starts_with(room_folder(header))) add(include.target);
      }
    }
  };
  for_each_include(tree, [&](const std::string& path, const include_line& include) {
    if (include.target.starts_with("actors/") && tests_folder(path, room_folder(include.target))) {
      add(include.target);
    }
  });
  return tested;
}

}  // namespace

violations arrows(const source_tree& tree) {
  violations found;
  for_each_include(tree, [&](const std::string& path, const include_line& include) {
    if (!include.quoted) return;
    const auto from = folder_of(path);
    const auto to = folder_of(include.target);
    if (to != "tests" && to != "bench" && !in_product(include.target)) {
      found.push_back(
          {at(path, include.line),
           "\"" + include.target + "\": include ours by the path from the root, others in <>"});
    } else if (!may_include(from, to) &&
               !(from == "chaos" && include.target.starts_with("actors/shell/"))) {
      // The shell is the frame that every actor stands in, the simulator's own too; no actor's
      // inside.
      found.push_back({at(path, include.line),
                       std::string(from) + " may not include " + std::string(to) +
                           " (messages <- actors <- runtime <- chaos): move the shared word to "
                           "messages/, or turn the call into a message"});
    }
  });
  return found;
}

violations walls(const source_tree& tree) {
  violations found;
  for_each_include(tree, [&](const std::string& path, const include_line& include) {
    const auto from = room_of(path);
    const auto to = room_of(include.target);
    if (from.empty() || to.empty() || from == to || to == "shell" || to == "resilience") return;
    found.push_back({at(path, include.line), "room " + std::string(from) +
                                                 " may not include room " + std::string(to) +
                                                 ": let them talk by messages"});
  });
  return found;
}

violations pure_cores(const source_tree& tree) {
  violations found;
  for_each_include(tree, [&](const std::string& path, const include_line& include) {
    const bool is_word_file = folder_of(path) == "messages" && !stem_of(path).ends_with("/caf");
    if (is_word_file && include.target.starts_with("caf/")) {
      found.push_back(
          {at(path, include.line),
           "only messages/caf.hpp knows CAF: include that, or add there what is missing"});
    }
    if (!is_core(path)) return;
    std::set<std::string> seen{path};
    auto way = include.target.starts_with("caf/") ? std::optional<std::string>("")
               : include.quoted                   ? way_to_caf(tree, include.target, seen)
                                                  : std::nullopt;
    if (!way) return;
    found.push_back(
        {at(path, include.line), "a core reaches CAF through " + include.target +
                                     (way->empty() ? "" : " > " + *way) +
                                     ": keep the decision here, move the rest to the _actor file"});
  });
  return found;
}

violations banned_words(const source_tree& tree) {
  violations found;
  for (const auto& [path, lines] : tree) {
    if (is_cpp(path)) judge_words(path, lines, found);
    if (!path.ends_with("CMakeLists.txt") && !path.ends_with(".cmake")) continue;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].text.find("file(GLOB") == std::string::npos) continue;
      found.push_back({at(path, i + 1), "sources are listed, never globbed"});
    }
  }
  return found;
}

violations tested_cores(const source_tree& tree, std::span<const exempt> exempts) {
  violations found;
  const auto tested = tested_headers(tree);
  std::set<std::string_view> untested;
  for (const auto& [path, lines] : tree) {
    const auto stem = std::string(stem_of(path));
    if (!is_core(path) || !path.ends_with(".hpp") || !tree.contains(stem + ".cpp")) continue;
    if (tested.contains(path)) continue;
    untested.insert(path);
    if (is_listed(path, exempts)) continue;
    found.push_back({path, "a core without test: write tests/" + stem + "_test.cpp"});
  }
  for (const auto& item : exempts) {
    if (untested.contains(item.path)) continue;
    found.push_back({std::string(item.path), "is tested or gone: drop it from the exempt cores"});
  }
  return found;
}

violations folder_readmes(const source_tree& tree) {
  violations found;
  std::set<std::string_view> folders;
  for (const auto& [path, lines] : tree) {
    const auto folder = folder_of(path);
    if (!folder.empty() && folder != "cmake" && folder.front() != '.') folders.insert(folder);
  }
  for (const auto folder : folders) {
    if (tree.contains(std::string(folder) + "/README.md")) continue;
    found.push_back(
        {std::string(folder), "write README.md: what lives here, what does not, its arrows"});
  }
  return found;
}

violations file_sizes(const source_tree& tree, std::span<const exempt> exempts) {
  violations found;
  for (const auto& [path, lines] : tree) {
    const bool counts = is_cpp(path) || path.ends_with("CMakeLists.txt") ||
                        path.ends_with(".cmake") || path == "dev";
    if (!counts || lines.size() <= line_limit || is_listed(path, exempts)) continue;
    found.push_back({path, std::to_string(lines.size()) +
                               " lines: look for the second idea in it and move it out"});
  }
  return found;
}

violations machine_traces(const source_tree& tree) {
  constexpr std::array traces{"/work/",           "/home/",          "/root/",
                              "/Users/",          "registry.npmjs.", "deb.debian.org",
                              "snapshot.debian.", "archive.ubuntu.", "npmmirror"};
  violations found;
  for (const auto& [path, lines] : tree) {
    if (is_guard(path)) continue;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      for (const std::string_view trace : traces) {
        if (lines[i].text.find(trace) == std::string::npos) continue;
        found.push_back(
            {at(path, i + 1), std::string(trace) +
                                  " holds on one machine only: use a relative path, or what the "
                                  "machine's own settings say"});
      }
    }
  }
  return found;
}

violations header_guards(const source_tree& tree) {
  violations found;
  for (const auto& [path, lines] : tree) {
    if (!path.ends_with(".hpp")) continue;
    const auto first = std::ranges::find_if(lines, [](const source_line& line) {
      return line.code.find_first_not_of(' ') != std::string::npos;
    });
    if (first != lines.end() && first->code == "#pragma once") continue;
    found.push_back({at(path, 1), "begin the header with #pragma once"});
  }
  return found;
}

}  // namespace troupe::house
