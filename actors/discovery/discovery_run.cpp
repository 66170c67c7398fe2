#include "actors/discovery/discovery_run.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace troupe {

namespace {

// The order in which stages are considered: the classifier may run beside the others.
constexpr std::array chain{stage::statistics, stage::grammar, stage::parser, stage::validator};

bool is_anytime(stage which) noexcept {
  return which == stage::grammar || which == stage::classifier;
}

std::string milliseconds(duration d) {
  const auto tenths = std::chrono::duration_cast<std::chrono::microseconds>(d).count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
}

work_size size_of(const traffic_group_ptr& input) {
  if (!input) return {};
  return {input->messages.size(), input->bytes.size(), input->flows.size()};
}

bool have(const findings& found, stage which) {
  switch (which) {
    case stage::statistics: return found.stats != nullptr;
    case stage::grammar: return found.grammar != nullptr;
    case stage::parser: return found.parse != nullptr;
    case stage::classifier: return found.protocol != nullptr;
    case stage::validator: return found.validity != nullptr;
  }
  return false;
}

// Jobs run side by side, each on a copy of what was found when it started: take over what is new.
void merge(findings& into, const findings& from) {
  if (from.stats) into.stats = from.stats;
  if (from.grammar) into.grammar = from.grammar;
  if (from.parse) into.parse = from.parse;
  if (from.protocol) into.protocol = from.protocol;
  if (from.validity) into.validity = from.validity;
}

// The stage went wrong at this work, and might not at less of it. Not so when nobody serves it.
bool failed_by_its_own(errc code) {
  return code == errc::crashed || code == errc::poisoned || code == errc::deadline_exceeded;
}

}  // namespace

duration answer_reserve(duration budget) noexcept {
  return std::clamp<duration>(budget / 20, std::chrono::microseconds(200),
                              std::chrono::milliseconds(20));
}

std::optional<stage> needed_by(stage which) noexcept {
  switch (which) {
    case stage::statistics:
    case stage::classifier: return std::nullopt;
    case stage::grammar: return stage::statistics;
    case stage::parser:
    case stage::validator: return stage::grammar;
  }
  return std::nullopt;
}

discovery_run::discovery_run(discovery_request request, const content_hash& input,
                             time_point accepted, time_point deadline, const cost_model& costs,
                             options settings)
    : request_(std::move(request)),
      input_(input),
      accepted_(accepted),
      deadline_(deadline),
      stop_time_(deadline),
      reserve_(answer_reserve(deadline - accepted)),
      settings_(settings),
      size_(size_of(request_.input)) {
  for (const auto which : all_stages) {
    auto& one = at(which);
    one.mode = request_.mode;
    one.takes = predict(which, request_.mode, costs);
    one.told.which = which;
    one.told.predicted = one.takes.at_most;
  }
  grammar_in_fast_ = predict(stage::grammar, quality_mode::fast, costs);
  plan_wanted();
  say_what_fits();
}

discovery_run::cost discovery_run::predict(stage which, quality_mode mode,
                                           const cost_model& costs) const {
  return {costs.predict(which, mode, size_), costs.predict_p95(which, mode, size_)};
}

// Beforehand: one stage after the other, as if nothing ran beside it. Anytime stages always fit.
void discovery_run::say_what_fits() {
  auto left = deadline_ - accepted_ - reserve_;
  for (const auto which : chain) {
    auto& one = at(which);
    if (one.now == state::unwanted) continue;
    one.told.expected = is_anytime(which) ? left > duration{0} : one.takes.at_most <= left;
    if (one.told.expected) left -= std::min(left, one.takes.at_most);
  }
}

bool discovery_run::may_fall_to_fast(stage which) const {
  if (which != stage::grammar || at(which).mode == quality_mode::fast) return false;
  for (const auto way : request_.fallbacks) {
    if (way == fallback::fast) return true;
    if (way == fallback::partial) return false;
  }
  return false;
}

void discovery_run::fall_to_fast(std::string why) {
  auto& one = at(stage::grammar);
  one.now = state::waiting;
  one.mode = quality_mode::fast;
  one.takes = grammar_in_fast_;
  fast_why_ = std::move(why);
}

