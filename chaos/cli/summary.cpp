#include <fstream>
#include <iomanip>
#include <ostream>

#include "chaos/cli/commands.hpp"

// What the commands that play a scenario have in common.

namespace troupe::chaos {

namespace {

std::string painted(judgement verdict, bool colors) {
  const std::string name(to_string(verdict));
  if (!colors) return name;
  const auto* color = verdict == judgement::pass ? "32" : verdict == judgement::fail ? "31" : "33";
  return std::string("\033[1;") + color + "m" + name + "\033[0m";
}

}  // namespace

exit_status status_of(judgement verdict) noexcept {
  switch (verdict) {
    case judgement::pass: return 0;
    case judgement::fail: return 1;
    case judgement::inconclusive: break;
  }
  return 3;
}

exit_status usage(terminal& at, const std::string& why) {
  at.err << "troupe-chaos: " << why << '\n';
  return 2;
}

std::filesystem::path find_scenario(const std::string& named, const terminal& at) {
  const std::filesystem::path as_file(named);
  if (std::filesystem::is_regular_file(as_file)) return as_file;
  const auto shipped = at.scenarios / (named + ".yaml");
  return std::filesystem::exists(shipped) ? shipped : as_file;
}

void summarize(const scenario& what, const run_options& how, const run_result& got,
               const run_result* control, terminal& at) {
  const auto& judged = got.judged;
  auto& out = at.out;
  out << painted(judged.verdict, at.colors) << "  " << what.name << ", seed " << how.seed << '\n'
      << "  " << what.about << "\n\n";
  for (const auto& why : judged.reasons) out << "  ! " << why << '\n';
  if (!judged.reasons.empty()) out << '\n';
  out << std::fixed << std::setprecision(1) << "  requests   " << judged.accepted
      << ", exactly one answer " << judged.answered_once << ", good " << judged.good
      << ", after the deadline " << judged.late << '\n'
      << "  outcomes  ";
  for (const auto& [name, times] : judged.outcomes) out << ' ' << name << ' ' << times;
  out << "\n  good       " << 100 * judged.good_during << " % while disturbed";
  if (control != nullptr) out << ", " << 100 * control->judged.good_during << " % without faults";
  out << "\n  faults    ";
  for (const auto& [name, times] : judged.faults) out << ' ' << name << ' ' << times;
  out << "\n  restarts   " << judged.restarts << "; from a death to the next good answer p50 "
      << in_milliseconds(judged.recovery_p50) << " ms, p99 " << in_milliseconds(judged.recovery_p99)
      << " ms\n  steady     " << in_milliseconds(judged.steady_after)
      << " ms after the last fault\n"
      << "  run        " << got.simulated_seconds << " s in " << std::setprecision(2)
      << got.real_seconds << " s, " << got.events << " events\n";
}

bool write_page(const std::string& file, const std::string& page, terminal& at) {
  std::ofstream stream(file, std::ios::binary);
  stream << page;
  stream.flush();
  if (!stream) at.err << "troupe-chaos: " << file << ": cannot be written\n";
  return static_cast<bool>(stream);
}

}  // namespace troupe::chaos
