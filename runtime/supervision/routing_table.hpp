#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/resilience/retry_backoff.hpp"
#include "actors/resilience/retry_budget.hpp"
#include "messages/dead_letter.hpp"
#include "messages/ids.hpp"
#include "messages/placement.hpp"
#include "runtime/supervision/quarantine.hpp"
#include "runtime/supervision/slowness.hpp"

namespace troupe {

struct routing_options {
  duration pool_cost = std::chrono::microseconds(200);  // cheaper jobs go to pool workers
  std::uint32_t waiting_limit = 4096;                   // jobs queued or parked
  std::uint32_t pool_depth = 8;                         // jobs in flight per pool worker
  std::uint32_t detached_depth = 2;                     // one at work, one to go on with
  std::uint32_t kills_limit = 2;          // deaths caused by one job that make it poisonous
  std::uint32_t issues_limit = 16;        // times that one job is sent at all
  std::uint32_t dead_letters_limit = 64;  // kept, the latest
  std::uint32_t quarantine_limit = 1024;  // poisonous contents remembered
  duration quarantine_time{0};            // for how long; 0: not at all
  retry_budget::options retries = {};     // for jobs that killed their worker, and hedges
  // Before such a job is sent again; `attempts` is `kills_limit`.
  retry_backoff backoff = {std::chrono::milliseconds(1), std::chrono::milliseconds(100), 0};
};

/// Plain counters. Every accepted job ends in exactly one of `answered`, `failed`, `poisoned`,
/// `expired`, `abandoned`.
struct router_counters {
  std::uint64_t accepted = 0;
  std::uint64_t answered = 0;     // by a worker, with a result
  std::uint64_t failed = 0;       // by a worker, with an error that is its answer
  std::uint64_t poisoned = 0;     // killed their worker too often
  std::uint64_t expired = 0;      // deadline came first
  std::uint64_t abandoned = 0;    // nobody left to serve it, sent too often, or the router stopped
  std::uint64_t refused = 0;      // not accepted, for other reasons than the next
  std::uint64_t quarantined = 0;  // not accepted: the same content was poisonous before
  std::uint64_t crashes = 0;      // jobs that killed their worker, each time
  std::uint64_t reissued = 0;  // queued once more after a crash, or because they stood behind one
  std::uint64_t late = 0;      // answers that came after their job was answered otherwise
  std::uint64_t retried = 0;   // of `reissued`: killed their worker
  std::uint64_t not_retried = 0;  // of `abandoned`: killed their worker, and the budget was spent
  std::uint64_t hedged = 0;       // sent to a second worker because the first was slow
  std::uint64_t hedges_won = 0;   // of these: the second worker answered first
};

/// All decisions of one router: which job goes to which worker, and what becomes of a job whose
/// worker died. Pure: it knows jobs and workers by key and holds neither.
///
///   admit -> waiting -> in flight -> answered | failed
///              ^           |
///              +-- parked -+- its worker died: by this very job (twice: poisoned), or before it
///
/// Two lanes, for pool and for detached workers, each with one queue in order of admission; a lane
/// that has no worker is served by the other. A worker has at most its `depth` of jobs in flight:
/// that bounds and paces what is sent again after a restart, because only answers make room. A job
/// that ended by its deadline still takes its place at the worker, which may be at it; the place is
/// free again when the worker has answered a later job (then the message or its answer was lost),
/// or else one place a second, so that a worker that lost every message is asked again and one that
/// hangs gets no more than that.
///
/// A job that killed its worker is sent again only if the retry budget allows it, which pays before
/// the pause of retry_backoff, and if its deadline leaves time for that pause. A job that asks
/// for it is hedged: when it is slower than 95 of 100 (in relation to its predicted cost; learnt
/// from the latest, not below 1 ms) it also goes to another worker that has nothing to do, from the
/// same budget; the first answer counts. (Dean and Barroso, "The Tail at Scale", CACM 56(2), 2013.)
///
/// What it does not do: speak to anybody, or decide whether a job may run twice. All may.
class routing_table {
 public:
  using job_key = strong_id<struct job_key_tag>;  // low half: index + 1, high half: generation
  using worker_index = std::uint32_t;

