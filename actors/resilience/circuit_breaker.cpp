#include "actors/resilience/circuit_breaker.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace troupe {

namespace {

circuit_breaker::options sane(circuit_breaker::options settings) {
  settings.probes = std::max(settings.probes, 1U);
  settings.minimum_calls = std::max(settings.minimum_calls, 1U);
  if (settings.window.by == call_window::kind::count) {
    settings.minimum_calls = std::min(settings.minimum_calls, std::max(settings.window.calls, 1U));
  }
  return settings;
}

}  // namespace

circuit_breaker::circuit_breaker(options settings)
    : settings_(sane(settings)),
      window_(settings_.window),
      failures_(settings_.baseline),
      slowness_(settings_.baseline),
      probes_(settings_.probes) {}

circuit_breaker::answer circuit_breaker::try_acquire(time_point reading, time_point deadline) {
  const auto now = time_.at(reading);
  const bool is_over = time_.ahead(deadline) <= now;
  switch (state_) {
    case state::closed:
    case state::forced_closed: return {permit{generation_, {}}, {}, {}};
    case state::forced_open: return {{}, settings_.open_time, {}};
    case state::open:
      if (now < until_ || is_over) return {{}, std::max(until_ - now, duration{0}), {}};
      return grant_probe(now, deadline, move(state::half_open, cause::open_time_over, now));
    case state::half_open: break;
  }
  auto changed = advance(now);
  if (state_ == state::half_open) {
    if (is_over) return {{}, duration{0}, std::move(changed)};
    return grant_probe(now, deadline, std::move(changed));
  }
  if (state_ == state::open) return {{}, until_ - now, std::move(changed)};
  return {permit{generation_, {}}, {}, std::move(changed)};
}

circuit_breaker::answer circuit_breaker::grant_probe(time_point now, time_point deadline,
                                                     std::optional<change> changed) {
  if (probed_.calls + probes_.size() >= settings_.probes) {
    // Probes take as long as calls do; their verdict is near, the end of patience may not be.
    return {{}, std::min(until_ - now, settings_.open_time), std::move(changed)};
  }
  const auto reported = later(time_.ahead(deadline), report_time);
  const auto probe = probes_.insert(std::min(later(now, settings_.probe_time), reported));
  return {permit{generation_, probe}, {}, std::move(changed)};
}

std::optional<circuit_breaker::change> circuit_breaker::record(permit granted, outcome how,
                                                               duration took, time_point reading,
                                                               duration expected) {
  const auto now = time_.at(reading);
  // What has no verdict is no failure either, though its time may be over: after a pause all of
  // this is due at once.
  const bool untried = how == outcome::ignored && granted.generation == generation_;
  if (untried) probes_.erase(granted.probe);
  if (auto changed = advance(now)) return changed;  // what it permits has just ended
  if (granted.generation != generation_) return std::nullopt;
  const bool failed = how == outcome::failed || how == outcome::silent;
  const bool slow = is_slow(took, expected);
  if (state_ == state::half_open) {
    if (untried || !probes_.erase(granted.probe)) return std::nullopt;
    count_probe(failed, slow);
    return judge_probes(now);
  }
  if (state_ != state::closed || how == outcome::ignored) return std::nullopt;
  window_.add(failed, slow, now);
  silent_ = how == outcome::silent ? silent_ + 1 : 0;
  auto changed = judge_window(now);
  if (!changed && settings_.adaptive) {
    failures_.record(failed);
    slowness_.record(slow);
  }
  return changed;
}

std::optional<circuit_breaker::change> circuit_breaker::tick(time_point reading) {
  return advance(time_.at(reading));
}

std::optional<time_point> circuit_breaker::next_due() {
  if (state_ != state::half_open) return std::nullopt;
  auto next = until_;
  probes_.for_each([&next](auto, time_point expires) { next = std::min(next, expires); });
  return time_.reading_at(next);
}

std::optional<circuit_breaker::change> circuit_breaker::force_open(time_point reading) {
  return move(state::forced_open, cause::asked, time_.at(reading));
}

std::optional<circuit_breaker::change> circuit_breaker::force_closed(time_point reading) {
  return move(state::forced_closed, cause::asked, time_.at(reading));
}

