#pragma once

#include <unordered_map>

#include "messages/discovery.hpp"

namespace troupe::chaos {

/// What is the same for every request about one input, worked out once: requests come by the
/// thousand about a few inputs. Holds them, so that an address never comes to mean another one.
/// Only looked up, never gone through: its order depends on addresses.
class known_inputs {
 public:
  struct facts {
    traffic_group_ptr held;
    content_hash name;  // hash_of(*held)
    findings modelled;  // what modelled stages find in it
  };

  const facts& of(const traffic_group_ptr& input) {
    const auto found = known_.find(input.get());
    return found != known_.end() ? found->second : add(input);
  }

  /// Throws std::out_of_range for an input that nobody asked about with `of`.
  [[nodiscard]] const facts& at(const traffic_group& input) const { return known_.at(&input); }

 private:
  const facts& add(const traffic_group_ptr& input) {
    auto stats = std::make_shared<statistics>();
    stats->messages = input->messages.size();
    stats->bytes = input->bytes.size();
    return known_
        .try_emplace(
            input.get(),
            facts{input,
                  hash_of(*input),
                  {std::move(stats), std::make_shared<format>(), std::make_shared<parse_report>(),
                   std::make_shared<classification>(), std::make_shared<validation>()}})
        .first->second;
  }

  std::unordered_map<const traffic_group*, facts> known_;
};

}  // namespace troupe::chaos
