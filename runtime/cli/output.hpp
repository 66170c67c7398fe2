#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <variant>

#include "runtime/cli/console.hpp"

namespace troupe::cli {

/// Where a command writes: the output stream, one file, or a file for each input in a folder.
class output {
 public:
  /// `target`: empty for the output stream, a folder (existing, or with a slash at its end, then it
  /// is made), else a file.
  [[nodiscard]] static std::variant<output, failure> open(const std::string& target, console& io);

  [[nodiscard]] bool is_folder() const noexcept { return !folder_.empty(); }
  [[nodiscard]] bool is_stream() const noexcept { return folder_.empty() && !file_; }

  /// The stream for the output `stem` + `ending`: of a folder a new file, else always the same.
  [[nodiscard]] std::ostream& stream_for(const std::string& stem, const std::string& ending);

  /// Writes out what is buffered. The failure names the file and why.
  [[nodiscard]] failure flush();

  /// The reader of the output stream went away.
  [[nodiscard]] bool abandoned() const;

 private:
  explicit output(console& io) : io_(&io) {}

  console* io_;
  std::filesystem::path folder_;
  std::filesystem::path path_;  // of file_
  std::unique_ptr<std::ofstream> file_;
  std::set<std::string> used_;  // names in the folder
  failure first_problem_;
};

/// A file's name up to its first dot, as people name captures; "stdin" for "-".
[[nodiscard]] std::string stem_of(const std::string& path);

/// The last part of a path.
[[nodiscard]] std::string base_name(const std::string& path);

/// A name that is fit for a file: everything but letters, digits, '-', '_' and '.' becomes '_'.
[[nodiscard]] std::string file_name_of(const std::string& text);

}  // namespace troupe::cli
