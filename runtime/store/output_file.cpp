#include "runtime/store/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace troupe {
namespace {

namespace fs = std::filesystem;

// A new file in the folder of `path`; empty and errno where there can be none.
fs::path new_file_beside(const fs::path& path, mode_t rights) {
  for (int count = 0;; ++count) {
    auto beside = path;
    auto name = std::string(".").append(path.filename().string()).append(".");
    name.append(std::to_string(::getpid())).append(".").append(std::to_string(count));
    beside.replace_filename(name.append(".part"));
    const int made = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, rights);
    if (made < 0 && errno == EEXIST) continue;
    if (made < 0) return {};
    ::close(made);
    return beside;
  }
}

}  // namespace

failure unwritable(const fs::path& path, const std::string& why) {
  return {errc::bad_config,
          std::string("cannot write ").append(path.string()).append(": ").append(why)};
}

std::variant<std::unique_ptr<output_file>, failure> output_file::open(const fs::path& path,
                                                                      mode_t rights) {
  std::unique_ptr<output_file> out(new output_file);
  std::error_code unknown;
  const auto found = fs::canonical(path, unknown);  // a link stays one
  out->path_ = unknown ? path : found;
  const auto about = fs::status(out->path_, unknown);
  if (!fs::exists(about) || fs::is_regular_file(about)) {
    out->beside_ = new_file_beside(out->path_, rights);
    if (out->beside_.empty()) return unwritable(path, std::strerror(errno));
    if (fs::exists(about)) fs::permissions(out->beside_, about.permissions(), unknown);
  }
  out->stream_.open(out->beside_.empty() ? out->path_ : out->beside_, std::ios::binary);
  if (!out->stream_) return unwritable(path, std::strerror(errno));
  return out;
}

output_file::~output_file() {
  std::error_code ignored;
  if (!beside_.empty()) fs::remove(beside_, ignored);
}

failure output_file::flush() {
  stream_.flush();
  if (stream_) return {};
  return unwritable(path_, "the disk may be full, or the place not writable");
}

failure output_file::put_in_place() {
  if (auto why = flush()) return why;
  stream_.close();
  if (beside_.empty()) return {};
  std::error_code error;
  fs::rename(beside_, path_, error);
  if (error) return unwritable(path_, error.message());
  beside_.clear();
  return {};
}

}  // namespace troupe
