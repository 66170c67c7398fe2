#include "actors/discovery/stage_gate.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace troupe {

namespace {

failure breaker_refuses(stage which, const breaker_view& now, time_point at) {
  std::string what = "the breaker of ";
  what += to_string(which);
  what += now.state == breaker_state::forced_open ? " is forced open"
                                                  : " is open: of late its calls failed";
  const auto wait = now.state == breaker_state::open ? now.retry_at - at : duration{0};
  return {errc::unavailable, std::move(what), std::max(wait, duration{0})};
}

failure too_many(stage which) {
  std::string what = "as many jobs of ";
  what += to_string(which);
  what += " are under way as may (bulkhead.concurrent, bulkhead.waiting)";
  return {errc::overloaded, std::move(what), std::chrono::milliseconds(100)};
}

}  // namespace

stage_gate::stage_gate(stage which, bulkhead::options limits, duration silence)
    : which_(which), silence_(silence), places_(limits) {}

stage_gate::answer stage_gate::enter(time_point deadline, time_point now) {
  switch (breaker_.leave_at(now)) {
    case breaker_view::leave::go: break;
    case breaker_view::leave::ask: return {verdict::ask, {}, {}};
    case breaker_view::leave::refused:
      return {verdict::refused, {}, breaker_refuses(which_, breaker_, now)};
  }
  return enter_with({breaker_.generation, 0}, deadline, now);
}

stage_gate::answer stage_gate::enter_with(breaker_permit granted, time_point deadline,
                                          time_point now) {
  const bool after_break = !idle_since_ || now - *idle_since_ > silence_;
  if (places_.inside() == 0 && after_break) busy_since_ = now;
  const auto [how, place] = places_.enter(deadline, now);
  const pass with{place, granted, now};
  switch (how) {
    case bulkhead::verdict::inside: return {verdict::go, with, {}};
    case bulkhead::verdict::waiting: return {verdict::wait, with, {}};
    case bulkhead::verdict::full: return {verdict::refused, with, too_many(which_)};
    case bulkhead::verdict::expired: break;
  }
  return {verdict::refused, with, {errc::deadline_exceeded, "the deadline had passed"}};
}

bulkhead::orders stage_gate::leave(const pass& given, call_outcome how, time_point now,
                                   std::optional<duration> took) {
  if (how == call_outcome::succeeded) answered_ = now;
  note(given, {how, took.value_or(now - given.began), given.expected});
  auto next = places_.leave(given.place, now);
  if (places_.inside() == 0) idle_since_ = now;
  return next;
}

void stage_gate::note(const pass& given, call_sample one) {
  // Of an earlier state nobody wants to hear.
  const bool counts = given.granted.probe == 0 && given.granted.generation == breaker_.generation;
  if (!counts || one.how == call_outcome::ignored) return;
  if (samples_.generation != breaker_.generation) samples_ = {breaker_.generation, {}};
  samples_.calls.push_back(one);
  urgent_ = urgent_ || one.how != call_outcome::succeeded;
}

bool stage_gate::is_silent(const pass& given, duration costliest, bool swamped,
                           time_point now) const noexcept {
  if (answered_ == time_point::min()) return false;
  const auto heard = std::max(answered_, excused_);
  const auto enough = std::max(silence_, 8 * costliest);
  if (swamped) return now - std::max(busy_since_, heard) >= 10 * enough;
  return now - std::max(given.began, heard) >= enough;
}

void stage_gate::report_silent(const pass& given, time_point now) {
  note(given, {call_outcome::silent, now - given.began, given.expected});
}

call_outcome stage_gate::outcome_of_late(const pass& given, duration predicted,
                                         time_point now) const noexcept {
  const auto heard = std::max(answered_, excused_);
  const bool works = heard >= given.began || (heard != time_point::min() && now - heard < silence_);
  if (works) return call_outcome::ignored;
  return outcome_of(errc::deadline_exceeded, now - given.began, predicted);
}

std::optional<call_samples> stage_gate::take_samples(bool all) {
  if (samples_.calls.empty()) return std::nullopt;
  if (!all && !urgent_ && samples_.calls.size() < batch) return std::nullopt;
  urgent_ = false;
  return std::exchange(samples_, call_samples{samples_.generation, {}});
}

call_outcome outcome_of(errc code, duration given, duration predicted) noexcept {
  switch (code) {
    case errc::crashed:
    case errc::unavailable:
    case errc::internal: return call_outcome::failed;
    case errc::deadline_exceeded: {
      const auto enough = std::max<duration>(2 * predicted, std::chrono::milliseconds(1));
      return given >= enough ? call_outcome::failed : call_outcome::ignored;
    }
    case errc::poisoned:  // its input is to blame
    case errc::overloaded:
    case errc::rate_limited:
    case errc::stopping:
    case errc::cancelled:
    case errc::bad_input:
    case errc::too_large:
    case errc::bad_config: return call_outcome::ignored;
    case errc::none:
    case errc::statistics_failed:
    case errc::grammar_failed:
    case errc::parser_failed:
    case errc::classifier_failed:
    case errc::validator_failed: break;  // it works: it found nothing in this input
  }
  return call_outcome::succeeded;
}

}  // namespace troupe
