#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runtime/cli/console.hpp"

namespace troupe::cli {

/// What a command did.
struct cli_outcome {
  exit_code code = exit_code::done;
  std::string out;
  std::string err;
};

/// How the world of a command looks.
struct cli_world {
  std::map<std::string, std::string> environment = {};
  std::string signal = {};      // comes
  int looks_before_signal = 0;  // how often the command asks for one before that
  bool node_gives_up = false;   // and no signal comes
  bool reader_is_gone = false;  // as in `troupe ... | true`
  bool out_is_terminal = false;
};

/// Runs the program in this process, with streams of its own.
[[nodiscard]] cli_outcome run_cli(const std::vector<std::string>& arguments,
                                  const cli_world& world = {});

/// A new folder for one test, removed with it.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path folder_;
};

[[nodiscard]] std::string content_of(const std::string& path);

/// A small made-up protocol as JSONL: `count` requests and answers with an id, a type and a length.
[[nodiscard]] std::string example_lines(int count);

}  // namespace troupe::cli