  /// Where in a caller's own array a job's belongings can lie: small, used again.
  [[nodiscard]] static std::size_t index_of(job_key job) noexcept {
    return static_cast<std::uint32_t>(job.value) - 1U;
  }

  enum class admission : std::uint8_t {
    accepted,
    overloaded,
    unavailable,
    expired,
    stopping,
    quarantined
  };

  /// What the table must know of a job. Jobs of the same `content` do the same work; the empty hash
  /// is like no other.
  struct offer {
    request_id id;
    duration cost{0};
    time_point deadline;
    content_hash content = {};
    bool hedge = false;  // may run at two workers at once, if they are detached
  };

  struct admitted {
    admission verdict = admission::accepted;
    job_key job;
  };

  /// One job leaves the queue: to a worker, or because its deadline has come.
  struct departure {
    job_key job;
    bool expired = false;
    worker_index worker = 0;
    incarnation life;
    std::uint64_t sent = 0;  // order of sending
    time_point when;
  };

  enum class loss : std::uint8_t {
    crashed,  // the worker died of this very job
    dropped   // the worker was gone, or went before it came to this job
  };

  /// What becomes of a job whose worker died.
  enum class fate : std::uint8_t {
    parked,
    poisoned,
    abandoned,
    not_retried,
    no_time,  // the pause before another attempt would last until its deadline
    late      // answered otherwise, or another worker is still at it
  };

  explicit routing_table(routing_options settings);

  [[nodiscard]] admitted admit(const offer& job, time_point now);

  /// The next job that can leave. To be called until nothing comes.
  [[nodiscard]] std::optional<departure> next(time_point now);

  /// The next job to send to a second worker. To be called until nothing comes.
  [[nodiscard]] std::optional<departure> next_hedge(time_point now);
  /// When `next_hedge` has something to look at; no sooner than the time it was called last.
  [[nodiscard]] std::optional<time_point> next_hedge_due() const;

  /// A job was answered now, by whichever worker: how long it took.
  void took(const departure& sent, time_point now);

  /// A worker answered: true if its job still waited for that. `was_failure`: the answer is an
  /// error.
  [[nodiscard]] bool answered(const departure& sent, bool was_failure, time_point at = {});

  /// A worker died with a job. Until its next incarnation is announced it is given a growing rest;
  /// what it drops after that does not count as one of the job's issues. `drawn` from U(0, 1): the
  /// jitter of the pause before a job that killed it is sent again.
  [[nodiscard]] fate lost(const departure& sent, loss how, std::string_view reason, time_point now,
                          double drawn = 0);
  /// When the next of these pauses ends.
  [[nodiscard]] std::optional<time_point> next_retry() const;

  /// Ends all jobs whose deadline has come; their keys.
  [[nodiscard]] std::vector<job_key> sweep(time_point now);

  // Announcements. `down` and `gone` return the jobs that nobody is left to serve; they have ended.
  worker_index up(const std::string& path, incarnation life, placement where);
  [[nodiscard]] std::vector<job_key> down(const std::string& path, incarnation life, bool returns);
  [[nodiscard]] std::vector<job_key> gone(std::string_view supervisor_path);

  /// Refuses from here on; the keys of all that was open and has ended with this.
  [[nodiscard]] std::vector<job_key> stop();

  [[nodiscard]] bool is_open(job_key job) const { return find(job) != nullptr; }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
  [[nodiscard]] std::size_t open() const noexcept { return entries_.size() - free_.size(); }
  [[nodiscard]] std::size_t workers_up() const;
  /// No open job has an earlier deadline. Only meaningful while something is open.
  [[nodiscard]] time_point next_deadline() const noexcept { return next_deadline_; }
  [[nodiscard]] const router_counters& counters() const noexcept { return counters_; }
  [[nodiscard]] const std::deque<dead_letter>& dead_letters() const noexcept { return letters_; }

 private:
  enum class condition : std::uint8_t { free, waiting, in_flight };
  enum lane : std::uint8_t { pool_lane, detached_lane };

