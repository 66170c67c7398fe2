#include "runtime/cli/output.hpp"

#include <algorithm>
#include <cctype>
#include <ostream>

namespace troupe::cli {
namespace {

namespace fs = std::filesystem;

// The file behind an input's name.
fs::path file_of(const std::string& input) { return input == "-" ? "/dev/stdin" : input; }

// Without links; the path itself where nothing is there yet.
fs::path resolved(const fs::path& path) {
  std::error_code missing;
  auto found = fs::canonical(path, missing);
  return missing ? path : found;
}

}  // namespace

std::variant<output, failure> output::open(const std::string& target,
                                           const std::vector<std::string>& inputs, console& io) {
  output out(io);
  if (target.empty() || target == "-") return out;
  std::error_code error;
  const fs::path path(target);
  if (target.back() == '/') fs::create_directories(path, error);
  if (error) return unwritable(path, error.message());
  if (fs::is_directory(path, error)) {
    out.folder_ = resolved(path);
    for (const auto& input : inputs) out.used_.insert(resolved(file_of(input)));
    return out;
  }
  if (fs::is_regular_file(path, error)) {
    const auto same = std::find_if(inputs.begin(), inputs.end(), [&](const auto& input) {
      return fs::equivalent(path, file_of(input), error);
    });
    if (same != inputs.end()) {
      return failure{errc::bad_config, "--output " + target + " is the same file as the input " +
                                           *same + ": name another one"};
    }
  }
  auto opened = output_file::open(path);
  if (auto* why = std::get_if<failure>(&opened)) return std::move(*why);
  out.file_ = std::get<0>(std::move(opened));
  return out;
}

fs::path output::free_name(const std::string& stem, const std::string& ending) {
  const auto plain = file_name_of(stem);
  for (int count = 1;; ++count) {
    auto path =
        folder_ / (count == 1 ? plain + ending : plain + "-" + std::to_string(count) + ending);
    if (used_.insert(resolved(path)).second) return path;
  }
}

std::ostream& output::stream_for(const std::string& stem, const std::string& ending) {
  if (folder_.empty()) return file_ ? file_->stream() : io_->out;
  auto opened = output_file::open(free_name(stem, ending));
  if (auto* why = std::get_if<failure>(&opened)) {
    if (!first_problem_) first_problem_ = std::move(*why);
    file_.reset();
    return nowhere_;
  }
  file_ = std::get<0>(std::move(opened));
  return file_->stream();
}

failure output::flush() {
  if (first_problem_) return first_problem_;
  if (file_) return file_->flush();
  if (is_folder()) return {};
  io_->out.flush();
  if (io_->out || abandoned()) return {};
  return unwritable("the output", "the disk may be full, or the place not writable");
}

void output::end_part() {
  if (!is_folder() || !file_) return;
  auto problem = file_->put_in_place();
  if (problem && !first_problem_) first_problem_ = std::move(problem);
  file_.reset();
}

failure output::close(bool has_results) {
  auto problem = flush();
  if (!problem && file_ && has_results) problem = file_->put_in_place();
  return problem;
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
