#include "actors/ingest/byte_source.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace troupe::ingest {

namespace {

constexpr std::size_t window_bytes = std::size_t{256} << 10U;
constexpr std::uint64_t tell_each_bytes = std::uint64_t{4} << 20U;

struct close_file {
  void operator()(std::FILE* file) const noexcept {
    if (file != stdin) std::fclose(file);
  }
};

class file_source final : public byte_source {
 public:
  file_source(std::FILE* file, std::uint64_t total, progress tell)
      : file_(file), total_(total), tell_(std::move(tell)) {}

  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t got = std::fread(into.data(), 1, into.size(), file_.get());
    if (got < into.size() && std::ferror(file_.get()) != 0) {
      problem_ = std::string("reading failed: ") + std::strerror(errno);
    }
    done_ += got;
    if (tell_ && (done_ - told_ >= tell_each_bytes || (got == 0 && told_ != done_))) {
      told_ = done_;
      tell_(done_, total_);
    }
    return got;
  }

 private:
  std::unique_ptr<std::FILE, close_file> file_;
  std::uint64_t total_;
  progress tell_;
  std::uint64_t done_ = 0;
  std::uint64_t told_ = 0;
};

class memory_source final : public byte_source {
 public:
  explicit memory_source(byte_view bytes) : bytes_(bytes) {}

  std::size_t read(std::span<std::uint8_t> into) override {
    const auto part = at_most(bytes_, into.size());
    std::copy(part.begin(), part.end(), into.begin());
    bytes_ = bytes_.subspan(part.size());
    return part.size();
  }

 private:
  byte_view bytes_;
};

class inflating_source final : public byte_source {
 public:
  explicit inflating_source(std::unique_ptr<byte_reader> from) : from_(std::move(from)) {
    constexpr int gzip_only = 16 + MAX_WBITS;  // zlib.h, inflateInit2
    open_ = ::inflateInit2(&state_, gzip_only) == Z_OK;
    if (!open_) problem_ = "zlib could not start";
  }
  inflating_source(const inflating_source&) = delete;
  inflating_source& operator=(const inflating_source&) = delete;
  ~inflating_source() override { ::inflateEnd(&state_); }

  std::size_t read(std::span<std::uint8_t> into) override {
    state_.next_out = into.data();
    state_.avail_out = static_cast<uInt>(into.size());
    while (open_ && state_.avail_out > 0) step();
    return into.size() - state_.avail_out;
  }

 private:
  void step() {
    const auto next = from_->peek(window_bytes / 4);
    if (next.empty()) {
      open_ = false;
      if (inside_) problem_ = "the gzip data ends in the middle";
      if (!from_->problem().empty()) problem_ = from_->problem();
      return;
    }
    // zlib's interface is older than const: it does not write through next_in.
    state_.next_in =
        const_cast<Bytef*>(next.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    state_.avail_in = static_cast<uInt>(next.size());
    const int answer = ::inflate(&state_, Z_NO_FLUSH);
    const auto at = from_->position();
    from_->skip(next.size() - state_.avail_in);
    inside_ = answer != Z_STREAM_END;
    if (answer == Z_STREAM_END) {
      next_member();
    } else if (answer != Z_OK && answer != Z_BUF_ERROR) {
      open_ = false;
      problem_ = "the gzip data is damaged near its byte " + std::to_string(at) + " (" +
                 (state_.msg != nullptr ? state_.msg : "zlib error") + ")";
    }
  }

  // Bytes after the last member that are no member (padding of tapes, for example) are left alone.
  void next_member() {
    const auto head = from_->peek(2);
    open_ =
        head.size() == 2 && head[0] == 0x1f && head[1] == 0x8b && ::inflateReset(&state_) == Z_OK;
  }

  std::unique_ptr<byte_reader> from_;
  z_stream state_{};
  bool open_ = false;
  bool inside_ = false;
};

failure cannot_open(const std::string& path, const std::string& why) {
  return {errc::bad_input, path + ": cannot be read: " + why + "; check the name and the rights"};
}

}  // namespace

std::variant<std::unique_ptr<byte_source>, failure> open_file(const std::string& path,
                                                              const progress& tell) {
  if (path == "-") return std::make_unique<file_source>(stdin, 0, tell);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return cannot_open(path, "it is a folder");
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return cannot_open(path, std::strerror(errno));
  const auto size = std::filesystem::file_size(path, ignored);
  return std::make_unique<file_source>(file, ignored ? 0 : size, tell);
}

std::unique_ptr<byte_source> from_memory(byte_view bytes) {
  return std::make_unique<memory_source>(bytes);
}

std::unique_ptr<byte_source> inflate(std::unique_ptr<byte_reader> from) {
  return std::make_unique<inflating_source>(std::move(from));
}

byte_reader::byte_reader(std::unique_ptr<byte_source> from, std::uint64_t limit)
    : from_(std::move(from)), limit_(limit), window_(window_bytes) {}

byte_view byte_reader::peek(std::size_t size) {
  if (end_ - begin_ < size && !ended_) {
    std::copy(window_.begin() + static_cast<std::ptrdiff_t>(begin_),
              window_.begin() + static_cast<std::ptrdiff_t>(end_), window_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (window_.size() < size) window_.resize(size);
  }
  while (end_ - begin_ < size && !ended_) {
    auto room = std::span(window_).subspan(end_);
    if (limit_ != 0) room = room.first(std::min<std::uint64_t>(room.size(), limit_ - received_));
    const std::size_t got = room.empty() ? 0 : from_->read(room);
    if (room.empty()) over_limit_ = "over the limit of " + std::to_string(limit_) + " bytes";
    ended_ = got == 0;
    end_ += got;
    received_ += got;
  }
  return at_most(std::span(window_).subspan(begin_, end_ - begin_), size);
}

bool byte_reader::skip(std::uint64_t size) {
  while (size > 0) {
    const auto part = peek(static_cast<std::size_t>(std::min<std::uint64_t>(size, window_bytes)));
    if (part.empty()) return false;
    begin_ += part.size();
    position_ += part.size();
    size -= part.size();
  }
  return true;
}

const std::string& byte_reader::problem() const noexcept {
  return over_limit_.empty() ? from_->problem() : over_limit_;
}

}  // namespace troupe::ingest
