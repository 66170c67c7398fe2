#pragma once

#include <map>
#include <string>
#include <vector>

#include "chaos/scenario/scenario.hpp"
#include "chaos/verdict/invariants.hpp"

namespace troupe::chaos {

enum class judgement : std::uint8_t { pass, fail, inconclusive };

[[nodiscard]] std::string_view to_string(judgement what) noexcept;

/// One second of a run, by the intended times of its requests.
struct second {
  std::size_t requests = 0;
  std::size_t good = 0;
  std::uint64_t partial = 0;  // of the good ones
  std::size_t errors = 0;
  duration p50{0};
  duration p99{0};

  [[nodiscard]] double good_share() const {
    return requests == 0 ? 1 : static_cast<double>(good) / static_cast<double>(requests);
  }
};

/// The times that divide a run.
struct phases {
  time_point begin;
  time_point disturbed;
  time_point healed;
  time_point end;
  bool aborted = false;
};

/// What a run shows, judged.
struct report {
  judgement verdict = judgement::inconclusive;
  std::vector<std::string> reasons;  // why it is no pass, for people
  std::vector<violation> violations;
  std::map<std::string, std::uint64_t> faults;  // name to times fired
  std::map<std::string, bool> sometimes;        // case to whether it was reached
  std::uint64_t accepted = 0;
  std::uint64_t answered_once = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t answered_twice = 0;
  std::uint64_t late = 0;  // answered after the deadline, well or not
  std::uint64_t good = 0;
  std::uint64_t restarts = 0;
  std::map<std::string, std::uint64_t> outcomes;  // "whole", "partial", "cached" or an error's code
  duration recovery_p50{0};                       // from a death to the next good answer there
  duration recovery_p99{0};
  duration recovery_max{0};
  duration steady_after{0};  // from the end of the last fault to the steady state
  std::vector<second> seconds;
  double good_during = 1;
  phases when;
};

/// A pass needs: steady before, every fault fired, every invariant held, every `sometimes` reached,
/// and steady again within the recovery time. A fault that never fired, or a case that was never
/// reached, makes a run inconclusive; anything else that is missing, a failure (SEMANTICS, 7).
[[nodiscard]] report judge(const scenario& what, const history& told, const end_state& end,
                           const phases& when, const std::map<std::string, std::uint64_t>& fired);

/// The value at this share of sorted values, by nearest rank.
[[nodiscard]] duration quantile(std::vector<duration>& values, double share);

}  // namespace troupe::chaos
