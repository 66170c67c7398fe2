#include "actors/resilience/gradient_limit.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

constexpr std::uint32_t warm_up = 10;  // windows with a plain mean, as in ExpAvgMeasurement

}  // namespace

gradient_limit::gradient_limit(options settings) : settings_(settings) {
  settings_.min = std::max(settings_.min, 1.0);
  settings_.max = std::max(settings_.max, settings_.min);
  limit_ = std::clamp(settings_.initial, settings_.min, settings_.max);
}

void gradient_limit::record(duration took, std::uint32_t in_flight, time_point now) {
  if (calls_ == 0) window_began_ = now;
  ++calls_;
  sum_ += static_cast<double>(std::max<duration::rep>(took.count(), 1));
  peak_ = std::max(peak_, in_flight);
  if (calls_ >= settings_.window_calls && now - window_began_ >= settings_.window) close_window();
}

std::uint32_t gradient_limit::limit() const noexcept { return static_cast<std::uint32_t>(limit_); }

duration gradient_limit::typical() const noexcept {
  return duration{static_cast<duration::rep>(short_)};
}

void gradient_limit::close_window() {
  short_ = sum_ / calls_;
  const bool in_use = peak_ >= limit_ / 2;
  sum_ = 0;
  calls_ = peak_ = 0;
  learn(short_);
  if (!in_use) return;
  const auto gradient = std::clamp(settings_.tolerance * long_ / short_, 0.5, 1.0);
  const auto wanted = gradient * limit_ + settings_.headroom;
  const auto smooth = (1 - settings_.smoothing) * limit_ + settings_.smoothing * wanted;
  limit_ = std::clamp(smooth, settings_.min, settings_.max);
}

void gradient_limit::learn(double short_term) {
  if (windows_ < warm_up) {
    ++windows_;
    long_ += (short_term - long_) / windows_;
  } else {
    long_ += (short_term - long_) * 2 / (settings_.long_windows + 1);
  }
  if (long_ > 2 * short_term) long_ *= 0.95;
}

}  // namespace troupe