std::optional<circuit_breaker::change> circuit_breaker::reset(time_point reading) {
  return move(state::closed, cause::asked, time_.at(reading));
}

std::optional<circuit_breaker::change> circuit_breaker::obey(breaker_order order,
                                                             time_point reading) {
  switch (order) {
    case breaker_order::force_open: return force_open(reading);
    case breaker_order::force_closed: return force_closed(reading);
    case breaker_order::reset: break;
  }
  return reset(reading);
}

breaker_view circuit_breaker::view() const noexcept {
  return {state_, generation_, state_ == state::open ? time_.reading_at(until_) : time_point{}};
}

call_window::tally circuit_breaker::tally(time_point reading) {
  return window_.read(time_.at(reading));
}

breaker_status circuit_breaker::status(time_point reading) {
  const auto seen = tally(reading);
  return {view(),           seen.calls,          seen.failure_rate(),
          seen.slow_rate(), failure_threshold(), slow_threshold()};
}

double circuit_breaker::failure_threshold() const {
  if (!settings_.adaptive) return settings_.failure_threshold;
  return failures_.threshold().value_or(settings_.failure_threshold);
}

double circuit_breaker::slow_threshold() const {
  if (!settings_.adaptive) return settings_.slow_threshold;
  return slowness_.threshold().value_or(settings_.slow_threshold);
}

// Every change of state begins a generation, and counts from nothing.
std::optional<circuit_breaker::change> circuit_breaker::move(state to, cause why, time_point now,
                                                             call_window::tally because) {
  const auto from = std::exchange(state_, to);
  ++generation_;
  window_.clear();
  silent_ = 0;
  failures_.drop_batch();
  slowness_.drop_batch();
  probes_.clear();
  probed_ = {};
  if (to == state::open) until_ = later(now, settings_.open_time);
  if (to == state::half_open) until_ = later(now, settings_.half_open_time);
  if (from == to) return std::nullopt;
  return change{from, to, why, because.failure_rate(), because.slow_rate()};
}

std::optional<circuit_breaker::change> circuit_breaker::judge_window(time_point now) {
  const auto seen = window_.read(now);
  if (settings_.silent_calls > 0 && silent_ >= settings_.silent_calls) {
    return move(state::open, cause::silence, now, seen);
  }
  if (seen.calls < settings_.minimum_calls) return std::nullopt;
  if (seen.failure_rate() >= failure_threshold()) {
    return move(state::open, cause::failure_rate, now, seen);
  }
  if (seen.slow_rate() >= slow_threshold()) return move(state::open, cause::slow_rate, now, seen);
  return std::nullopt;
}

bool circuit_breaker::is_slow(duration took, duration expected) const noexcept {
  const auto nanoseconds = static_cast<double>(took.count());
  return took > settings_.slow_call &&
         nanoseconds > settings_.slow_factor * static_cast<double>(expected.count());
}

void circuit_breaker::count_probe(bool failed, bool slow) {
  ++probed_.calls;
  probed_.failed += failed ? 1U : 0U;
  probed_.slow += slow ? 1U : 0U;
}

std::optional<circuit_breaker::change> circuit_breaker::judge_probes(time_point now) {
  if (probed_.calls < settings_.probes) return std::nullopt;
  const bool well =
      probed_.failure_rate() < failure_threshold() && probed_.slow_rate() < slow_threshold();
  const auto seen = probed_;
  return well ? move(state::closed, cause::probes_passed, now, seen)
              : move(state::open, cause::probes_failed, now, seen);
}

std::optional<circuit_breaker::change> circuit_breaker::advance(time_point now) {
  if (state_ != state::half_open) return std::nullopt;
  if (now >= until_) return move(state::open, cause::half_open_timed_out, now, probed_);
  std::vector<slot_table<time_point>::key> silent;
  probes_.for_each([&](auto probe, time_point expires) {
    if (expires <= now) silent.push_back(probe);
  });
  for (const auto probe : silent) {
    probes_.erase(probe);
    count_probe(true, true);
    ++probes_lost_;
  }
  return silent.empty() ? std::nullopt : judge_probes(now);
}

}  // namespace troupe
