#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/discovery.hpp"
#include "messages/errc.hpp"
#include "runtime/supervision/supervisor_actor.hpp"

namespace troupe::chaos {

/// What became of one request, as its client saw it.
struct request_record {
  std::uint64_t number = 0;  // from 1, in the order of the intended times
  std::uint32_t node = 0;    // that the client is at
  std::uint32_t served_by = 0;
  std::size_t content = 0;
  time_point intended;
  time_point deadline;
  time_point answered;
  std::uint32_t times = 0;  // answered
  errc code = errc::none;
  bool strict = false;           // takes no fallback
  bool in_time_claimed = false;  // the answer says so
  bool partial = false;
  bool quarantined = false;  // a stage refused its content as poisonous
  bool cached = false;
  bool fell_back = false;  // to a cached answer
  duration age{0};         // cached: how old the answer says that it is
  quality_mode mode = quality_mode::balanced;
  std::string wrong;  // what in the answer is not of this request; empty when all is

  /// Whole or partial, of this request, and there by its deadline.
  [[nodiscard]] bool good() const {
    return times == 1 && code == errc::none && wrong.empty() && answered <= deadline;
  }
  [[nodiscard]] duration latency() const { return answered - intended; }
};

/// Something that is no request.
struct event_record {
  enum class kind : std::uint8_t {
    fault,      // fired; text: its name
    fault_on,   // switched on
    fault_off,  // switched off
    started,    // an incarnation
    start_failed,
    ended,    // text: why
    gave_up,  // a supervisor
    node_up,
    node_down,  // text: why
    poisoned,   // text: the worker
    breaker,    // changed; text: its new state
    load,       // of a node changed; text: overloaded or at ease
    warmed      // a node's cache, at its start; life: with so many entries
  };

  kind what = kind::fault;
  time_point when;
  std::uint32_t node = 0;
  std::string path;
  std::string text;
  std::uint64_t life = 0;
  bool orderly = false;       // an end that was asked for
  std::uint64_t request = 0;  // whose message it was; 0: none
  time_point node_time = {};  // what the node's clock showed
  std::uint64_t start = 0;    // of its node: actors of an earlier start may outlive it for a moment
};

[[nodiscard]] std::string_view to_string(event_record::kind what) noexcept;

/// One step of a request that was traced.
struct trace_record {
  time_point when;
  std::string to;    // place
  std::string what;  // kind of message
};

/// Everything that a run leaves to be judged.
struct history {
  std::vector<request_record> requests;
  std::vector<event_record> events;
  std::vector<trace_record> trace;             // of one request, where it was asked for
  std::uint64_t work_past_deadline = 0;        // stages that began after the deadline of their job
  std::uint64_t work_behind_open_breaker = 0;  // stages that began long after theirs had opened
  double probes_lost = 0;                      // that a breaker waited for in vain
  std::uint64_t answers_too_young = 0;         // said to be younger than what they repeat
  std::vector<std::string> unexpected_ends;    // of processes that nobody ended
  std::uint64_t events_left_out = 0;           // fault firings over `events_limit`, counted only

  /// Firings of message faults come by the hundred thousand: the others are always kept.
  static constexpr std::size_t events_limit = 200'000;

  /// Heap memory that this takes, about: what a live run must not blame on the nodes beside it.
  [[nodiscard]] std::uint64_t bytes() const;

  void add(event_record one) {
    if (one.what == event_record::kind::fault && events.size() >= events_limit) {
      ++events_left_out;
      return;
    }
    events.push_back(std::move(one));
  }
};

}  // namespace troupe::chaos