void discovery_run::plan_wanted() {
  if (request_.only.empty()) return;
  for (auto& one : slots_) one.now = state::unwanted;
  for (const auto wanted : request_.only) {
    for (std::optional<stage> which = wanted; which; which = needed_by(*which)) {
      at(*which).now = state::waiting;
    }
  }
  for (auto& one : slots_) {
    if (one.now != state::unwanted) continue;
    one.told.wanted = false;
    one.told.why = "not asked for";
  }
}

bool discovery_run::startable(stage which) const {
  if (at(which).now != state::waiting) return false;
  const auto needed = needed_by(which);
  return !needed || have(found_, *needed);
}

void discovery_run::give_up(stage which, stage_report::outcome how, std::string why) {
  at(which).now = state::given_up;
  at(which).told.state = how;
  at(which).told.why = std::move(why);
}

void discovery_run::give_up_dependants() {
  for (const auto which : chain) {
    const auto needed = needed_by(which);
    if (at(which).now != state::waiting || !needed || at(*needed).now != state::given_up) continue;
    give_up(which, stage_report::outcome::skipped,
            "needs " + std::string(to_string(*needed)) + ", which has no result");
  }
}

bool discovery_run::fits(stage which, time_point now) {
  const auto left = deadline_ - reserve_ - now;
  if (at(which).takes.at_most <= left) return true;
  auto why = "predicted " + milliseconds(at(which).takes.at_most) + ", " +
             milliseconds(std::max(left, duration{0})) + " left";
  if (may_fall_to_fast(which) && grammar_in_fast_.at_most <= left) {
    fall_to_fast(std::move(why));
    return true;
  }
  if (is_anytime(which) && left > duration{0}) return true;
  give_up(which, stage_report::outcome::skipped, std::move(why));
  return false;
}

discovery_run::launch discovery_run::chain_from(stage first, time_point now, stage_set alone) {
  launch job{{first}, at(first).takes.predicted, at(first).mode};
  auto start = [&](stage which) {
    at(which).now = state::running;
    at(which).told.started = now - accepted_;
  };
  start(first);
  if (split_ || alone[static_cast<std::size_t>(first)]) return job;
  for (const auto which : all_stages) {
    if (which == first || at(which).now != state::waiting) continue;
    if (alone[static_cast<std::size_t>(which)]) continue;
    const auto needed = needed_by(which);
    const bool follows =
        !needed || have(found_, *needed) ||
        std::find(job.stages.begin(), job.stages.end(), *needed) != job.stages.end();
    if (!follows || at(which).mode != job.mode ||
        job.predicted_cost + at(which).takes.predicted > settings_.fuse_below)
      continue;
    job.predicted_cost += at(which).takes.predicted;
    job.stages.push_back(which);
    start(which);
  }
  return job;
}

std::vector<discovery_run::launch> discovery_run::next(time_point now, stage_set alone) {
  std::vector<launch> jobs;
  give_up_dependants();
  for (const auto which : all_stages) {
    if (!startable(which)) continue;
    if (fits(which, now)) {
      jobs.push_back(chain_from(which, now, alone));
    } else {
      give_up_dependants();
    }
  }
  update_stop_time();
  finished_ = std::none_of(slots_.begin(), slots_.end(), [](const slot& one) {
    return one.now == state::waiting || one.now == state::running;
  });
  return jobs;
}

duration discovery_run::cost_behind(stage which) const {
  duration sum{0};
  for (const auto later : {stage::parser, stage::validator}) {
    if (which < later && at(later).now == state::waiting) sum += at(later).takes.at_most;
  }
  return sum;
}

void discovery_run::update_stop_time() {
  // At most a third of the budget is kept for what comes behind a running stage.
  const auto most = (deadline_ - accepted_) / 3;
  auto behind = duration{0};
  for (const auto which : chain) {
    if (at(which).now == state::running) behind = std::max(behind, cost_behind(which));
  }
  stop_time_ = deadline_ - reserve_ - std::min<duration>(behind, most);
}

