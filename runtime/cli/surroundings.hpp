#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "runtime/cli/console.hpp"

namespace troupe::cli {

/// Blocks SIGINT and SIGTERM for this thread and all that it starts, so that the main thread can
/// ask for them when it suits (no handlers), and ignores SIGPIPE: a reader that went away shows as
/// a failed stream.
class quiet_signals {
 public:
  quiet_signals();

  /// The name of a signal that came. Does not block.
  [[nodiscard]] std::optional<std::string> seen() const;
  /// Blocks until one comes, or until `still_wanted`, which is asked every 200 ms, says no.
  [[nodiscard]] std::optional<std::string> wait(const std::function<bool()>& still_wanted) const;
};

/// The console of a process that runs in a terminal, a pipe or a service manager.
[[nodiscard]] console console_of_this_process(std::ostream& out, std::ostream& err,
                                              const quiet_signals& signals);

}  // namespace troupe::cli
