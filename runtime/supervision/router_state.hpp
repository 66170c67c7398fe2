#pragma once

#include <random>
#include <utility>

#include "actors/shell/alarm.hpp"
#include "actors/shell/dependencies.hpp"
#include "actors/shell/shell.hpp"
#include "runtime/supervision/router.hpp"

namespace troupe {

/// Carries out what `routing_table` decides: keeps the open jobs and their promises, forwards,
/// answers. Jobs are forwarded as they came, never copied.
template <class Job, class Answer>
class router_state {
 public:
  using handle = router<Job, Answer>;
  using traits = routing_traits<Job>;
  static constexpr const char* name = traits::name;

  router_state(typename handle::pointer self, router_setup with,
               std::shared_ptr<shortcut<Job, Answer>> known = nullptr)
      : self_(self),
        table_(with.rules),
        with_(std::move(with)),
        known_(std::move(known)),
        random_(with_.seed) {}

  ~router_state() {
    for (const auto job : table_.stop()) {
      take(job).deliver(caf::make_error(caf::sec::request_receiver_down));
    }
    show();
    if (with_.probe) with_.probe->end_life();
  }

  router_state(const router_state&) = delete;
  router_state& operator=(const router_state&) = delete;

  typename handle::behavior_type make_behavior() {
    self_->set_exit_handler([this](const caf::exit_msg& message) {
      refuse_all(table_.stop(), errc::stopping, "the router was asked to stop");
      self_->quit(message.reason);
    });
    return {
        [this](const Job& job) { return accept(job); },
        [this](const child_up& event) {
          worker_up(event);
          show();
        },
        [this](const child_down& event) {
          refuse_all(table_.down(event.path, event.life, event.returns), errc::unavailable,
                     "the last worker ended: " + event.why.what);
          show();
        },
        [this](const children_gone& event) {
          refuse_all(table_.gone(event.path), errc::unavailable,
                     "the supervisor of the workers gave up: " + event.path);
          show();
        },
        [this](router_report_atom) { return report(); },
        [this](tick_atom) { tick(); },
    };
  }

 private:
  using promise = caf::typed_response_promise<Answer>;
  using departure = routing_table::departure;

  struct parcel {
    caf::message job;
    promise asker;
  };

  caf::result<Answer> accept(const Job& job) {
    const auto now = with_.time.now(self_);
    if (known_) {
      if (auto answer = known_->find(job, now)) {
        ++known_answers_;
        show();
        return *std::move(answer);
      }
    }
    const auto [verdict, key] = table_.admit(traits::offer(job), now);
    if (verdict != routing_table::admission::accepted) {
      show();
      return refusal(verdict);
    }
    const auto index = routing_table::index_of(key);
    if (index >= parcels_.size()) parcels_.resize(index + 1);
    auto& kept = parcels_[index];
    kept.asker = self_->template make_response_promise<Answer>();
    kept.job = self_->current_mailbox_element()->move_content_to_message();  // ends `job`
    auto made = kept.asker;
    send_waiting(now);
    arm(now);
    show();
    return made;
  }

  static caf::error refusal(routing_table::admission verdict) {
    switch (verdict) {
      case routing_table::admission::overloaded:
        return make_error(failure{errc::overloaded,
                                  "as many jobs wait for a worker as may (compute.waiting_limit)",
                                  std::chrono::milliseconds(100)});
      case routing_table::admission::unavailable:
        return make_error(errc::unavailable, "no worker is left and none will come");
      case routing_table::admission::expired:
        return make_error(errc::deadline_exceeded, "the deadline had passed when the job came");
      case routing_table::admission::quarantined:
        return make_error(errc::poisoned, "the same input killed its workers before");
      case routing_table::admission::stopping:
      case routing_table::admission::accepted: break;
    }
    return make_error(errc::stopping, "the router is stopping");
  }

  void send_waiting(time_point now) {
    while (const auto next = table_.next(now)) {
      if (next->expired) {
        refuse(next->job, errc::deadline_exceeded, "no worker was free before the deadline");
      } else {
        send(*next);
      }
    }
  }

  void send(const departure& sent) {
    self_
        ->request(workers_[sent.worker], caf::infinite,
                  parcels_[routing_table::index_of(sent.job)].job)
        .then([this, sent](Answer& answer) { answered(sent, answer); },
              [this, sent](caf::error& error) { failed(sent, std::move(error)); });
  }

  void answered(const departure& sent, Answer& answer) {
    if (table_.is_open(sent.job)) {
      table_.took(sent, with_.time.now(self_));
      const auto& job = parcels_[routing_table::index_of(sent.job)].job.template get_as<Job>(0);
      if (!belongs_to(answer, job)) return failed(sent, caf::sec::request_receiver_down);
      if (known_) known_->keep(job, answer, with_.time.now(self_));
    }
    if (table_.answered(sent, false, with_.time.now(self_)))
      take(sent.job).deliver(std::move(answer));
    go_on();
  }

