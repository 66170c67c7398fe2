#pragma once

#include <filesystem>

#include "chaos/live/watchdog.hpp"

namespace troupe::chaos {

/// A file system of its own, in memory and of bounded size, that only this process and its children
/// see. It is gone with the last of them; the empty folder is the watchdog's to remove.
class small_disk {
 public:
  /// Throws std::runtime_error where no mount is possible: that needs root, or user namespaces.
  small_disk(watchdog& guard, std::uint64_t bytes);
  ~small_disk();
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

  /// Takes all the space that is left; returns the bytes.
  std::uint64_t fill();
  void clear();

 private:
  watchdog& guard_;
  std::filesystem::path folder_;
  std::uint64_t remove_ticket_ = 0;
};

}  // namespace troupe::chaos
