#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "actors/ingest/bytes.hpp"
#include "messages/errc.hpp"

namespace troupe {

/// Told from time to time how far the reading of a file is, also while a pipe says nothing; `total`
/// is 0 where nobody knows.
using progress = std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)>;

}  // namespace troupe

namespace troupe::ingest {

/// Where bytes come from: a file, memory, or another source that is being inflated.
class byte_source {
 public:
  byte_source() = default;
  byte_source(const byte_source&) = delete;
  byte_source& operator=(const byte_source&) = delete;
  virtual ~byte_source() = default;

  /// Some bytes, at most those that fit; 0 only at the end.
  virtual std::size_t read(std::span<std::uint8_t> into) = 0;

  /// Why the bytes ended too early, or empty.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 protected:
  std::string problem_;
};

/// "-" is the standard input. When `stop` is asked for, the bytes end there, also those of a pipe
/// that says nothing.
[[nodiscard]] std::variant<std::unique_ptr<byte_source>, failure> open_file(
    const std::string& path, const progress& tell, const std::stop_token& stop);

/// The bytes must outlive the source.
[[nodiscard]] std::unique_ptr<byte_source> from_memory(byte_view bytes);

/// A window over a source: looks ahead, then takes.
class byte_reader {
 public:
  /// `limit`: bytes after which the source counts as ended, 0 for none.
  explicit byte_reader(std::unique_ptr<byte_source> from, std::uint64_t limit = 0);

  /// The next `size` bytes, fewer only at the end; valid until the next call of any member.
  [[nodiscard]] byte_view peek(std::size_t size);
  /// Leaves out `size` bytes; false where the source ended before.
  bool skip(std::uint64_t size);
  /// Bytes taken so far.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] const std::string& problem() const noexcept;

 private:
  [[nodiscard]] bool has_more();

  std::unique_ptr<byte_source> from_;
  std::uint64_t limit_;
  std::uint64_t received_ = 0;
  std::uint64_t position_ = 0;
  std::vector<std::uint8_t> window_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  std::string over_limit_;
};

/// Inflates gzip members (RFC 1952), one after the other, as `from` delivers them. What follows
/// them and is neither a member nor zeros is a problem.
[[nodiscard]] std::unique_ptr<byte_source> inflate(std::unique_ptr<byte_reader> from);

}  // namespace troupe::ingest
