#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chaos/world/dice.hpp"
#include "chaos/world/place.hpp"
#include "messages/caf.hpp"

namespace troupe::chaos {

class world;

class fault;

struct standing_fault;

/// Those faults of a world that may touch what is at one place, in the order of the scenario.
using faults_here = std::vector<standing_fault*>;

/// One message on its way to an actor or over a link, and what faults make of it. They are asked in
/// the order of the scenario; each sees what those before it decided.
struct passing {
  passing(const place& on_the_way_to, const faults_here& there, const caf::mailbox_element& message)
      : where(on_the_way_to), here(there), what(message) {}

  const place& where;
  const faults_here& here;
  const caf::mailbox_element& what;
  bool lost = false;
  bool held = false;  // until `holder` lets go of it
  const fault* holder = nullptr;
  bool kills = false;  // the receiver dies of it, as of an exception in its handler
  duration delay{0};
  duration answer_delay{0};  // of the answer to it, should it be asked for one
  std::uint32_t copies = 1;
  // Applied to the answer, in order. Each may replace it; null loses it.
  std::vector<std::function<caf::mailbox_element_ptr(caf::mailbox_element_ptr)>> on_answer;
  // Applied to the message itself, should it be changed.
  std::vector<std::function<caf::mailbox_element_ptr(caf::mailbox_element_ptr)>> on_message;
};

/// What a scenario sets of a fault's parameters: numbers in base units (seconds, shares, bytes).
class fault_settings {
 public:
  std::map<std::string, double, std::less<>> numbers;
  std::map<std::string, std::string, std::less<>> words;

  [[nodiscard]] double number(std::string_view name) const { return numbers.find(name)->second; }
  [[nodiscard]] duration time(std::string_view name) const {
    return duration{static_cast<duration::rep>(number(name) * 1e9)};
  }
  [[nodiscard]] const std::string& word(std::string_view name) const {
    return words.find(name)->second;
  }
};

/// One fault while a scenario has it switched on. A file each; what it does to a message or an
/// actor is its own affair, when and where is the scenario's.
class fault {
 public:
  fault() = default;
  fault(const fault&) = delete;
  fault& operator=(const fault&) = delete;
  virtual ~fault() = default;

  /// Switched on: `targets` are the actors or links that it may touch and that are there now.
  virtual void begin(world&, std::span<const place> /*targets*/) {}
  /// Switched off: everything that it holds or changed is given back.
  virtual void end(world&) {}

  /// A message to one of its targets.
  virtual void touch(passing&, world&) {}
  /// One of its targets computes for `cost`: for how long it really does.
  virtual duration stretch(const place&, duration cost, world&) { return cost; }
  /// One of its targets was spawned. True: its start is to fail.
  virtual bool spoils_start(const place&, world&) { return false; }

  [[nodiscard]] std::uint64_t fired() const noexcept { return fired_; }

 protected:
  void fire(world& in, const place& where);

 private:
  std::atomic<std::uint64_t> fired_ = 0;
};

/// What a parameter is measured in; says how a scenario writes it.
enum class unit : std::uint8_t { time, share, number, bytes, word };

struct parameter {
  std::string_view name;
  unit is = unit::number;
  double preset = 0;
  double least = 0;
  double most = 0;
  std::string_view meaning;
  std::vector<std::string_view> words = {};  // the choices; the first is the preset
};

/// Where faults of a family can happen.
enum class scope : std::uint8_t { messages, links, workers, actors, nodes };

/// Where besides a simulation a fault can really happen: inside the own process, to child
/// processes.
enum class live_in : std::uint8_t { nowhere, own, child, both };

/// One kind of fault, as data: what `explain` shows, `validate` checks and the swarm draws from.
struct fault_family {
  std::string_view name;
  std::string_view about;
  scope touches = scope::messages;
  std::vector<parameter> parameters;
  std::function<std::unique_ptr<fault>(const fault_settings&)> make;
  live_in live = live_in::nowhere;
};

/// All of them, by name in alphabetical order.
[[nodiscard]] std::span<const fault_family> fault_families();

/// Null: there is none of this name.
[[nodiscard]] const fault_family* find_family(std::string_view name);

/// Whether faults of this scope can touch what is at this place.
[[nodiscard]] bool reaches(scope of, const place& where) noexcept;

}  // namespace troupe::chaos
