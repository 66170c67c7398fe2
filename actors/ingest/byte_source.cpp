#include "actors/ingest/byte_source.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace troupe::ingest {

namespace {

constexpr std::size_t window_bytes = std::size_t{256} << 10U;
constexpr std::uint64_t tell_each_bytes = std::uint64_t{4} << 20U;

class file_descriptor {
 public:
  explicit file_descriptor(int number) noexcept : number_(number) {}
  file_descriptor(file_descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  file_descriptor& operator=(file_descriptor&&) = delete;
  ~file_descriptor() {
    if (number_ > STDERR_FILENO) ::close(number_);
  }

  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

// A file, a pipe or a terminal. The last two may say nothing for long: they are waited for in short
// turns, so that whoever watches the progress can ask for the end.
class file_source final : public byte_source {
 public:
  file_source(file_descriptor file, std::uint64_t total, bool may_wait, progress tell,
              std::stop_token stop)
      : file_(std::move(file)),
        total_(total),
        may_wait_(may_wait),
        tell_(std::move(tell)),
        stop_(std::move(stop)) {}

  std::size_t read(std::span<std::uint8_t> into) override {
    while (problem_.empty()) {
      if (tell_ && done_ - told_ >= tell_each_bytes) tell();
      if (stop_.stop_requested()) {
        problem_ = "reading was stopped";
        break;
      }
      if (may_wait_ && !has_news()) continue;
      const auto got = ::read(file_.number(), into.data(), into.size());
      if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (got < 0) problem_ = std::string("reading failed: ") + std::strerror(errno);
      if (got <= 0) break;
      done_ += static_cast<std::size_t>(got);
      return static_cast<std::size_t>(got);
    }
    if (tell_ && told_ != done_) tell();
    return 0;
  }

 private:
  void tell() {
    told_ = done_;
    tell_(done_, total_);
  }

  [[nodiscard]] bool has_news() {
    constexpr int turn_ms = 50;  // a person does not notice; 20 looks a second cost nothing
    pollfd waiting{file_.number(), POLLIN, 0};
    if (::poll(&waiting, 1, turn_ms) != 0) return true;
    if (tell_) tell();
    return false;
  }

  file_descriptor file_;
  std::uint64_t total_;
  bool may_wait_;
  progress tell_;
  std::stop_token stop_;
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

  void next_member() {
    const auto head = from_->peek(2);
    const bool is_member = head.size() == 2 && head[0] == 0x1f && head[1] == 0x8b;
    open_ = is_member && ::inflateReset(&state_) == Z_OK;
    if (!open_) look_at_rest();
  }

  // Zeros are padding, which gzip(1) leaves alone too. Anything else somebody misses.
  void look_at_rest() {
    const auto start = from_->position();
    bool padding = true;
    for (auto rest = from_->peek(window_bytes); !rest.empty(); rest = from_->peek(window_bytes)) {
      padding = padding && std::all_of(rest.begin(), rest.end(), [](auto one) { return one == 0; });
      from_->skip(rest.size());
    }
    if (!padding) {
      problem_ = "the gzip data ends at byte " + std::to_string(start) + ", the " +
                 std::to_string(from_->position() - start) + " bytes behind it are no gzip data";
    }
    if (!from_->problem().empty()) problem_ = from_->problem();
  }

  std::unique_ptr<byte_reader> from_;
  z_stream state_{};
  bool open_ = false;
  bool inside_ = false;
};

failure cannot_open(const std::string& path, const std::string& why) {
  return {errc::bad_input, (path == "-" ? "standard input" : path) + ": cannot be read: " + why +
                               "; check the name and the rights"};
}

}  // namespace

std::variant<std::unique_ptr<byte_source>, failure> open_file(const std::string& path,
                                                              const progress& tell,
                                                              const std::stop_token& stop) {
  // Not to wait is for pipes by name: opening one would wait for its writer.
  file_descriptor file(path == "-" ? STDIN_FILENO
                                   : ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat about {};
  if (file.number() < 0 || ::fstat(file.number(), &about) != 0) {
    return cannot_open(path, std::strerror(errno));
  }
  if (S_ISDIR(about.st_mode)) return cannot_open(path, "it is a folder");
  const bool is_file = S_ISREG(about.st_mode);
  const auto total = is_file ? static_cast<std::uint64_t>(about.st_size) : 0;
  return std::make_unique<file_source>(std::move(file), total, !is_file, tell, stop);
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
    if (room.empty() && has_more()) {
      over_limit_ = "over the limit of " + std::to_string(limit_) + " bytes";
    }
    ended_ = got == 0;
    end_ += got;
    received_ += got;
  }
  return at_most(std::span(window_).subspan(begin_, end_ - begin_), size);
}

bool byte_reader::has_more() {
  std::uint8_t one = 0;
  return from_->read({&one, 1}) > 0;
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
