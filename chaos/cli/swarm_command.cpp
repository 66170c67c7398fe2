#include <atomic>
#include <fstream>
#include <mutex>
#include <ostream>
#include <thread>

#include "chaos/cli/commands.hpp"
#include "chaos/cli/story.hpp"
#include "chaos/swarm/swarm.hpp"

namespace troupe::chaos {

namespace {

constexpr std::size_t shrinking_runs = 60;

std::string reason_of(const report& judged) {
  if (!judged.violations.empty()) {
    return judged.violations.front().invariant + ": " + judged.violations.front().text;
  }
  for (const auto& why : judged.reasons) {
    if (!why.starts_with("the fault '")) return why;  // that it never fired is no failure here
  }
  return judged.reasons.empty() ? "" : judged.reasons.front();
}

/// One swarm: seeds are taken one after another by each job; what they find is told under one lock.
class swarm {
 public:
  swarm(const swarm_request& asked, terminal& at) : asked_(asked), at_(at) {}

  exit_status run() {
    std::vector<std::thread> jobs;
    for (std::uint32_t i = 0; i < asked_.jobs; ++i) jobs.emplace_back([this] { work(); });
    for (auto& one : jobs) one.join();
    if (at_.progress) at_.err << '\r';
    at_.out << done_ << " scenarios, " << events_ << " events, " << requests_ << " requests, "
            << faults_ << " faults fired, " << restarts_ << " restarts: " << failures_
            << " failed\n";
    return failures_ == 0 && written_ ? 0 : 1;
  }

 private:
  void work() {
    while (true) {
      const auto index = next_.fetch_add(1);
      if (index >= asked_.seeds) return;
      const auto seed = asked_.first + index;
      const auto what = draw_scenario(seed);
      const run_options how{.seed = seed, .with_faults = asked_.with_faults};
      const auto got = simulate(what, how);
      const std::lock_guard hold(lock_);
      count(got);
      if (broke(got)) keep(what, how, got);
    }
  }

  void count(const run_result& got) {
    ++done_;
    events_ += got.events;
    requests_ += got.judged.accepted;
    restarts_ += got.judged.restarts;
    for (const auto& [name, times] : got.judged.faults) faults_ += times;
    if (at_.progress && done_ % 10 == 0) {
      at_.err << '\r' << done_ << " of " << asked_.seeds << ", " << failures_ << " failed   "
              << std::flush;
    }
  }

  void keep(const scenario& what, const run_options& how, const run_result& got) {
    ++failures_;
    at_.out << "FAIL seed " << how.seed << ": " << reason_of(got.judged) << '\n';
    auto small = shrink(what, how, shrinking_runs, [](const std::string&) {});
    small.what.replay = replay_of{how.seed, small.last_request};
    std::error_code error;
    std::filesystem::create_directories(asked_.folder, error);
    const auto file = std::filesystem::path(asked_.folder) / (what.name + ".yaml");
    std::ofstream stream(file);
    stream << to_yaml(small.what);
    stream.flush();
    if (!stream) {
      written_ = false;
      at_.err << "troupe-chaos: " << file.string() << ": cannot be written\n";
      return;
    }
    at_.out << "  shrunk to " << small.what.faults.size() << " faults and "
            << small.got.told.requests.size() << " requests: troupe-chaos simulate "
            << file.string() << '\n';
  }

  const swarm_request& asked_;
  terminal& at_;
  std::atomic<std::uint64_t> next_ = 0;
  std::mutex lock_;
  std::uint64_t done_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t restarts_ = 0;
  std::uint64_t faults_ = 0;
  std::uint64_t failures_ = 0;
  bool written_ = true;
};

}  // namespace

exit_status swarm_command(const swarm_request& asked, terminal& at) {
  return swarm(asked, at).run();
}

}  // namespace troupe::chaos
