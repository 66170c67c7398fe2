#include "runtime/cli/output.hpp"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <ostream>

namespace troupe::cli {
namespace {

namespace fs = std::filesystem;

failure unwritable(const fs::path& path, std::string_view why) {
  return {errc::bad_config, "cannot write " + path.string() + ": " + std::string(why)};
}

}  // namespace

std::variant<output, failure> output::open(const std::string& target, console& io) {
  output out(io);
  if (target.empty() || target == "-") return out;
  std::error_code error;
  const fs::path path(target);
  if (target.back() == '/') fs::create_directories(path, error);
  if (error) return unwritable(path, error.message());
  if (fs::is_directory(path, error)) {
    out.folder_ = path;
    return out;
  }
  out.path_ = path;
  out.file_ = std::make_unique<std::ofstream>(path, std::ios::binary);
  if (!*out.file_) return unwritable(path, std::strerror(errno));
  return out;
}

std::ostream& output::stream_for(const std::string& stem, const std::string& ending) {
  if (folder_.empty()) return file_ ? *file_ : io_->out;
  if (auto problem = flush(); problem && !first_problem_) first_problem_ = problem;
  const auto plain = file_name_of(stem);
  auto name = plain + ending;
  for (int count = 2; !used_.insert(name).second; ++count) {
    name = plain + "-" + std::to_string(count) + ending;
  }
  path_ = folder_ / name;
  file_ = std::make_unique<std::ofstream>(path_, std::ios::binary);
  return *file_;
}

failure output::flush() {
  if (first_problem_) return first_problem_;
  auto& stream = file_ ? *file_ : io_->out;
  if (is_folder() && !file_) return {};
  stream.flush();
  if (stream || abandoned()) return {};
  return unwritable(is_stream() ? fs::path("the output") : path_,
                    "the disk may be full, or the place not writable");
}

bool output::abandoned() const { return is_stream() && !io_->out; }

std::string base_name(const std::string& path) {
  return path == "-" ? "stdin" : fs::path(path).filename().string();
}

std::string stem_of(const std::string& path) {
  const auto name = base_name(path);
  return name.substr(0, name.find('.', 1));
}

std::string file_name_of(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool fit = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ||
                     (c == '.' && !out.empty());
    out += fit ? c : '_';
  }
  return out.empty() ? "_" : out;
}

}  // namespace troupe::cli
