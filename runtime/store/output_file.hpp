#pragma once

#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <variant>

#include "messages/errc.hpp"

namespace troupe {

/// A file that is written beside its place and put there when it is whole, so that what stood there
/// before is lost to no run that fails. Devices and pipes are written directly.
class output_file {
 public:
  /// `rights`: of a file that is not there yet, less the umask.
  [[nodiscard]] static std::variant<std::unique_ptr<output_file>, failure> open(
      const std::filesystem::path& path, mode_t rights = 0666);
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;
  /// What was not put in its place is removed.
  ~output_file();

  [[nodiscard]] std::ostream& stream() noexcept { return stream_; }
  /// Writes out what is buffered.
  [[nodiscard]] failure flush();
  [[nodiscard]] failure put_in_place();

 private:
  output_file() = default;

  std::filesystem::path path_;
  std::filesystem::path beside_;  // empty: written directly, or in its place
  std::ofstream stream_;
};

/// "cannot write ...: why"
[[nodiscard]] failure unwritable(const std::filesystem::path& path, const std::string& why);

}  // namespace troupe
