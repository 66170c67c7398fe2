#pragma once

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "chaos/scenario/run.hpp"

namespace troupe::chaos {

/// The clients of a scenario: an open loop with exponential distances.
class clients {
 public:
  clients(world& in, const scenario& what, const run_options& how,
          const std::vector<traffic_group_ptr>& contents)
      : in_(in), what_(what), how_(how), contents_(contents), luck_(how.seed, "load") {
    for (const auto& one : contents_) names_.push_back(hash_of(*one));
  }

  void start() {
    const auto lasts = std::chrono::duration<double>(what_.before + what_.during + what_.after);
    in_.told().requests.reserve(static_cast<std::size_t>(what_.load.rate * lasts.count() * 1.1));
    due_ = in_.now();
    next();
  }
  void stop() { stopped_ = true; }
  [[nodiscard]] std::uint64_t open() const noexcept { return open_; }

 private:
  void next() {
    const duration mean{static_cast<duration::rep>(1e9 / what_.load.rate)};
    due_ += luck_.exponential(mean);
    in_.at(due_, [this] {
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
    one.intended = due_;  // however late this is called
    one.deadline = one.intended + what_.load.deadline;

    auto mode = what_.load.mode;
    if (luck_.chance(what_.load.other_modes)) mode = static_cast<quality_mode>(luck_.below(3));
    one.mode = mode;

    discovery_request request;
    request.id = {one.number};
    request.trace = {how_.seed, one.number};
    request.input = contents_[one.content];
    request.mode = mode;
    request.budget = std::max<duration>(one.deadline - in_.now(), duration{1});
    request.use_cache = !luck_.chance(what_.load.fresh);
    one.strict = what_.load.strict > 0 && luck_.chance(what_.load.strict);
    if (one.strict) request.fallbacks = {};
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
    one.quarantined =
        one.partial && std::ranges::any_of(result.stages, [](const stage_report& told) {
          return told.state == stage_report::outcome::failed &&
                 told.why.starts_with(to_string(errc::poisoned));
        });
    one.cached = result.from_cache;
    one.fell_back = result.used == fallback::cached;
    one.age = result.age;
    one.wrong = wrong_in(one, result);
  }

  [[nodiscard]] std::string wrong_in(const request_record& one, const discovery_result& result) {
    const auto& input = *contents_[one.content];
    if (result.id.value != one.number) return "the answer is named after another request";
    if (result.mode != one.mode) return "the answer is of another mode";
    if (one.strict && (result.partial || result.used != fallback::none)) {
      return "the answer is a fallback that was not asked for";
    }
    if (result.input != names_[one.content]) return "the answer is about another input";
    const auto& stats = result.found.stats;
    if (stats && stats->messages != input.messages.size())
      return "the statistics are of another input";
    if (stats && stats != summed_[one.content] && !stats->cut_short) {
      const auto counted = std::accumulate(stats->histogram.begin(), stats->histogram.end(),
                                           std::uint64_t{0});  // modelled stages count nothing
      if (counted != 0 && counted != stats->bytes) return "the statistics do not add up";
      summed_[one.content] = stats;
    }
    return {};
  }

  world& in_;
  const scenario& what_;
  const run_options& how_;
  const std::vector<traffic_group_ptr>& contents_;
  std::vector<content_hash> names_;  // of contents_
  // Those that added up last, of each of contents_: cached answers share them.
  std::vector<decltype(findings::stats)> summed_{contents_.size()};
  dice luck_;
  time_point due_;  // the next request
  std::uint64_t open_ = 0;
  bool stopped_ = false;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // the world outlives its clients
};

}  // namespace troupe::chaos
