#include "chaos/live/small_disk.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace troupe::chaos {

namespace {

[[noreturn]] void refuse(const char* call) {
  throw std::runtime_error(
      std::string(call) + ": " + std::generic_category().message(errno) +
      ". A disk fault needs a small file system of its own: run as root in a container that may "
      "mount, or play the scenario with `simulate`");
}

}  // namespace

small_disk::small_disk(watchdog& guard, std::uint64_t bytes) : guard_(guard) {
  auto name = (std::filesystem::temp_directory_path() / "troupe-chaos-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) refuse("mkdtemp");
  folder_ = name;
  remove_ticket_ = guard_.will_remove(folder_);
  // Mounts of its own: nobody else sees this one, and none of it is left when the last of us ends.
  if (unshare(CLONE_NEWNS) != 0) refuse("unshare");
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) refuse("mount");
  const auto size = "mode=0700,size=" + std::to_string(bytes);
  if (mount("troupe-chaos", name.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, size.c_str()) != 0) {
    refuse("mount");
  }
}

small_disk::~small_disk() {
  umount2(folder_.c_str(), MNT_DETACH);
  std::error_code error;
  std::filesystem::remove(folder_, error);
  guard_.forget(remove_ticket_);
}

std::uint64_t small_disk::fill() {
  std::FILE* const file = std::fopen((folder_ / "fill").c_str(), "ab");
  if (file == nullptr) return 0;
  const std::string block(4096, '#');
  std::uint64_t written = 0;
  std::setvbuf(file, nullptr, _IONBF, 0);
  while (true) {
    const auto now = std::fwrite(block.data(), 1, block.size(), file);
    written += now;
    if (now < block.size()) break;
  }
  std::fclose(file);
  return written;
}

void small_disk::clear() {
  std::error_code error;
  std::filesystem::remove(folder_ / "fill", error);
}

}  // namespace troupe::chaos
