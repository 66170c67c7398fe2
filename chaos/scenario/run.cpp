#include "chaos/scenario/run.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "chaos/live/child_process_world.hpp"
#include "chaos/live/own_process_world.hpp"
#include "chaos/scenario/contents.hpp"
#include "runtime/config/load.hpp"

namespace troupe::chaos {

namespace {

using namespace std::chrono_literals;

constexpr duration sample_period = 1s;

/// The clients of a scenario: an open loop with exponential distances.
class clients {
 public:
  clients(world& in, const scenario& what, const run_options& how,
          const std::vector<traffic_group_ptr>& contents)
      : in_(in), what_(what), how_(how), contents_(contents), luck_(how.seed, "load") {}

  void start() { next(); }
  void stop() { stopped_ = true; }
  [[nodiscard]] std::uint64_t open() const noexcept { return open_; }

 private:
  void next() {
    const duration mean{static_cast<duration::rep>(1e9 / what_.load.rate)};
    in_.after(luck_.exponential(mean), [this] {
      if (stopped_) return;
      if (how_.last_request > 0 && in_.told().requests.size() >= how_.last_request) return;
      ask();
      next();
    });
  }

  void ask() {
    auto& records = in_.told().requests;
    request_record one;
    one.number = records.size() + 1;
    one.node = static_cast<std::uint32_t>(luck_.below(in_.nodes())) + 1;
    one.served_by = one.node;
    if (in_.nodes() > 1 && luck_.chance(what_.load.forwarded)) {
      one.served_by =
          (one.node + static_cast<std::uint32_t>(luck_.below(in_.nodes() - 1))) % in_.nodes() + 1;
    }
    const auto u = luck_.unit();  // popular ones first: the square of an even draw
    one.content = static_cast<std::size_t>(u * u * static_cast<double>(contents_.size()));
    one.intended = in_.now();
    one.deadline = one.intended + what_.load.deadline;

    auto mode = what_.load.mode;
    if (luck_.chance(what_.load.other_modes)) mode = static_cast<quality_mode>(luck_.below(3));
    one.mode = mode;

    discovery_request request;
    request.id = {one.number};
    request.trace = {how_.seed, one.number};
    request.input = contents_[one.content];
    request.mode = mode;
    request.budget = what_.load.deadline;
    request.use_cache = !luck_.chance(what_.load.fresh);
    records.push_back(std::move(one));
    ++open_;
    const auto& asked = records.back();
    in_.ask(asked.node, asked.served_by, std::move(request),
            [this, still = std::weak_ptr<bool>(here_), index = records.size() - 1](
                const discovery_outcome& outcome, time_point when) {
              if (!still.expired()) answered(index, outcome, when);
            });
  }

  void answered(std::size_t index, const discovery_outcome& outcome, time_point when) {
    auto& one = in_.told().requests[index];
    ++one.times;
    if (one.times == 1) --open_;
    one.answered = when;
    in_.note(one.number);
    if (const auto* why = std::get_if<failure>(&outcome)) {
      one.code = why->code;
      return;
    }
    const auto& result = *std::get<discovery_result_ptr>(outcome);
    one.in_time_claimed = result.in_time;
    one.partial = result.partial;
    one.cached = result.from_cache;
    one.wrong = wrong_in(one, result);
  }

  [[nodiscard]] std::string wrong_in(const request_record& one,
                                     const discovery_result& result) const {
    const auto& input = *contents_[one.content];
    if (result.id.value != one.number) return "the answer is named after another request";
    if (result.mode != one.mode) return "the answer is of another mode";
    if (result.input != hash_of(input)) return "the answer is about another input";
    const auto& stats = result.found.stats;
    if (stats && stats->messages != input.messages.size())
      return "the statistics are of another input";
    return {};
  }

  world& in_;
  const scenario& what_;
  const run_options& how_;
  const std::vector<traffic_group_ptr>& contents_;
  dice luck_;
  std::uint64_t open_ = 0;
  bool stopped_ = false;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // the world outlives its clients
};

/// Switches faults on and off by their plans.
class schedule {
 public:
  schedule(world& in, const scenario& what) : in_(in) {
    for (const auto& plan : what.faults) {
      plans_.push_back({&plan, &in.add(plan.name, *plan.family, plan.where, plan.settings)});
    }
  }

  void start() {
    origin_ = in_.now();
    for (auto& one : plans_) {
      if (one.plan->after.empty()) {
        in_.at(origin_ + one.plan->from, [this, &one] { begin(one); });
      } else {
        wait_for(one);
      }
    }
  }

  void end_all() {
    over_ = true;
    for (auto& one : plans_) in_.switch_off(*one.fault);
  }

  [[nodiscard]] std::map<std::string, std::uint64_t> fired() const {
    std::map<std::string, std::uint64_t> out;
    for (const auto& one : plans_) out[one.plan->name] = one.fault->what->fired();
    return out;
  }

 private:
  struct planned {
    const fault_plan* plan = nullptr;
    standing_fault* fault = nullptr;
  };

