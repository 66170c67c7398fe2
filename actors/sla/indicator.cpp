#include "actors/sla/indicator.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

namespace {

std::int64_t slice_at(time_point now) { return now.time_since_epoch() / slice_window::resolution; }

// Since the total before; a lower one was reset to zero in between.
double increase(double before, double now) { return now < before ? now : now - before; }

std::uint32_t whole(double count) {
  return static_cast<std::uint32_t>(std::clamp(std::round(count), 0.0, 4294967295.0));
}

}  // namespace

bool indicator::is_usable(const metric_sample& sample) noexcept {
  const auto finite = [](double one) { return std::isfinite(one); };
  return finite(sample.value) && finite(sample.of) && std::ranges::all_of(sample.bounds, finite) &&
         std::ranges::all_of(sample.cumulative, finite) &&
         (sample.cumulative.empty() || sample.cumulative.size() == sample.bounds.size() + 1);
}

bool indicator::is_sampled() const noexcept {
  return what_.kind == metric_kind::gauge || what_.kind == metric_kind::summary;
}

std::optional<indicator::slice> indicator::pass(time_point now) {
  if (!open_ || slice_at(now) <= open_->number) return std::nullopt;
  auto done = close();
  open_.reset();
  return done;
}

std::optional<indicator::slice> indicator::take(const metric_sample& sample, time_point now) {
  auto done = pass(now);
  if (!open_) {
    open_ = open_slice{};
    open_->number = slice_at(now);
  }
  add(sample, now);
  return done;
}

void indicator::add(const metric_sample& sample, time_point now) {
  if (is_sampled()) {
    auto& worst = open_->worst;
    if (!worst || is_worse(sample.value, *worst, what_.op, what_.threshold)) worst = sample.value;
    return;
  }
  if (before_ && now <= before_at_) return;  // no time has passed: the next sample covers it
  if (before_) {
    if (what_.kind == metric_kind::histogram) {
      add_observations(sample);
    } else {
      add_increase(sample, std::chrono::duration<double>(now - before_at_).count());
    }
  } else {
    most_bad_ = sample.of - sample.value;
  }
  before_ = sample;
  before_at_ = now;
}

// Numerator and denominator may be read a moment apart: an event that is in one already and not yet
// in the other looks bad, then good. Counting how far `of - value` has ever risen counts each bad
// event once, and none that only seemed so.
void indicator::add_increase(const metric_sample& sample, double seconds) {
  const bool was_reset = sample.value < before_->value || sample.of < before_->of;
  if (was_reset) most_bad_ = 0;
  const double bad = std::max(sample.of - sample.value - most_bad_, 0.0);
  most_bad_ += bad;
  open_->bad += bad;
  open_->value += increase(before_->value, sample.value);
  open_->of += increase(before_->of, sample.of);
  if (seconds <= std::chrono::duration<double>(longest_interval).count()) {
    open_->seconds += seconds;
  } else if (what_.by == aggregation::rate) {
    open_->value = 0;
    open_->seconds = 0;
  }
}

void indicator::add_observations(const metric_sample& sample) {
  if (sample.cumulative.size() != before_->cumulative.size()) return;  // other buckets: begin anew
  open_->cumulative.resize(sample.cumulative.size(), 0);
  const bool was_reset = sample.cumulative.back() < before_->cumulative.back();
  for (std::size_t i = 0; i < sample.cumulative.size(); ++i) {
    open_->cumulative[i] += sample.cumulative[i] - (was_reset ? 0 : before_->cumulative[i]);
  }
}

indicator::slice indicator::close() const {
  slice done{open_->number, {}, value_of_slice()};
  if (what_.by == aggregation::share) {
    done.counts = shares();
  } else if (done.value) {
    (holds(*done.value, what_.op, what_.threshold) ? done.counts.good : done.counts.bad) = 1;
  }
  return done;
}

std::optional<double> indicator::value_of_slice() const {
  switch (what_.by) {
    case aggregation::value: return open_->worst;
    case aggregation::rate:
      return open_->seconds > 0 ? std::optional(open_->value / open_->seconds) : std::nullopt;
    case aggregation::ratio:
      return open_->of > 0 ? std::optional(open_->value / open_->of) : std::nullopt;
    case aggregation::quantile: return is_sampled() ? open_->worst : quantile_of_slice();
    case aggregation::share: {
      const auto counts = shares();
      if (counts.all() == 0) return std::nullopt;
      return static_cast<double>(counts.good) / static_cast<double>(counts.all());
    }
  }
  return std::nullopt;
}

// Linear inside the bucket that holds it, as Prometheus' histogram_quantile does; beyond the last
// bound that bound.
std::optional<double> indicator::quantile_of_slice() const {
  const auto& sums = open_->cumulative;
  if (sums.empty() || sums.back() <= 0) return std::nullopt;
  const double rank = what_.quantile * sums.back();
  const auto found = std::ranges::lower_bound(sums, rank);
  const auto bucket = static_cast<std::size_t>(found - sums.begin());
  const auto& bounds = before_->bounds;
  if (bucket >= bounds.size()) return bounds.empty() ? std::nullopt : std::optional(bounds.back());
  const double low = bucket == 0 ? 0 : bounds[bucket - 1];
  const double below = bucket == 0 ? 0 : sums[bucket - 1];
  const double inside = sums[bucket] - below;
  return inside <= 0 ? bounds[bucket] : low + (bounds[bucket] - low) * (rank - below) / inside;
}

slice_counts indicator::shares() const {
  if (what_.kind != metric_kind::histogram) {
    const auto bad = std::min(open_->bad, open_->of);
    return {whole(open_->of - bad), whole(bad)};
  }
  if (open_->cumulative.empty()) return {};
  // Observations are known by bucket: those up to the last bound that is not over the threshold.
  const auto& bounds = before_->bounds;
  const auto past = std::ranges::upper_bound(bounds, what_.threshold * (1 + 1e-9));
  const double all = open_->cumulative.back();
  const double good = past == bounds.begin()
                          ? 0
                          : open_->cumulative[static_cast<std::size_t>(past - bounds.begin()) - 1];
  return {whole(good), whole(all - good)};
}

}  // namespace troupe
