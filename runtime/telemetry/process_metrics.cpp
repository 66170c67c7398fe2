#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "runtime/telemetry/metrics.hpp"

// What the kernel says about this process: proc(5) and getrusage(2). A reading that fails is 0.

namespace troupe {
namespace {

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0;
  double resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

double open_files() {
  std::error_code none_left;
  const std::filesystem::directory_iterator entries("/proc/self/fd", none_left);
  if (none_left) return 0;
  // Less the one that this very look holds open.
  return static_cast<double>(std::distance(begin(entries), end(entries))) - 1;
}

double open_files_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

/// Seconds since 1970: boot time (btime of /proc/stat) plus field 22 of /proc/self/stat, in ticks.
double start_time_seconds() {
  std::string word;
  double boot = 0;
  for (std::ifstream file("/proc/stat"); file >> word;) {
    if (word == "btime") file >> boot;
  }
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  // The name in field 2 may hold spaces and brackets; field 3 follows the last bracket.
  const auto bracket = line.rfind(')');
  if (bracket == std::string::npos) return 0;
  std::istringstream rest(line.substr(bracket + 1));
  for (int field = 3; field < 22; ++field) rest >> word;
  double ticks = 0;
  rest >> ticks;
  return boot + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

void define_process_metrics(metrics& in, std::string_view version) {
  in.read_gauge("process_resident_memory_bytes", "Resident memory in bytes.", resident_bytes);
  in.read_counter("process_cpu_seconds_total", "User and system processor time in seconds.",
                  cpu_seconds);
  in.read_gauge("process_open_fds", "Open file descriptors.", open_files);
  in.read_gauge("process_max_fds", "Most file descriptors that may be open.", open_files_limit);
  in.read_gauge("process_start_time_seconds", "Start of the process, seconds since 1970 UTC.",
                [start = start_time_seconds()] { return start; });
  in.gauge("troupe_build_info", "Always 1; the label says what was built.",
           {{"version", std::string(version)}})
      .Set(1);
}

}  // namespace troupe