  // Looked at each millisecond of virtual time: what a person at a console would not notice either.
  void wait_for(planned& one) {
    const auto first = std::ranges::find_if(
        plans_, [&](const planned& other) { return other.plan->name == one.plan->after; });
    if (over_) return;
    if (first->fault->what->fired() > 0) {
      in_.after(one.plan->from, [this, &one] { begin(one); });
    } else {
      in_.after(1ms, [this, &one] { wait_for(one); });
    }
  }

  void begin(planned& one) {
    const auto now = in_.now();
    const auto until = origin_ + one.plan->until;
    if (over_ || now > until) return;
    one.fault->intensity = one.plan->ramp > duration{0} ? 0.0 : 1.0;
    in_.switch_on(*one.fault);
    if (one.plan->ramp > duration{0}) grow(one, now);
    const auto lasts = one.plan->lasts > duration{0} ? one.plan->lasts : duration::max() / 4;
    const auto next = one.plan->every > duration{0} ? now + one.plan->every : time_point::max();
    auto off = std::min(until, now + std::min<duration>(lasts, until - now));
    if (next <= off && one.plan->lasts == duration{0}) off = time_point::max();  // it goes on
    if (off != time_point::max()) {
      in_.at(off, [this, &one] { in_.switch_off(*one.fault); });
    }
    if (next <= until) in_.at(next, [this, &one] { begin(one); });
  }

  void grow(planned& one, time_point from) {
    constexpr int steps = 20;
    for (int step = 1; step <= steps; ++step) {
      in_.at(from + one.plan->ramp * step / steps,
             [&one, step] { one.fault->intensity = static_cast<double>(step) / steps; });
    }
  }

  world& in_;
  std::vector<planned> plans_;
  time_point origin_;
  bool over_ = false;
};

/// Looks at the system once a second.
class watcher {
 public:
  watcher(world& in, const scenario& what) : in_(in), what_(what) {}

  // False: the run is to be aborted.
  [[nodiscard]] bool watch_until(time_point end) {
    while (in_.now() < end) {
      const auto from = in_.now();
      in_.run_until(std::min(end, from + sample_period));
      const auto jobs = in_.count_jobs();
      longest_stage_queue = std::max(longest_stage_queue, jobs.longest_stage_queue);
      longest_gateway_queue = std::max(longest_gateway_queue, jobs.longest_gateway_queue);
      if (good_enough_since(from)) continue;
      return false;
    }
    return true;
  }

  double longest_stage_queue = 0;
  double longest_gateway_queue = 0;

 private:
  [[nodiscard]] bool good_enough_since(time_point from) {
    std::size_t due = 0;
    std::size_t good = 0;
    const auto& all = in_.told().requests;
    for (auto i = all.size(); i > 0 && all[i - 1].intended >= from - 1s; --i) {
      if (all[i - 1].deadline > in_.now()) continue;
      ++due;
      good += all[i - 1].good() ? 1U : 0U;
    }
    return due < 10 || static_cast<double>(good) >= what_.abort_below * static_cast<double>(due);
  }

  world& in_;
  const scenario& what_;
};

world_options options_of(const scenario& what, const run_options& how,
                         std::vector<traffic_group_ptr> contents) {
  world_options out;
  out.seed = how.seed;
  out.nodes = what.nodes;
  out.settings = std::get<options>(settings_of(what));
  out.stages = how.stages;
  out.real_stages = how.real_stages;
  out.costs = how.costs;
  out.contents = std::move(contents);
  return out;
}

/// Plays the scenario in a world that is there, up to the stop of its nodes.
class play {
 public:
  play(world& in, const scenario& what, const run_options& how,
       const std::vector<traffic_group_ptr>& contents)
      : in_(in), what_(what), how_(how), load_(in, what, how, contents), faults_(in, what) {
    for (const auto& one : what.faults) {
      const auto name = one.family->name;
      end_.messages_lie = end_.messages_lie || name == "byzantine" || name == "corruption";
      end_.messages_double = end_.messages_double || name == "duplication";
    }
  }

  void run() {
    end_.actors_before = in_.actors_running();
    in_.trace(how_.trace);
    in_.start();
    watcher look(in_, what_);
    tell("undisturbed", what_.before);
    when_.begin = in_.now();
    when_.disturbed = when_.begin + what_.before;
    load_.start();
    when_.aborted = !look.watch_until(when_.disturbed);
    tell("disturbed", what_.during);
    if (how_.with_faults) faults_.start();
    when_.aborted = when_.aborted || !look.watch_until(when_.disturbed + what_.during);
    faults_.end_all();
    when_.healed = in_.now();
    tell("healed", what_.after);
    if (!when_.aborted) static_cast<void>(look.watch_until(when_.healed + what_.after));
    when_.end = in_.now();

    // Nobody asks any more: whatever is open must come to its end by itself.
    load_.stop();
    tell("silent", what_.load.deadline + 2s);
    in_.run_until(in_.now() + what_.load.deadline + 2s);
    const auto jobs = in_.count_jobs();
    end_.jobs_left = jobs.waiting + jobs.in_flight;
    end_.longest_stage_queue = look.longest_stage_queue;
    end_.longest_gateway_queue = look.longest_gateway_queue;
    in_.stop();
    end_.actors_left = in_.actors_running();
  }

