#include "runtime/node/process_identity.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

namespace troupe {

std::string process_identity(pid_t process) {
  const auto folder = std::string("/proc/").append(std::to_string(process));
  std::ifstream boot_file("/proc/sys/kernel/random/boot_id");
  std::string boot;
  boot_file >> boot;
  struct stat space {};
  if (::stat(std::string(folder).append("/ns/pid").c_str(), &space) != 0) return {};
  std::ifstream stat_file(std::string(folder).append("/stat"));
  std::string text;
  std::getline(stat_file, text);
  const auto name_end = text.rfind(')');  // the name before it may hold anything
  if (name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  constexpr int start_time = 20;  // field 22 of stat, of which two are before the bracket
  for (int i = 0; i < start_time; ++i) fields >> field;
  return boot.append(" ").append(std::to_string(space.st_ino)).append(" ").append(field);
}

}  // namespace troupe
