#pragma once

#include <cstdint>
#include <string>

#include "messages/ids.hpp"
#include "runtime/cli/console.hpp"

namespace troupe::cli {

/// One line on the error stream that says how far a long piece of work is; only on a terminal, only
/// after a second, redrawn at most ten times a second and wiped out at the end.
class progress_line {
 public:
  progress_line(console& io, time_point started) : io_(io), started_(started) {}
  ~progress_line() { clear(); }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  void reading(const std::string& input, std::uint64_t done, std::uint64_t total, time_point now);
  void working(const std::string& input, std::size_t groups_done, std::size_t groups,
               const std::string& on, duration took, duration budget, time_point now);
  void clear();

 private:
  [[nodiscard]] bool is_due(time_point now) const;
  void draw(const std::string& text, time_point now);

  console& io_;
  time_point started_;
  time_point drawn_{};
  bool visible_ = false;
};

}  // namespace troupe::cli
