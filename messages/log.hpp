#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "messages/ids.hpp"

namespace troupe {

/// How much a line matters. Least first.
enum class log_level : std::uint8_t { trace, debug, info, warn, error };

/// One `key=value` of a line.
struct log_field {
  std::string_view key;
  std::string value;
};

/// The request that a line belongs to; none by default.
struct log_context {
  request_id request;
  trace_id trace;
};

/// Takes lines and sees that they are written. Thread-safe; never blocks, never throws.
class log_sink {
 public:
  log_sink() = default;
  log_sink(const log_sink&) = delete;
  log_sink& operator=(const log_sink&) = delete;
  virtual ~log_sink() = default;

  [[nodiscard]] virtual bool wants(log_level level) const noexcept = 0;
  virtual void write(log_level level, std::string_view event, std::span<const log_field> fields,
                     const log_context& context) noexcept = 0;
};

/// What is handed to whoever has something to say: state changes, as an event and its fields. A
/// default one says nothing.
///
///   log.info("child_restarted", {{"child", path}, {"reason", why}});
///
/// Values are written as they are given: never pass a secret.
class logger {
 public:
  using fields = std::initializer_list<log_field>;

  logger() = default;
  explicit logger(std::shared_ptr<log_sink> sink) : sink_(std::move(sink)) {}

  [[nodiscard]] bool wants(log_level level) const noexcept { return sink_ && sink_->wants(level); }

  void debug(std::string_view event, fields with = {}, const log_context& of = {}) const noexcept {
    say(log_level::debug, event, with, of);
  }
  void info(std::string_view event, fields with = {}, const log_context& of = {}) const noexcept {
    say(log_level::info, event, with, of);
  }
  void warn(std::string_view event, fields with = {}, const log_context& of = {}) const noexcept {
    say(log_level::warn, event, with, of);
  }
  void error(std::string_view event, fields with = {}, const log_context& of = {}) const noexcept {
    say(log_level::error, event, with, of);
  }

  void say(log_level level, std::string_view event, std::span<const log_field> with,
           const log_context& of) const noexcept {
    if (wants(level)) sink_->write(level, event, with, of);
  }

 private:
  std::shared_ptr<log_sink> sink_;
};

}  // namespace troupe
