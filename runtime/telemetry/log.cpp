#include "runtime/telemetry/log.hpp"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>

#include "runtime/telemetry/log_line.hpp"

namespace troupe {
namespace {

// Time in UTC with microseconds. The JSON line's members come from render_json.
constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%fZ %-5l %v";
constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})";

spdlog::level::level_enum level_of(log_level level) {
  switch (level) {
    case log_level::trace: return spdlog::level::trace;
    case log_level::debug: return spdlog::level::debug;
    case log_level::info: return spdlog::level::info;
    case log_level::warn: return spdlog::level::warn;
    case log_level::error: return spdlog::level::err;
  }
  return spdlog::level::off;
}

/// The names that the configuration allows; spdlog's own reading would take any text.
spdlog::level::level_enum level_of(const std::string& name) {
  if (name == "trace") return spdlog::level::trace;
  if (name == "debug") return spdlog::level::debug;
  if (name == "info") return spdlog::level::info;
  if (name == "warn") return spdlog::level::warn;
  if (name == "error") return spdlog::level::err;
  return spdlog::level::off;
}

spdlog::sink_ptr open_sink(const std::string& file) {
  if (file == "stderr") return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  if (file == "stdout") return std::make_shared<spdlog::sinks::stdout_sink_mt>();
  return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
}

}  // namespace

class log_service::writer final : public log_sink {
 public:
  explicit writer(const log_section& section)
      : json_(section.format == "json"),
        pool_(std::make_shared<spdlog::details::thread_pool>(section.waiting_lines, 1)),
        out_(
            std::make_shared<spdlog::async_logger>("troupe", open_sink(section.file), pool_,
                                                   spdlog::async_overflow_policy::overrun_oldest)) {
    out_->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        json_ ? json_pattern : text_pattern, spdlog::pattern_time_type::utc));
    out_->set_level(level_of(section.level));
    // State changes are rare and matter most just before a crash: each is written at once.
    out_->flush_on(spdlog::level::trace);
    out_->set_error_handler([this](const std::string& /*why*/) { ++failed_; });
  }

  [[nodiscard]] bool wants(log_level level) const noexcept override {
    return out_->should_log(level_of(level));
  }

  void write(log_level level, std::string_view event, std::span<const log_field> fields,
             const log_context& context) noexcept override {
    try {
      out_->log(level_of(level),
                json_ ? render_json(event, fields, context) : render_text(event, fields, context));
    } catch (const std::exception&) {
      ++failed_;
    }
  }

  [[nodiscard]] std::uint64_t lost() const { return pool_->overrun_counter(); }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }

 private:
  const bool json_;
  std::atomic<std::uint64_t> failed_{0};  // before the pool: its thread counts until it is joined
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::async_logger> out_;
};

log_service::log_service(std::shared_ptr<writer> to) : writer_(std::move(to)) {}

std::variant<log_service, failure> log_service::open(const log_section& section) {
  try {
    return log_service(std::make_shared<writer>(section));
  } catch (const std::exception& error) {
    return failure{errc::bad_config,
                   "log.file: cannot write to " + section.file + ": " + error.what()};
  }
}

logger log_service::log() const { return logger(writer_); }

std::uint64_t log_service::lost_lines() const { return writer_->lost(); }

std::uint64_t log_service::failed_lines() const { return writer_->failed(); }

}  // namespace troupe
