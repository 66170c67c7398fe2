#include "chaos/verdict/supervision_rules.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "chaos/verdict/words.hpp"

namespace troupe::chaos {

namespace {

using kind = event_record::kind;

std::string_view parent_of(std::string_view path) {
  const auto cut = path.rfind('/');
  return cut == path.npos ? std::string_view() : path.substr(0, cut);
}

// The tree of a node (runtime/node/tree.cpp): these restart one child alone, and all of their
// children are actors.
bool supervises_workers(std::string_view path) {
  return path == "sla" || path == "cache" || path == "gateway/coordinators" ||
         path.ends_with("/workers");
}

bool restarts_the_rest(std::string_view path) {
  return path.empty() || path == "gateway" ||
         (path.starts_with("compute/") && path.find('/', 8) == path.npos);
}

/// One node between a start and its end.
class tree_rules {
 public:
  using tell = std::function<void(const std::string&, const std::string&)>;

  tree_rules(std::uint32_t node, const options& settings, const tell& broken)
      : node_(node), settings_(settings), broken_(broken) {}

  void see(const event_record& one) {
    switch (one.what) {
      case kind::started: return started(one);
      case kind::start_failed: return died(one);
      case kind::ended: return ended(one);
      case kind::gave_up: return gave_up(one);
      default: return;
    }
  }

 private:
  struct window {
    std::deque<time_point> deaths;
    bool is_over = false;  // one death too many: nobody may be started again
  };

  [[nodiscard]] std::string name(std::string_view path) const {
    return words({"n", std::to_string(node_), "/", path});
  }

  void started(const event_record& one) {
    auto& life = lives_[one.path];
    if (one.life <= life) {
      broken_("lives_count_on",
              words({name(one.path), " is started as life ", std::to_string(one.life),
                     " after life ", std::to_string(life)}));
    }
    life = one.life;
    const std::string parent(parent_of(one.path));
    const auto open = windows_.find(parent);
    if (open != windows_.end() && open->second.is_over) {
      broken_("restart_intensity",
              words({name(one.path), " is started again, though its supervisor has seen ",
                     std::to_string(open->second.deaths.size()), " deaths in its period"}));
      windows_.erase(open);
    }
    if (restarts_the_rest(parent)) check_order(one, parent);
    running_.insert(one.path);
    forget_below(one.path);  // orphans of its last life may have started children while they ended
  }

  // Should it be a supervisor: its next life counts anew, and nobody heard of its children's end.
  void forget_below(const std::string& path) {
    const auto below = words({path, "/"});
    std::erase_if(running_, [&](const auto& other) { return other.starts_with(below); });
    windows_.erase(path);
  }

  void check_order(const event_record& one, const std::string& parent) {
    auto& order = orders_[parent];
    const auto at = std::ranges::find(order, one.path);
    if (at == order.end()) {
      order.push_back(one.path);
      return;
    }
    const auto runs = std::find_if(at + 1, order.end(),
                                   [&](const auto& later) { return running_.contains(later); });
    if (runs == order.end()) return;
    broken_("start_order", words({name(one.path), " is started again while ", *runs,
                                  " runs, which depends on it"}));
  }

  void ended(const event_record& one) {
    running_.erase(one.path);
    forget_below(one.path);
    if (!one.orderly) died(one);
  }

  void died(const event_record& one) {
    const std::string parent(parent_of(one.path));
    if (!supervises_workers(parent)) return;
    auto& now = windows_[parent];
    now.deaths.push_back(one.node_time);
    while (now.deaths.front() < one.node_time - settings_.supervision.period) {
      now.deaths.pop_front();
    }
    now.is_over = now.is_over || now.deaths.size() > settings_.supervision.max_restarts;
  }

  void gave_up(const event_record& one) {
    const auto found = windows_.find(one.path);
    const auto deaths = found == windows_.end() ? 0 : found->second.deaths.size();
    if (supervises_workers(one.path) && deaths <= settings_.supervision.max_restarts) {
      broken_("restart_intensity", words({name(one.path), " gave up after only ",
                                          std::to_string(deaths), " deaths in its period"}));
    }
    windows_.erase(one.path);
  }

  std::uint32_t node_;
  const options& settings_;
  const tell& broken_;
  std::map<std::string, std::uint64_t> lives_;
  std::map<std::string, window> windows_;  // by supervisor
  std::map<std::string, std::vector<std::string>>
      orders_;  // by supervisor: children as first started
  std::set<std::string> running_;
};

}  // namespace

void check_supervision(const history& told, const options& settings,
                       const tree_rules::tell& broken) {
  std::map<std::pair<std::uint32_t, std::uint64_t>, tree_rules> nodes;  // each start of each node
  for (const auto& one : told.events) {
    const bool of_an_actor = one.what == kind::started || one.what == kind::start_failed ||
                             one.what == kind::ended || one.what == kind::gave_up;
    if (!of_an_actor) continue;
    nodes.try_emplace({one.node, one.start}, one.node, settings, broken).first->second.see(one);
  }
}

}  // namespace troupe::chaos