void discovery_run::answered(const launch& job, const findings& found,
                             const std::vector<report>& reports) {
  merge(found_, found);
  auto started = at(job.stages.front()).told.started;
  for (const auto& one : reports) {
    auto& here = at(one.which);
    here.told.started = started;
    here.told.took = one.took;
    started += one.took;
    if (one.why) {
      note_failure(one.which, one.why);
      give_up(one.which, stage_report::outcome::failed, one.why.what);
    } else {
      here.now = state::done;
      here.told.state =
          one.cut_short ? stage_report::outcome::cut_short : stage_report::outcome::done;
      if (one.cut_short) here.told.why = "stopped to keep the deadline: the best so far";
    }
  }
  for (const auto which : job.stages) {
    if (at(which).now == state::running) {
      give_up(which, stage_report::outcome::failed, "its worker did not report on it");
    }
  }
}

// Of the first stage in the plan's order: which was first in time depends on the scheduling.
void discovery_run::note_failure(stage which, const failure& why) {
  if (first_failure_ && which >= first_failed_) return;
  first_failed_ = which;
  first_failure_ = why;
}

void discovery_run::failed(const launch& job, const failure& why) {
  const auto how = why.code == errc::deadline_exceeded ? stage_report::outcome::late
                                                       : stage_report::outcome::failed;
  note_failure(job.stages.front(), why);
  const auto text = std::string(to_string(why.code)) + ": " + why.what;
  const bool again =
      failed_by_its_own(why.code) &&
      std::ranges::any_of(job.stages, [this](stage which) { return may_fall_to_fast(which); });
  split_ = split_ || again;  // so that whichever of them it was takes no other along
  for (const auto which : job.stages) {
    if (!again) {
      give_up(which, how, text);
    } else if (may_fall_to_fast(which)) {
      fall_to_fast(text);
    } else {
      at(which).now = state::waiting;
    }
  }
}

discovery_result discovery_run::conclude(time_point now) const {
  discovery_result out;
  out.id = request_.id;
  out.trace = request_.trace;
  out.input = input_;
  if (request_.input) out.group = request_.input->name;
  out.mode = request_.mode;
  out.found = found_;
  out.budget = deadline_ - accepted_;
  out.took = now - accepted_;
  out.in_time = now <= deadline_;
  for (const auto& one : slots_) {
    auto told = one.told;
    if (one.now == state::running) {
      told.state = stage_report::outcome::late;
      told.took = now - accepted_ - told.started;
      told.why = "still running when the deadline came";
    } else if (one.now == state::waiting) {
      told.why = "not started when the deadline came";
    }
    const bool whole = one.now == state::done && told.state == stage_report::outcome::done;
    out.partial = out.partial || (one.now != state::unwanted && !whole);
    out.stages.push_back(std::move(told));
  }
  if (!fast_why_.empty() && have(found_, stage::grammar)) {
    out.used = fallback::fast;
    out.fallback_why = "grammar in mode fast: " + fast_why_;
  }
  out.confidence = confidence_of(out);
  return out;
}

double confidence_of(const discovery_result& result) {
  double sum = 0;
  int parts = 0;
  if (const auto& grammar = result.found.grammar) {
    const auto& parse = result.found.parse;
    const double fit = parse && parse->messages > 0 ? static_cast<double>(parse->parsed) /
                                                          static_cast<double>(parse->messages)
                                                    : 1;
    sum += grammar->confidence * fit;
    ++parts;
  }
  if (const auto& protocol = result.found.protocol; protocol && protocol->overall.label) {
    sum += protocol->overall.confidence;
    ++parts;
  }
  if (const auto& validity = result.found.validity; validity && validity->messages > 0) {
    sum += static_cast<double>(validity->valid) / static_cast<double>(validity->messages);
    ++parts;
  }
  if (parts == 0) return 0;
  const auto planned = std::count_if(result.stages.begin(), result.stages.end(),
                                     [](const auto& one) { return one.wanted; });
  const auto finished = std::count_if(result.stages.begin(), result.stages.end(), [](auto& one) {
    return one.state == stage_report::outcome::done;
  });
  return sum / parts * static_cast<double>(finished) /
         static_cast<double>(std::max<std::ptrdiff_t>(planned, 1));
}

}  // namespace troupe
