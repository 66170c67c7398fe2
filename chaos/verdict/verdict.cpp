#include "chaos/verdict/verdict.hpp"

#include <algorithm>

#include "chaos/verdict/sometimes.hpp"
#include "chaos/verdict/words.hpp"

namespace troupe::chaos {

namespace {

constexpr duration one_second = std::chrono::seconds(1);

std::string percent(double share) {
  const auto tenths = static_cast<std::int64_t>(share * 1000 + 0.5);
  return words({std::to_string(tenths / 10), ".", std::to_string(tenths % 10), " %"});
}

std::string milliseconds(duration value) {
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(value).count() /
                        1000) +
         " ms";
}

std::vector<second> by_second(const history& told, const phases& when) {
  const auto count = static_cast<std::size_t>((when.end - when.begin) / one_second) + 1;
  std::vector<second> out(count);
  std::vector<std::vector<duration>> latencies(count);
  for (const auto& one : told.requests) {
    const auto index = static_cast<std::size_t>((one.intended - when.begin) / one_second);
    if (one.intended < when.begin || index >= count) continue;
    auto& here = out[index];
    ++here.requests;
    if (one.good()) ++here.good;
    if (one.good() && one.partial && !one.quarantined) ++here.partial;
    if (one.code != errc::none) ++here.errors;
    if (one.times > 0) latencies[index].push_back(one.latency());
  }
  for (std::size_t i = 0; i < count; ++i) {
    out[i].p50 = quantile(latencies[i], 0.5);
    out[i].p99 = quantile(latencies[i], 0.99);
  }
  return out;
}

bool is_steady(const second& one, const steady_state& wanted) {
  return one.good_share() >= wanted.good && one.p99 <= wanted.p99;
}

std::size_t index_of(time_point at, const phases& when) {
  return static_cast<std::size_t>(std::max(at - when.begin, duration{0}) / one_second);
}

void count(const history& told, report& out) {
  for (const auto& one : told.requests) {
    ++out.accepted;
    out.answered_once += one.times == 1 ? 1U : 0U;
    out.unanswered += one.times == 0 ? 1U : 0U;
    out.answered_twice += one.times > 1 ? 1U : 0U;
    out.late += one.times > 0 && one.answered > one.deadline ? 1U : 0U;
    out.good += one.good() ? 1U : 0U;
    if (one.times == 0) continue;
    const auto name = one.code != errc::none ? std::string(to_string(one.code))
                      : one.cached           ? "cached"
                      : one.partial          ? "partial"
                                             : "whole";
    ++out.outcomes[name];
  }
  for (const auto& one : told.events) {
    if (one.what == event_record::kind::started && one.life > 1) ++out.restarts;
  }
}

// From each death to the first good answer of that node to a request that came after it.
void measure_recovery(const history& told, report& out) {
  std::map<std::uint32_t, std::vector<std::pair<time_point, time_point>>>
      good;  // intended, answered
  for (const auto& one : told.requests) {
    if (one.good()) good[one.served_by].emplace_back(one.intended, one.answered);
  }
  for (auto& [node, answers] : good) {
    std::sort(answers.begin(), answers.end());
    for (auto i = answers.size(); i > 1; --i) {  // the earliest answer from here on
      answers[i - 2].second = std::min(answers[i - 2].second, answers[i - 1].second);
    }
  }
  std::vector<duration> took;
  for (const auto& one : told.events) {
    const bool death =
        (one.what == event_record::kind::ended || one.what == event_record::kind::node_down) &&
        !one.orderly;
    if (!death) continue;
    const auto& answers = good[one.node];
    const auto next =
        std::lower_bound(answers.begin(), answers.end(), std::pair(one.when, time_point::min()));
    if (next != answers.end()) took.push_back(next->second - one.when);
  }
  out.recovery_p50 = quantile(took, 0.5);
  out.recovery_p99 = quantile(took, 0.99);
  out.recovery_max = quantile(took, 1);
}

class judge_of_steadiness {
 public:
  judge_of_steadiness(const scenario& what, const phases& when, report& out)
      : what_(what), when_(when), out_(out) {}

  void before() {
    const auto from = index_of(when_.begin, when_) + 1;  // the first second warms up
    // What was asked just before may be answered after the first fault.
    const auto to = index_of(when_.disturbed - what_.load.deadline, when_);
    for (auto i = from; i < std::min(to, out_.seconds.size()); ++i) {
      if (is_steady(out_.seconds[i], what_.steady)) continue;
      fail(words({"not steady before any fault: in second ", std::to_string(i), " ",
                  percent(out_.seconds[i].good_share()), " good, p99 ",
                  milliseconds(out_.seconds[i].p99)}));
      return;
    }
  }