  void failed(const departure& sent, caf::error error) {
    const bool crashed = code_of(error) == errc::crashed;
    if (!crashed && error != caf::sec::request_receiver_down) {
      if (table_.answered(sent, true)) take(sent.job).deliver(std::move(error));
      return go_on();
    }
    const auto now = with_.time.now(self_);
    const auto text = to_failure(error).what;
    const auto how = crashed ? routing_table::loss::crashed : routing_table::loss::dropped;
    const auto drawn = crashed ? std::generate_canonical<double, 53>(random_) : 0.0;
    switch (table_.lost(sent, how, text, now, drawn)) {
      case routing_table::fate::parked: arm(now); break;
      case routing_table::fate::poisoned: poisoned(sent.job, text); break;
      case routing_table::fate::abandoned: refuse(sent.job, errc::unavailable, text); break;
      case routing_table::fate::not_retried:
        refuse(sent.job, errc::crashed,
               std::string(text).append("; as many jobs are tried again as may"));
        break;
      case routing_table::fate::no_time:
        refuse(sent.job, errc::crashed,
               std::string(text).append("; its deadline leaves no time for another attempt"));
        break;
      case routing_table::fate::late: break;
    }
    send_waiting(now);
    show();
  }

  void poisoned(routing_table::job_key job, const std::string& why) {
    if (with_.poisoned && !table_.dead_letters().empty())
      with_.poisoned(table_.dead_letters().back());
    refuse(job, errc::poisoned, why);
  }

  void go_on() {
    show();
    if (table_.waiting() > 0) send_waiting(with_.time.now(self_));
  }

  void worker_up(const child_up& event) {
    if (event.where == placement::none) return;
    const auto index = table_.up(event.path, event.life, event.where);
    if (index >= workers_.size()) workers_.resize(index + 1);
    workers_[index] = event.handle;
    go_on();
  }

  void tick() {
    const auto now = with_.time.now(self_);
    static_cast<void>(alarm_.rang(now));
    refuse_all(table_.sweep(now), errc::deadline_exceeded, "no answer before the deadline");
    send_waiting(now);
    while (const auto hedge = table_.next_hedge(now)) send(*hedge);
    arm(now);
    show();
  }

  // Nothing ticks while nothing is open; what waits for a resting worker is looked at each
  // millisecond, what pauses when its pause ends.
  void arm(time_point now) {
    constexpr duration shortest = std::chrono::milliseconds(1);
    constexpr duration finest = std::chrono::microseconds(50);
    if (table_.open() == 0) return;
    auto due = table_.waiting() > 0 ? now : table_.next_deadline();
    if (const auto check = table_.next_hedge_due()) due = std::min(due, *check);
    due = std::max(due, now + shortest);
    if (const auto next = table_.next_retry()) due = std::min(due, *next);
    if (const auto delay = alarm_.set(due, now, finest)) {
      with_.time.after(self_, *delay, tick_atom::value);
    }
  }

  void show() const {
    if (!with_.probe) return;
    const auto& c = table_.counters();
    with_.probe->show({c.answered, c.failed, c.poisoned, c.quarantined, c.expired, c.abandoned,
                       c.refused, known_answers_, c.crashes, c.reissued, c.late, c.retried,
                       c.not_retried, c.hedged, c.hedges_won},
                      {table_.waiting(), table_.open() - table_.waiting(), table_.workers_up()});
  }

  router_report report() const {
    const auto& letters = table_.dead_letters();
    return {table_.counters(),
            table_.waiting(),
            table_.open() - table_.waiting(),
            table_.workers_up(),
            {letters.begin(), letters.end()}};
  }

  promise take(routing_table::job_key job) {
    auto& kept = parcels_[routing_table::index_of(job)];
    kept.job = caf::message{};
    return std::exchange(kept.asker, promise{});
  }

  void refuse(routing_table::job_key job, errc code, const std::string& why) {
    take(job).deliver(make_error(code, why));
  }

  void refuse_all(const std::vector<routing_table::job_key>& jobs, errc code,
                  const std::string& why) {
    for (const auto job : jobs) refuse(job, code, why);
  }

  typename handle::pointer self_;
  routing_table table_;
  router_setup with_;
  std::shared_ptr<shortcut<Job, Answer>> known_;  // null: none
  std::uint64_t known_answers_ = 0;
  std::vector<parcel> parcels_;      // by routing_table::index_of
  std::vector<caf::actor> workers_;  // by routing_table::worker_index
  alarm alarm_;
  std::mt19937_64 random_;
};

}  // namespace troupe
