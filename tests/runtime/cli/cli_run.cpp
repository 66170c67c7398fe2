#include "tests/runtime/cli/cli_run.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

#include "runtime/cli/command_line.hpp"

namespace troupe::cli {

cli_outcome run_cli(const std::vector<std::string>& arguments, const cli_world& world) {
  std::ostringstream out;
  std::ostringstream err;
  if (world.reader_is_gone) out.setstate(std::ios::badbit);
  console io{out, err};
  io.environment = world.environment;
  io.out_is_terminal = world.out_is_terminal;
  io.program_folder = TROUPE_BINARY_DIR "/bin";
  io.environment.try_emplace("TROUPE_CONFIG_DIR", TROUPE_SOURCE_DIR "/config");
  if (!world.signal.empty()) {
    io.signal_seen = [name = world.signal,
                      left = world.looks_before_signal]() mutable -> std::optional<std::string> {
      if (left-- > 0) return std::nullopt;
      return name;
    };
  }
  if (world.node_gives_up) io.wait_for_signal = [](const auto&) { return std::nullopt; };
  const auto code = run(arguments, io);
  return {code, out.str(), err.str()};
}

temporary_folder::temporary_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "troupe_cli_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) std::perror(name.c_str());
  folder_ = name;
}

temporary_folder::~temporary_folder() { std::filesystem::remove_all(folder_); }

std::string temporary_folder::write(const std::string& name, const std::string& content) const {
  std::ofstream(folder_ / name, std::ios::binary) << content;
  return path(name);
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string example_lines(int count) {
  std::ostringstream lines;
  for (int at = 0; at < count; ++at) {
    char head[16];
    const int size = 3 + at % 5;
    std::snprintf(head, sizeof head, "%04x%02x%02x", 0x4000 + at / 2, 1 + at % 2, size);
    lines << R"({"hex": ")" << head;
    for (int byte = 0; byte < size; ++byte) lines << "6" << (at + byte) % 10;
    lines << R"(", "direction": ")" << (at % 2 == 0 ? "c2s" : "s2c") << R"(", "t": )" << at
          << R"(, "flow": 0})" << '\n';
  }
  return lines.str();
}

}  // namespace troupe::cli
