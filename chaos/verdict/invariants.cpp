#include "chaos/verdict/invariants.hpp"

#include <algorithm>
#include <deque>
#include <map>

#include "chaos/verdict/words.hpp"

namespace troupe::chaos {

namespace {

class findings_list {
 public:
  findings_list(std::vector<violation>& into, std::string name, std::size_t limit)
      : into_(into), name_(std::move(name)), left_(limit) {}

  void add(std::string text, std::uint64_t request = 0) {
    if (left_ == 0) return;
    --left_;
    into_.push_back({name_, std::move(text), request});
  }

 private:
  std::vector<violation>& into_;
  std::string name_;
  std::size_t left_;
};

std::string naming(const request_record& one) {
  std::string out("request ");
  return out.append(std::to_string(one.number));
}

std::string supervisor_of(std::string_view path) {
  const auto cut = path.rfind('/');
  return cut == path.npos ? std::string() : std::string(path.substr(0, cut));
}

// The restarts that each supervisor decided, by its own rule: more than `limit` within `period`
// makes it give up, so between two of its lives no window holds more. Children that were started
// again with their group are not counted: only ends and failed starts that nobody asked for.
void check_intensity(const history& told, const options& settings, findings_list& out) {
  const auto& rules = settings.supervision;
  struct window {
    std::deque<time_point> deaths;
    bool told = false;
  };
  std::map<std::pair<std::uint32_t, std::string>, window> open;
  using kind = event_record::kind;
  for (const auto& one : told.events) {
    const auto key = std::pair(one.node, supervisor_of(one.path));
    if (one.what == kind::node_down) {
      std::erase_if(open, [&](const auto& entry) { return entry.first.first == one.node; });
      continue;
    }
    if (one.what == kind::gave_up) {
      open.erase({one.node, one.path});
      continue;
    }
    if (one.what == kind::ended) open.erase({one.node, one.path});  // should it be a supervisor
    const bool death = (one.what == kind::ended && !one.orderly) || one.what == kind::start_failed;
    if (!death) continue;
    auto& now = open[key];
    now.deaths.push_back(one.when);
    while (one.when - now.deaths.front() > rules.period) now.deaths.pop_front();
    // The death that is one too many is the one that it gives up on, a moment later; one more may
    // come from children that die while the others are being stopped.
    const auto most = std::max(rules.max_restarts, rules.root_max_restarts) + 2;
    if (now.deaths.size() > most && !now.told && settings.supervision.max_restarts > 0) {
      const auto since = now.deaths.back() - now.deaths[now.deaths.size() - most - 1];
      if (since > std::chrono::seconds(1)) {
        now.told = true;
        out.add(words({"n", std::to_string(one.node), "/", key.second, " had ",
                       std::to_string(now.deaths.size()),
                       " deaths in its period and did not give up"}));
      }
    }
  }
}

}  // namespace

std::vector<violation> check_invariants(const history& told, const end_state& end,
                                        std::size_t limit) {
  std::vector<violation> out;
  findings_list once(out, "answered_once", limit);
  findings_list right(out, "right_answer", limit);
  findings_list late(out, "late_is_not_good", limit);
  for (const auto& one : told.requests) {
    if (one.times != 1) {
      once.add(words({naming(one), " was answered ", std::to_string(one.times), " times"}),
               one.number);
    }
    if (!one.wrong.empty()) right.add(words({naming(one), ": ", one.wrong}), one.number);
    if (one.times > 0 && one.in_time_claimed && one.answered > one.deadline) {
      late.add(words({naming(one), " came after its deadline and says that it is in time"}),
               one.number);
    }
  }
  findings_list intensity(out, "restart_intensity", limit);
  check_intensity(told, end.settings, intensity);
  findings_list actors(out, "no_actor_leaked", limit);
  if (end.actors_left > end.actors_before) {
    actors.add(words({std::to_string(end.actors_left - end.actors_before),
                      " actors are left after all nodes have stopped"}));
  }
  findings_list jobs(out, "no_job_leaked", limit);
  if (end.jobs_left > 0) {
    jobs.add(words({std::to_string(static_cast<std::uint64_t>(end.jobs_left)),
                    " jobs are in routers though nobody waits any more"}));
  }
  findings_list queues(out, "bounded_queues", limit);
  const auto bound =
      std::max(end.settings.compute.waiting_limit, end.settings.discovery.waiting_limit);
  if (end.longest_queue > bound) {
    queues.add(
        words({"a queue held ", std::to_string(static_cast<std::uint64_t>(end.longest_queue)),
               " jobs; its limit is ", std::to_string(bound)}));
  }
  return out;
}

}  // namespace troupe::chaos
