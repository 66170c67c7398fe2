#include "runtime/cli/surroundings.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace troupe::cli {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

std::string name_of(int signal) { return signal == SIGINT ? "SIGINT" : "SIGTERM"; }

// The signal that comes within this time, if one does.
std::optional<std::string> within(const timespec& time) {
  const auto set = stop_signals();
  const int signal = sigtimedwait(&set, nullptr, &time);
  if (signal < 0) return std::nullopt;
  return name_of(signal);
}

std::size_t terminal_width(const console& io) {
  const auto given = io.environment.find("COLUMNS");
  if (given != io.environment.end()) {
    if (const auto columns = std::strtoul(given->second.c_str(), nullptr, 10); columns > 0) {
      return columns;
    }
  }
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

// The first of these that is set decides about character encoding (POSIX, section 8.2).
bool speaks_unicode(const console& io) {
  for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto found = io.environment.find(name);
    if (found == io.environment.end() || found->second.empty()) continue;
    const std::string_view value = found->second;
    return value.find("UTF-8") != value.npos || value.find("utf8") != value.npos ||
           value.find("utf-8") != value.npos;
  }
  return false;
}

}  // namespace

quiet_signals::quiet_signals() {
  const auto set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

std::optional<std::string> quiet_signals::seen() const { return within({}); }

std::optional<std::string> quiet_signals::wait(const std::function<bool()>& still_wanted) const {
  constexpr timespec look_again{0, 200'000'000};
  while (still_wanted()) {
    if (auto signal = within(look_again)) return signal;
  }
  return std::nullopt;
}

console console_of_this_process(std::ostream& out, std::ostream& err,
                                const quiet_signals& signals) {
  console io{out, err};
  io.out_is_terminal = isatty(STDOUT_FILENO) != 0;
  io.err_is_terminal = isatty(STDERR_FILENO) != 0;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != text.npos)
      io.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  io.unicode = speaks_unicode(io);
  io.width = terminal_width(io);
  std::error_code unknown;
  io.program_folder = std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path();
  io.signal_seen = [&signals] { return signals.seen(); };
  io.wait_for_signal = [&signals](const auto& still_wanted) { return signals.wait(still_wanted); };
  return io;
}

}  // namespace troupe::cli
