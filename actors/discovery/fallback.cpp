#include "actors/discovery/fallback.hpp"

#include <string>
#include <utility>

namespace troupe {

namespace {

// The first stage of the plan that has no whole result.
std::string what_is_missing(const discovery_result& found) {
  for (const auto& one : found.stages) {
    if (one.state == stage_report::outcome::done || !one.wanted) continue;
    return std::string(to_string(one.which)) + " " + std::string(to_string(one.state)) + ": " +
           one.why;
  }
  return "no stage had a result";
}

discovery_result_ptr labelled(discovery_result result, fallback way, std::string why) {
  result.used = way;
  result.fallback_why = std::move(why);
  return std::make_shared<const discovery_result>(std::move(result));
}

}  // namespace

std::variant<discovery_result_ptr, failure> settle(discovery_result found,
                                                   const failure& first_failure,
                                                   const discovery_result_ptr& stale,
                                                   const fallback_order& order) {
  const bool nothing = found.found == findings{};
  const bool in_fast = found.used == fallback::fast;
  const auto missing =
      nothing && first_failure
          ? std::string(to_string(first_failure.code)).append(": ").append(first_failure.what)
          : what_is_missing(found);
  if (!nothing && !found.partial && !in_fast) {
    return std::make_shared<const discovery_result>(std::move(found));
  }
  for (const auto way : order) {
    switch (way) {
      case fallback::none: break;
      case fallback::cached:
        if (stale) return labelled(*stale, way, missing);
        break;
      case fallback::fast:
        if (nothing || found.partial || !in_fast) break;
        return std::make_shared<const discovery_result>(std::move(found));
      case fallback::partial:
        if (nothing) break;
        auto why = missing;
        if (in_fast) why += "; " + found.fallback_why;
        return labelled(std::move(found), way, std::move(why));
    }
  }
  if (first_failure) return first_failure;
  if (nothing) return failure{errc::deadline_exceeded, "no stage had a result in time"};
  return failure{errc::deadline_exceeded, "not whole in time: " + missing};
}

}  // namespace troupe
