#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::chaos {

/// What an actor does, as far as faults care.
enum class actor_kind : std::uint8_t {
  supervisor,
  router,
  coordinator,
  worker,
  shard,
  breaker,
  monitor,
  entrance,
  link  // not an actor: the way from one node to another
};

/// Where in a system something is: "n2/compute/grammar/workers/pool-1" is node 2.
struct place {
  std::uint32_t node = 0;  // 1, 2, ...
  std::string path;        // below the node
  actor_kind kind = actor_kind::supervisor;

  [[nodiscard]] std::string text() const;
};

inline constexpr std::array all_kinds{
    actor_kind::supervisor, actor_kind::router,   actor_kind::coordinator,
    actor_kind::worker,     actor_kind::shard,    actor_kind::breaker,
    actor_kind::monitor,    actor_kind::entrance, actor_kind::link};

/// All nodes share it.
inline const place the_machine{0, "machine", actor_kind::supervisor};

[[nodiscard]] std::string_view to_string(actor_kind kind) noexcept;

[[nodiscard]] std::optional<actor_kind> kind_named(std::string_view name) noexcept;

/// What the actor at this path of a node's tree is.
[[nodiscard]] actor_kind kind_of(std::string_view path) noexcept;

}  // namespace troupe::chaos