  struct entry {
    condition is = condition::free;
    lane goes_to = pool_lane;
    std::uint32_t generation = 0;
    std::uint32_t issues = 0;
    std::uint32_t kills = 0;
    std::uint64_t order = 0;  // of admission
    std::uint64_t sent = 0;   // order of sending, 0: not yet
    worker_index at = 0;      // in flight: the worker,
    incarnation life;         // and which of its lives
    time_point deadline;
    request_id id;
    content_hash content;
    duration cost{0};
    time_point since;  // in flight
    bool hedge = false;
    std::uint64_t hedge_sent = 0;  // order of sending to the second worker, 0: to none
    worker_index hedge_at = 0;
    incarnation hedge_life;
  };

  /// A job that is to be looked at when it should have been answered.
  struct hedge_check {
    time_point due;
    job_key job;
    std::uint64_t sent = 0;

    friend bool operator>(const hedge_check& a, const hedge_check& b) { return a.due > b.due; }
  };

  /// A job that waits for the end of its pause, not for a worker.
  struct pausing {
    time_point until;
    job_key job;

    friend bool operator>(const pausing& a, const pausing& b) { return a.until > b.until; }
  };

  struct worker {
    std::string path;
    incarnation life;
    lane serves = pool_lane;
    bool known = false;  // runs, or will run again
    bool runs = false;
    std::uint32_t in_flight = 0;
    std::uint32_t losses = 0;  // in this incarnation, since its last answer
    time_point rests_until;
    // Of `in_flight`: jobs that ended by their deadline. Their answers may still come, or be lost.
    std::deque<std::pair<job_key, std::uint64_t>> overdue;  // with the order of sending
    time_point given_up;                                    // when the last of these was given up
  };

  [[nodiscard]] const entry* find(job_key job) const;
  [[nodiscard]] entry* find(job_key job);
  [[nodiscard]] job_key key_of(std::size_t index) const;
  void release(job_key job);
  void leave_behind(job_key job, worker_index at, incarnation life, std::uint64_t sent,
                    time_point now);
  [[nodiscard]] std::optional<worker_index> idle_besides(const entry& one, time_point now) const;
  [[nodiscard]] bool drop_attempt(entry& one, const departure& sent);
  void come_back(const departure& sent);
  void give_up_overdue(time_point now);
  [[nodiscard]] std::optional<fate> may_not_retry(std::optional<duration> pause, time_point now);
  void park(entry& one);
  void end_pauses(time_point now);
  void enqueue(job_key job, const entry& one);
  [[nodiscard]] admission judge(const offer& job, time_point now) const;
  void blame(const worker& died, const entry& one, std::string_view reason);
  [[nodiscard]] std::optional<worker_index> least_loaded(lane which, time_point now) const;
  [[nodiscard]] bool has_workers(lane which) const;
  [[nodiscard]] bool hopeless() const;
  [[nodiscard]] std::vector<job_key> stranded();
  [[nodiscard]] std::vector<job_key> end_all(bool also_in_flight);
  [[nodiscard]] std::optional<departure> leave(lane which, time_point now);

  routing_options settings_;
  std::vector<entry> entries_;
  std::vector<std::uint32_t> free_;
  std::array<std::deque<job_key>, 2> queues_;  // may hold keys of jobs that have ended
  std::vector<worker> workers_;
  std::size_t waiting_ = 0;
  std::uint64_t last_order_ = 0;
  std::uint64_t last_sent_ = 0;
  std::size_t overdue_ = 0;
  time_point next_deadline_ = time_point::max();
  bool announced_ = false;  // some worker has been announced
  bool stopping_ = false;
  router_counters counters_;
  std::deque<dead_letter> letters_;
  quarantine poisonous_;
  retry_budget retries_;
  slowness slow_;
  std::priority_queue<hedge_check, std::vector<hedge_check>, std::greater<>> checks_;
  std::priority_queue<pausing, std::vector<pausing>, std::greater<>> pauses_;
};

}  // namespace troupe
