#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "messages/errc.hpp"
#include "runtime/cli/report/style.hpp"

namespace troupe::cli {

/// How a command ended, for the shell.
enum class exit_code : std::uint8_t {
  done = 0,          // a labelled partial result counts
  some_refused = 1,  // some inputs were refused, others are done
  differs = 1,       // of `troupe diff`
  usage = 2,         // the command line or the configuration does not hold
  bad_input = 3,     // nothing could be done with the input
  too_late = 4,      // the deadline passed, or a signal came, before there was any result
};

/// The world of a command: where it prints, what it knows of its surroundings. Tests make their
/// own.
struct console {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool unicode = true;
  std::size_t width = 80;  // columns of the terminal
  std::map<std::string, std::string> environment = {};
  std::filesystem::path program_folder = {};  // where the executable lies; empty: not known

  /// The name of the signal that asks this process to end, once one came. Does not block.
  std::function<std::optional<std::string>()> signal_seen = [] { return std::nullopt; };
  /// Blocks until such a signal comes, or until `still_wanted`, which is asked every 200 ms, says
  /// no: then nothing.
  std::function<std::optional<std::string>(const std::function<bool()>& still_wanted)>
      wait_for_signal = [](const auto&) { return std::string("SIGTERM"); };
};

/// "troupe: <what>" on the error stream, one line; control characters are escaped.
void complain(console& io, std::string_view what);

/// How the reports look: `color` is auto, always or never.
[[nodiscard]] style style_for(const console& io, std::string_view color);

}  // namespace troupe::cli
