#pragma once

#include <map>
#include <string>
#include <vector>

#include "chaos/world/place.hpp"
#include "messages/ids.hpp"

namespace troupe::chaos {

/// How long it takes from the kill of an actor until its next incarnation takes messages: it has
/// been started, and its supervisor and the directory give its handle out.
class serving_times {
 public:
  void killed(const place& where, time_point when) { dying_.try_emplace(where.text(), when); }
  void serves(const place& where, time_point when) {
    const auto found = dying_.find(where.text());
    if (found == dying_.end()) return;
    took_[where.kind].push_back(when - found->second);
    dying_.erase(found);
  }
  [[nodiscard]] const std::map<actor_kind, std::vector<duration>>& took() const noexcept {
    return took_;
  }

 private:
  std::map<std::string, time_point> dying_;
  std::map<actor_kind, std::vector<duration>> took_;
};

}  // namespace troupe::chaos