  void during() {
    std::size_t requests = 0;
    std::size_t good = 0;
    const auto to = std::min(index_of(when_.healed, when_), out_.seconds.size());
    for (auto i = index_of(when_.disturbed, when_); i < to; ++i) {
      requests += out_.seconds[i].requests;
      good += out_.seconds[i].good;
    }
    if (requests > 0) out_.good_during = static_cast<double>(good) / static_cast<double>(requests);
    if (out_.good_during < what_.good_during) {
      fail(words({"the blast radius is too large: ", percent(out_.good_during),
                  " good while disturbed, at least ", percent(what_.good_during), " expected"}));
    }
  }

  void after() {
    const auto first = index_of(when_.healed, when_);
    const auto last = index_of(when_.end, when_);  // the last second is not whole
    auto steady_from = first;
    for (auto i = first; i < std::min(last, out_.seconds.size()); ++i) {
      if (!is_steady(out_.seconds[i], what_.steady)) steady_from = i + 1;
    }
    const auto steady_at = when_.begin + steady_from * one_second;
    out_.steady_after = std::max<duration>(steady_at - when_.healed, duration{0});
    if (steady_from >= last) {
      fail("never steady again after the faults had ended");
    } else if (out_.steady_after > what_.recovery + one_second) {  // seconds are looked at whole
      fail(words({"steady again only after ", milliseconds(out_.steady_after), ", expected within ",
                  milliseconds(what_.recovery)}));
    }
    whole_again(std::min(last, out_.seconds.size()));
  }

 private:
  // A breaker or a bulkhead that never opens its door again leaves answers good, and partial.
  void whole_again(std::size_t last) {
    const auto share_of_parts = [&](std::size_t from, std::size_t to) {
      std::size_t good = 0;
      std::size_t partial = 0;
      for (auto i = from; i < to; ++i) {
        good += out_.seconds[i].good;
        partial += out_.seconds[i].partial;
      }
      return good == 0 ? 0 : static_cast<double>(partial) / static_cast<double>(good);
    };
    constexpr std::size_t looked_at = 3;
    const auto disturbed = index_of(when_.disturbed - what_.load.deadline, when_);
    const auto before = share_of_parts(1, disturbed);
    const auto after = share_of_parts(last - std::min(last, looked_at), last);
    if (after <= before + 0.1) return;
    std::string why("answers are not whole again: ");
    why.append(percent(after)).append(" are partial in the end, ");
    why.append(percent(before)).append(" before the faults");
    fail(why);
  }

  void fail(std::string_view why) {
    out_.verdict = judgement::fail;
    out_.reasons.emplace_back(why);
  }

  const scenario& what_;
  const phases& when_;
  report& out_;
};

}  // namespace

std::string_view to_string(judgement what) noexcept {
  switch (what) {
    case judgement::pass: return "PASS";
    case judgement::fail: return "FAIL";
    case judgement::inconclusive: return "INCONCLUSIVE";
  }
  return "unknown";
}

duration quantile(std::vector<duration>& values, double share) {
  if (values.empty()) return duration{0};
  const auto rank = std::min(values.size() - 1,
                             static_cast<std::size_t>(share * static_cast<double>(values.size())));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank),
                   values.end());
  return values[rank];
}

report judge(const scenario& what, const history& told, const end_state& end, const phases& when,
             const std::map<std::string, std::uint64_t>& fired) {
  report out;
  out.verdict = judgement::pass;
  out.faults = fired;
  out.when = when;
  out.seconds = by_second(told, when);
  count(told, out);
  measure_recovery(told, out);
  const auto doubt = [&](std::string why) {
    if (out.verdict == judgement::pass) out.verdict = judgement::inconclusive;
    out.reasons.push_back(std::move(why));
  };
  for (const auto& [name, times] : fired) {
    if (times == 0) doubt(words({"the fault '", name, "' never fired"}));
  }
  for (const auto& name : what.sometimes) {
    const bool reached = find_sometimes(name)->reached(told);
    out.sometimes[name] = reached;
    if (!reached) doubt(words({"the case '", name, "' was never reached"}));
  }
  for (const auto& name : what.never) {
    if (!find_sometimes(name)->reached(told)) continue;
    out.verdict = judgement::fail;
    out.reasons.push_back(words({"the case '", name, "' came up, and must not"}));
  }
  judge_of_steadiness steady(what, when, out);
  steady.before();
  steady.during();
  if (when.aborted) {
    out.verdict = judgement::fail;
    out.reasons.emplace_back("aborted: the share of good answers fell below abort_below");
  } else {
    steady.after();
  }
  out.violations = check_invariants(told, end);
  if (!out.violations.empty()) {
    out.verdict = judgement::fail;
    for (const auto& one : out.violations)
      out.reasons.push_back(words({one.invariant, ": ", one.text}));
  }
  return out;
}

}  // namespace troupe::chaos