  [[nodiscard]] run_result result(const options& settings, duration lateness_tolerance = {}) {
    end_.settings = settings;
    end_.lateness_tolerance = lateness_tolerance;
    run_result out;
    out.judged = judge(what_, in_.told(), end_, when_,
                       how_.with_faults ? faults_.fired() : std::map<std::string, std::uint64_t>{});
    if (!how_.with_faults) out.judged.sometimes.clear();
    out.told = std::move(in_.told());
    return out;
  }

 private:
  void tell(const char* part, duration lasts) const {
    if (!how_.tell) return;
    how_.tell(std::string(part).append(" for ").append(
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(lasts).count()) + " s"));
  }

  world& in_;
  const scenario& what_;
  const run_options& how_;
  clients load_;
  schedule faults_;
  phases when_;
  end_state end_;
};

double seconds_of(duration value) { return std::chrono::duration<double>(value).count(); }

}  // namespace

run_result simulate(const scenario& what, const run_options& how) {
  const auto real_begin = std::chrono::steady_clock::now();
  const auto contents = make_contents(what.load.contents, how.seed);
  const auto settings = options_of(what, how, contents);
  simulated_world in(settings);
  play one(in, what, how, contents);
  one.run();
  auto out = one.result(settings.settings);
  out.log_hash = in.sim().log_hash();
  out.events = in.sim().events();
  out.simulated_seconds = seconds_of(in.now() - simulation::origin);
  out.real_seconds = seconds_of(std::chrono::steady_clock::now() - real_begin);
  return out;
}

namespace {

// What a kernel may take to bring an answer from one thread to another.
constexpr duration thread_tolerance = 100ms;
// Over HTTP a deadline begins when the node has read the request, however long it lay in a socket.
constexpr duration socket_tolerance = duration::max() / 4;

// With the real models, which lie where `troupe` finds its own.
options live_settings_of(const scenario& what) {
  const auto own = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto folder = find_config_folder({}, {}, config_folders_beside(own));
  config_request request;
  request.folder = std::get<std::filesystem::path>(folder);
  request.overrides = what.overrides;
  auto loaded = load_options(request);
  if (const auto* why = std::get_if<failure>(&loaded)) throw std::runtime_error(why->what);
  auto out = std::get<loaded_options>(std::move(loaded)).values;
  out.log.file = "/dev/null";  // thousands of deaths are no news here
  return out;
}

live_in place_of(const fault_plan& plan) {
  // A node of this process stops with all others, or not at all.
  if (plan.family->name == "crash" && plan.settings.word("how") == "stopping") {
    return live_in::nowhere;
  }
  return plan.family->live;
}

// Live runs have no hash that comes again; this one tells two of them apart.
std::uint64_t hash_of_events(const history& told) {
  std::uint64_t out = 0;
  for (const auto& one : told.events) {
    out = mix(out ^ one.life, static_cast<std::uint64_t>(one.when.time_since_epoch().count()));
  }
  return out;
}

run_result finished(play& one, world& in, const options& settings, time_point begin,
                    duration lateness_tolerance) {
  const auto took = seconds_of(in.now() - begin);
  auto out = one.result(settings, lateness_tolerance);
  out.log_hash = hash_of_events(out.told);
  out.events = out.told.events.size() + out.told.events_left_out;
  out.simulated_seconds = took;
  out.real_seconds = took;
  return out;
}

}  // namespace

live_place live_place_of(const scenario& what) {
  live_place out;
  bool own = true;
  bool child = true;
  for (const auto& plan : what.faults) {
    const auto where = place_of(plan);
    own = own && (where == live_in::own || where == live_in::both);
    child = child && (where == live_in::child || where == live_in::both);
    const auto* const only = where == live_in::nowhere ? ": only in a simulation"
                             : where == live_in::own   ? ": inside the own process"
                             : where == live_in::child ? ": to child processes"
                                                       : ": anywhere";
    out.why_not.append("\n  ").append(plan.name).append(only);
  }
  out.where = own ? live_in::own : child ? live_in::child : live_in::nowhere;
  return out;
}

run_result run_live(const scenario& what, const run_options& how, live_in where) {
  const auto begin = std::chrono::steady_clock::now();
  const auto contents = make_contents(what.load.contents, how.seed);
  auto settings = live_settings_of(what);
  if (where == live_in::own) {
    own_process_world in(how.seed, what.nodes, settings);
    play one(in, what, how, contents);
    one.run();
    auto out = finished(one, in, settings, begin, thread_tolerance);
    out.serving = in.serving().took();
    return out;
  }
  const bool needs_disk = std::ranges::any_of(
      what.faults, [](const auto& plan) { return plan.family->name == "disk_full"; });
  child_process_world in(how.seed, what.nodes, what.overrides, needs_disk);
  play one(in, what, how, contents);
  one.run();
  return finished(one, in, settings, begin, socket_tolerance);
}

}  // namespace troupe::chaos
