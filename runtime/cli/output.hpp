#pragma once

#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "runtime/cli/console.hpp"
#include "runtime/store/output_file.hpp"

namespace troupe::cli {

/// Where a command writes: the output stream, one file, or a file for each input in a folder.
class output {
 public:
  /// `target`: empty for the output stream, a folder (existing, or with a slash at its end, then it
  /// is made), else a file. None of the `inputs` is ever written: a file that is one is refused, in
  /// a folder the result takes another name.
  [[nodiscard]] static std::variant<output, failure> open(const std::string& target,
                                                          const std::vector<std::string>& inputs,
                                                          console& io);

  [[nodiscard]] bool is_folder() const noexcept { return !folder_.empty(); }
  [[nodiscard]] bool is_stream() const noexcept { return folder_.empty() && !file_; }

  /// The stream for the output `stem` + `ending`: of a folder a new file, else always the same.
  [[nodiscard]] std::ostream& stream_for(const std::string& stem, const std::string& ending);

  /// Writes out what is buffered. The failure names the file and why.
  [[nodiscard]] failure flush();
  /// What was begun with `stream_for` is whole: in a folder the file takes its place.
  void end_part();
  /// All is written. The one file takes its place if `has_results`, else what was there stays.
  [[nodiscard]] failure close(bool has_results);

  /// The reader of the output stream went away.
  [[nodiscard]] bool abandoned() const;

 private:
  explicit output(console& io) : io_(&io) {}

  [[nodiscard]] std::filesystem::path free_name(const std::string& stem, const std::string& ending);

  console* io_;
  std::filesystem::path folder_;
  std::unique_ptr<output_file> file_;
  std::ofstream nowhere_;                 // never opened, takes nothing
  std::set<std::filesystem::path> used_;  // files in the folder that are taken, inputs too
  failure first_problem_;
};

/// A file's name up to its first dot, as people name captures; "stdin" for "-".
[[nodiscard]] std::string stem_of(const std::string& path);

/// The last part of a path.
[[nodiscard]] std::string base_name(const std::string& path);

/// A name that is fit for a file: everything but letters, digits, '-', '_' and '.' becomes '_'.
[[nodiscard]] std::string file_name_of(const std::string& text);

}  // namespace troupe::cli
