#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "messages/errc.hpp"
#include "messages/log.hpp"
#include "runtime/config/options.hpp"

namespace troupe {

/// The node's log: lines go through a bounded queue to a thread of their own. When the writer falls
/// behind, the oldest lines are lost and counted; whoever logs never waits (a blocking queue would
/// hold a thread of the actor pool). What must not be lost is no log line but an audit entry.
///
/// Copies share one queue; the last one writes what is queued and ends the thread.
class log_service {
 public:
  /// The failure names the file that cannot be written.
  [[nodiscard]] static std::variant<log_service, failure> open(const log_section& section);

  [[nodiscard]] logger log() const;

  /// Lines lost because the queue was full.
  [[nodiscard]] std::uint64_t lost_lines() const;

  /// Lines that could not be written, for example because the disk is full.
  [[nodiscard]] std::uint64_t failed_lines() const;

 private:
  class writer;
  explicit log_service(std::shared_ptr<writer> to);
  std::shared_ptr<writer> writer_;
};

}  // namespace troupe
