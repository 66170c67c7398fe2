#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/errc.hpp"
#include "messages/ids.hpp"

namespace troupe::supervision {

/// Which children live again after the death of one.
enum class strategy : std::uint8_t {
  one_for_one,        // this one
  one_for_all,        // all
  rest_for_one,       // this one and all that were started after it
  simple_one_for_one  // this one; children come and go at run time
};

enum class child_class : std::uint8_t {
  permanent,  // always restarted
  transient,  // restarted after an abnormal end only
  temporary   // never restarted
};

/// Whether the end of significant children ends their supervisor.
enum class auto_shutdown : std::uint8_t { never, any, all };

/// How a child ended. `shutdown`: it was asked to, or gave up in an orderly way.
enum class ending : std::uint8_t { normal, shutdown, abnormal, killed };

/// Pause before the n-th restart in a row: min(base * 2^(n-1), max) * U(0.8, 1.2).
struct backoff {
  duration base{0};  // 0: restart at once
  duration max = std::chrono::seconds(10);
  duration quiet = std::chrono::seconds(30);  // a life of this length makes n start from 1 again

  /// The pause before restart number `in_a_row` (from 1), with `drawn` from U(0, 1).
  [[nodiscard]] duration pause(std::uint32_t in_a_row, double drawn) const noexcept;
};

/// One child, as data.
struct child_spec {
  std::string id;  // unique below its supervisor, not empty, without '/'
  child_class restarts = child_class::permanent;
  bool significant = false;  // only transient and temporary children can be
  bool is_supervisor = false;
  // How long an orderly stop may take before the child is killed; nothing: as long as it needs, for
  // supervisors.
  std::optional<duration> shutdown_time = std::chrono::seconds(5);
  backoff pause = {};
};

/// One supervisor, as data. It gives up on the restart that makes more than `max_restarts` within
/// the last `period`.
struct supervisor_spec {
  strategy how = strategy::one_for_one;
  std::uint32_t max_restarts = 5;
  duration period = std::chrono::seconds(30);
  auto_shutdown ends_with = auto_shutdown::never;
};

/// `bad_config` with a text naming the child when a rule cannot hold; nothing when all is well.
[[nodiscard]] failure check(const supervisor_spec& rules, const std::vector<child_spec>& children);

/// The seed of the child at `path`, from the root of all random numbers: the same on every machine.
[[nodiscard]] std::uint64_t seed_for(std::uint64_t root, std::string_view path) noexcept;

}  // namespace troupe::supervision
