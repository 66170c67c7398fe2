#include "chaos/cli/story.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "chaos/verdict/words.hpp"

namespace troupe::chaos {

namespace {

struct line {
  time_point when;
  std::string actor;
  std::string text;
};

std::vector<line> lines_of(const request_record& one, const history& told) {
  std::vector<line> out;
  const auto client = words({"client of n", std::to_string(one.node)});
  out.push_back({one.intended, client, words({"asks n", std::to_string(one.served_by)})});
  for (const auto& step : told.trace) out.push_back({step.when, step.to, "gets the " + step.what});
  const auto end = one.times > 0 ? one.answered : one.deadline;
  for (const auto& event : told.events) {
    if (event.when < one.intended || event.when > end) continue;
    const auto where = event.node == 0 ? std::string("-")
                                       : words({"n", std::to_string(event.node), "/", event.path});
    auto text = std::string(to_string(event.what));
    if (!event.text.empty()) text += ": " + event.text;
    out.push_back({event.when, where, "* " + text});
  }
  if (one.times > 0) {
    auto text = std::string("has its answer: ") +
                (one.code == errc::none ? "a result" : std::string(to_string(one.code)));
    if (one.times > 1) text += ", the first of " + std::to_string(one.times);
    if (!one.wrong.empty()) text += ", and " + one.wrong;
    if (one.answered > one.deadline) text += ", after its deadline";
    out.push_back({one.answered, client, text});
  } else {
    out.push_back({one.deadline, client, "its deadline passes; no answer ever comes"});
  }
  std::ranges::stable_sort(out, {}, &line::when);
  return out;
}

}  // namespace

std::string story_of(std::uint64_t request, const history& told) {
  constexpr std::size_t most = 60;
  if (request == 0 || request > told.requests.size()) return {};
  const auto& one = told.requests[request - 1];
  auto lines = lines_of(one, told);
  std::ostringstream out;
  out << "request " << request << '\n';
  std::size_t shown = 0;
  for (const auto& each : lines) {
    const bool last = &each == &lines.back();
    if (++shown > most && !last) continue;
    if (shown > most && last) out << "  ... " << lines.size() - most - 1 << " more lines\n";
    const auto after = std::chrono::duration<double, std::milli>(each.when - one.intended).count();
    out << std::fixed << std::setprecision(3) << std::setw(12) << after << " ms  " << std::left
        << std::setw(44) << each.actor << std::right << each.text << '\n';
  }
  return std::move(out).str();
}

}  // namespace troupe::chaos
