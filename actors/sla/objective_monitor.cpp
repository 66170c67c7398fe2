#include "actors/sla/objective_monitor.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

objective_monitor::objective_monitor(const objective& what)
    : what_(what),
      page_(page_windows(what)),
      ticket_(ticket_windows(what)),
      indicator_(what),
      seen_(what.window),
      level_(1 - what.target) {}

bool objective_monitor::sample(const std::optional<metric_sample>& shown, time_point reading) {
  const auto now = clock_.at(reading);
  now_ = now;
  if (!begun_) begun_ = now;
  const bool usable = shown && indicator::is_usable(*shown);
  ++(usable ? used_ : shown ? unusable_ : missing_);
  if (usable) heard_ = now;
  const auto done = usable ? indicator_.take(*shown, now) : indicator_.pass(now);
  if (!done) return false;
  add(*done, now);
  return true;
}

void objective_monitor::add(const indicator::slice& done, time_point now) {
  if (done.value) value_ = done.value;
  seen_.add(done.number, done.counts,
            done.value ? static_cast<float>(*done.value) : slice_window::no_value);
  level_.add(done.counts);
  judge(now);
}

void objective_monitor::judge(time_point now) {
  const bool exhausted = budget_of(seen_, what_.target).exhausted();
  if (!forecast_at_ || now - *forecast_at_ >= forecast_period || exhausted) {
    forecast_ = forecast(seen_, level_, what_.target);
    forecast_at_ = now;
  }
  const bool risky = forecast_.probability >= exhaustion_likely ||
                     read_burn(seen_, page_, what_.target).fires ||
                     read_burn(seen_, ticket_, what_.target).fires;
  end_or_widen_violation(exhausted, now);
  if (risky || exhausted) risky_at_ = now;
  if (exhausted) {
    state_ = objective_state::violated;
  } else if (risky || (state_ != objective_state::ok && now - risky_at_ < calm)) {
    state_ = objective_state::at_risk;
  } else {
    state_ = objective_state::ok;
  }
}

void objective_monitor::end_or_widen_violation(bool exhausted, time_point now) {
  const bool lasts = !violations_.empty() && !violations_.back().end;
  if (!exhausted) {
    if (lasts) violations_.back().end = now;
    return;
  }
  if (!lasts) {
    ++violations_total_;
    violations_.push_back({now, {}, worst_in_window()});
    if (violations_.size() > violations_kept) violations_.pop_front();
  }
  const double newest = seen_.value_at(0);
  auto& worst = violations_.back().worst;
  if (!std::isnan(newest) && is_worse(newest, worst, what_.op, what_.threshold)) worst = newest;
}

double objective_monitor::worst_in_window() const {
  double worst = seen_.value_at(0);
  for (std::size_t age = 0; age < seen_.covered(); ++age) {
    const double one = seen_.value_at(age);
    if (seen_.at(age).bad == 0 || std::isnan(one)) continue;
    if (std::isnan(worst) || is_worse(one, worst, what_.op, what_.threshold)) worst = one;
  }
  return worst;
}

objective_status objective_monitor::status() const {
  objective_status out;
  out.what = what_;
  out.state = state_;
  out.when = now_;
  const auto last_heard = heard_ ? *heard_ : begun_.value_or(now_);
  out.silent = now_ - last_heard >= silence;
  out.value = value_;
  out.good = seen_.total().good;
  out.bad = seen_.total().bad;
  out.covered = slice_window::resolution * static_cast<duration::rep>(seen_.covered());
  out.spent = budget_of(seen_, what_.target).spent_share();
  const auto page = read_burn(seen_, page_, what_.target);
  const auto ticket = read_burn(seen_, ticket_, what_.target);
  out.page_long = page.long_rate;
  out.page_short = page.short_rate;
  out.pages = page.fires;
  out.ticket_long = ticket.long_rate;
  out.ticket_short = ticket.short_rate;
  out.tickets = ticket.fires;
  out.exhaustion_probability = forecast_.probability;
  out.exhausted_p10 = forecast_.p10;
  out.exhausted_p50 = forecast_.p50;
  out.exhausted_p90 = forecast_.p90;
  out.samples = used_;
  out.missing = missing_;
  out.unusable = unusable_;
  out.violations.assign(violations_.begin(), violations_.end());
  out.violations_total = violations_total_;
  write_history(out);
  return out;
}

void objective_monitor::write_history(objective_status& into) const {
  const auto each = (seen_.slices() + stretches - 1) / stretches;
  for (auto end = (seen_.covered() + each - 1) / each; end-- > 0;) {
    objective_stretch one;
    one.age = slice_window::resolution * static_cast<duration::rep>(end * each);
    for (auto age = end * each; age < std::min((end + 1) * each, seen_.covered()); ++age) {
      one.good += seen_.at(age).good;
      one.bad += seen_.at(age).bad;
      const double value = seen_.value_at(age);
      if (std::isnan(value)) continue;
      if (!one.worst || is_worse(value, *one.worst, what_.op, what_.threshold)) one.worst = value;
    }
    into.history.push_back(one);
  }
}

}  // namespace troupe
