#include "chaos/swarm/swarm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "chaos/verdict/words.hpp"

namespace troupe::chaos {

namespace {

using namespace std::chrono_literals;

// Most draws are small, where limits are far apart.
double drawn_between(double least, double most, dice& luck) {
  const auto u = luck.unit();
  if (least > 0 && most / least > 100) return least * std::pow(most / least, u);
  return least + (most - least) * u * u;
}

fault_settings draw_settings(const fault_family& family, dice& luck) {
  fault_settings out;
  for (const auto& one : family.parameters) {
    const std::string name(one.name);
    if (one.is == unit::word) {
      out.words[name] = one.words[luck.below(one.words.size())];
      continue;
    }
    // Around the preset: the limits are what makes sense at all, not what teaches anything.
    auto most = std::min(one.most, one.preset * 10);
    if (one.is == unit::share) most = std::min(0.5, one.preset * 4);
    auto value =
        drawn_between(std::max(one.least, one.preset / 10), std::max(most, one.least), luck);
    if (one.is == unit::number && one.preset == std::floor(one.preset)) value = std::ceil(value);
    out.numbers[name] = std::clamp(value, one.least, one.most);
  }
  return out;
}

std::string draw_target(const fault_family& family, std::uint32_t nodes, dice& luck) {
  static constexpr std::array paths{
      "*/workers/*",      "*/resilience/*", "*/grammar/*", "*/statistics/*", "*/router",
      "*/coordinators/*", "*/cache/*",      "*/gateway/*", "*/entrance",     "*"};
  if (family.touches == scope::nodes || family.touches == scope::links || luck.chance(0.3)) {
    if (luck.chance(0.5)) return "*";
    return words({"n", std::to_string(luck.below(nodes) + 1), "/*"});
  }
  return paths[luck.below(paths.size())];
}

fault_plan draw_fault(const scenario& within, std::size_t number, dice& luck) {
  const auto families = fault_families();
  fault_plan out;
  out.family = &families[luck.below(families.size())];
  out.name = std::string(out.family->name) + "_" + std::to_string(number);
  out.where.path = draw_target(*out.family, within.nodes, luck);
  out.where.share = luck.chance(0.2) ? 0.5 : 1;
  out.settings = draw_settings(*out.family, luck);
  const auto grid = [&](duration most) {
    return luck.between(0ns, most / 100ms * 1ns) * 100'000'000;
  };
  out.from = grid(within.during / 2);
  out.until = out.from + std::max<duration>(100ms, grid(within.during - out.from));
  out.until = std::min(out.until, within.during);
  if (luck.chance(0.7)) out.every = std::max<duration>(100ms, grid(2s));
  if (luck.chance(0.5)) out.lasts = std::max<duration>(50ms, grid(1s));
  if (luck.chance(0.2)) out.ramp = grid(1s);
  return out;
}

std::string first_violation(const run_result& got) {
  return got.judged.violations.empty() ? "" : got.judged.violations.front().invariant;
}

bool breaks_the_same(const run_result& got, const run_result& as) {
  return broke(got) && first_violation(got) == first_violation(as);
}

}  // namespace

namespace {

/// Only workers die, as often as it likes them to: what the product promises nobody notices.
scenario gentle(scenario out, dice& luck) {
  out.overrides.emplace_back("supervision.max_restarts", "100000");
  out.load.deadline = 100ms;
  out.good_during = 0.98;
  out.never = {"deadline", "unavailable", "overloaded"};
  for (const auto* how : {"kill", "exception"}) {
    fault_plan plan;
    plan.family = find_family("crash");
    plan.name = how;
    plan.where.path = "*/workers/*";
    plan.settings.words["how"] = how;
    plan.settings.numbers["share"] = 0.03 * luck.unit();
    plan.settings.numbers["count"] = 1;
    plan.until = out.during;
    if (plan.name == "kill") plan.every = luck.between(50ms, 500ms);
    out.faults.push_back(std::move(plan));
  }
  return out;
}

/// The workers of one stage are at fault, and often, and those who call it die: what the defences
/// around a stage are for.
scenario focused(scenario out, dice& luck) {
  static constexpr std::array stages{"statistics", "grammar", "parser", "classifier", "validator"};
  static constexpr std::array families{"hang", "latency", "crash"};
  const auto stage = words({"*/", stages[luck.below(stages.size())], "/workers/"});
  out.load.fresh = 1;
  out.overrides = {{"supervision.max_restarts", "100000"},
                   {"supervision.root_max_restarts", "100000"},
                   {"compute.quarantine_time", "1s"}};  // shorter than what comes after the faults
  if (luck.chance(0.5)) out.overrides.emplace_back("cache.late_time", "0s");
  if (luck.chance(0.5)) out.overrides.emplace_back("breaker.enabled", "false");
  if (luck.chance(0.5)) out.overrides.emplace_back("bulkhead.concurrent", "2");
  if (luck.chance(0.5)) out.overrides.emplace_back("compute.waiting_limit", "4");
  const auto add = [&](std::string_view family, std::string target) {
    fault_plan plan;
    plan.family = find_family(family);
    plan.name = words({family, "_", std::to_string(out.faults.size())});
    plan.where.path = std::move(target);
    plan.until = out.during;
    plan.every = luck.between(1s, 3s);
    plan.lasts = plan.every / 2;
    if (family == "latency") plan.settings = draw_settings(*plan.family, luck);
    if (family == "crash") {
      plan.settings.words["how"] = "exception";
      plan.settings.numbers["share"] = 0.5 * luck.unit();
      plan.settings.numbers["count"] = 1;
    }
    out.faults.push_back(std::move(plan));
  };
  add(families[luck.below(families.size())], stage + (luck.chance(0.5) ? "*" : "detached-1"));
  if (luck.chance(0.5)) add("crash", "*/coordinators/*");
  return out;
}

}  // namespace

scenario draw_scenario(std::uint64_t seed) {
  dice luck(seed, "swarm");
  scenario out;
  out.name = "swarm-" + std::to_string(seed);
  out.about = "Drawn by the swarm from seed " + std::to_string(seed) + ".";
  out.nodes = static_cast<std::uint32_t>(1 + luck.below(5));
  out.load.rate = 20.0 * static_cast<double>(out.nodes) * static_cast<double>(1 + luck.below(5));
  out.load.contents = 1 + luck.below(40);
  out.load.fresh = luck.chance(0.5) ? 0.2 : 0.8;
  out.load.forwarded = out.nodes > 1 ? 0.3 * luck.unit() : 0;
  out.load.deadline = luck.chance(0.7) ? 100ms : 30ms;
  out.before = 2s;
  out.during = 6s;
  out.after = 8s;
  out.recovery = 6s;
  out.steady = {0.9, out.load.deadline * 2};
  if (luck.chance(0.5)) out.load.other_modes = 0.3;
  if (luck.chance(0.2)) return gentle(std::move(out), luck);
  if (luck.chance(0.2)) return focused(std::move(out), luck);
  // The default intensity gives up soon; both ways are worth looking at.
  if (luck.chance(0.5)) {
    out.overrides.emplace_back("supervision.max_restarts", "1000");
    out.overrides.emplace_back("supervision.root_max_restarts", "1000");
  }
  if (luck.chance(0.3)) out.overrides.emplace_back("supervision.period", "1s");
  if (luck.chance(0.3)) out.overrides.emplace_back("cache.near_bytes", "0B");
  if (luck.chance(0.2)) out.overrides.emplace_back("cache.bytes", "16KiB");
  if (luck.chance(0.3)) {
    out.overrides.emplace_back("cache.time_to_live", "500ms");
    out.overrides.emplace_back("cache.stale_while_revalidate", luck.chance(0.5) ? "200ms" : "0s");
  }
  if (luck.chance(0.4)) {
    out.overrides.emplace_back("cache.tier", luck.chance(0.5) ? "hybrid" : "redis");
  }
  if (luck.chance(0.2)) out.overrides.emplace_back("discovery.coordinators", "3");
  if (luck.chance(0.2)) out.overrides.emplace_back("compute.workers_per_stage", "3");
  if (luck.chance(0.2)) out.overrides.emplace_back("compute.waiting_limit", "4");
  if (luck.chance(0.2)) out.overrides.emplace_back("bulkhead.concurrent", "4");
  if (luck.chance(0.2)) out.overrides.emplace_back("breaker.minimum_calls", "5");
  if (luck.chance(0.2)) out.load.strict = 0.2;
  if (luck.chance(0.2)) {  // room for everybody, as long as tokens come back
    const auto rate = static_cast<std::uint64_t>(2 * out.load.rate);
    out.overrides.emplace_back("rate_limit.total", std::to_string(rate));
    out.overrides.emplace_back("rate_limit.total_burst", std::to_string(rate));
  }
  const auto faults = 1 + luck.below(6);
  for (std::size_t i = 0; i < faults; ++i) out.faults.push_back(draw_fault(out, i, luck));
  return out;
}

bool broke(const run_result& got) {
  if (!got.judged.violations.empty()) return true;
  return got.judged.verdict == judgement::fail;
}

shrunk shrink(const scenario& what, const run_options& how, std::size_t most_runs,
              const std::function<void(const std::string&)>& tell) {
  shrunk best{what, 0, simulate(what, how), 1};
  const auto original = best.got;
  if (!broke(original)) return best;
  const auto attempt = [&](const scenario& smaller, std::uint64_t last_request,
                           const std::string& how_so) {
    if (best.runs >= most_runs) return false;
    ++best.runs;
    auto options = how;
    options.last_request = last_request;
    auto got = simulate(smaller, options);
    if (!breaks_the_same(got, original)) return false;
    best.what = smaller;
    best.last_request = last_request;
    best.got = std::move(got);
    tell(how_so);
    return true;
  };
  bool smaller = true;
  while (smaller && best.runs < most_runs) {
    smaller = false;
    for (std::size_t i = 0; i < best.what.faults.size();) {
      auto without = best.what;
      const auto name = without.faults[i].name;
      without.faults.erase(without.faults.begin() + static_cast<std::ptrdiff_t>(i));
      for (auto& one : without.faults) {
        if (one.after == name) one.after.clear();
      }
      if (attempt(without, best.last_request, "without " + name)) {
        smaller = true;
      } else {
        ++i;
      }
    }
    for (std::size_t i = 0; i < best.what.faults.size(); ++i) {
      auto shorter = best.what;
      auto& one = shorter.faults[i];
      const auto half = (one.until - one.from) / 2;
      if (half < 10ms) continue;
      one.until = one.from + half;
      smaller = attempt(shorter, best.last_request, one.name + " for half the time") || smaller;
    }
    if (best.what.nodes > 1 && best.what.load.forwarded == 0) {
      auto fewer = best.what;
      --fewer.nodes;
      smaller = attempt(fewer, best.last_request, "one node less") || smaller;
    }
    // Fewer requests: the run is the same up to the last one, then clients fall silent.
    const auto asked = best.got.told.requests.size();
    for (const auto share : {2, 4, 8}) {
      const auto fewer = asked - asked / static_cast<std::size_t>(share);
      if (fewer == 0 || fewer >= asked) continue;
      if (attempt(best.what, fewer, std::to_string(fewer) + " requests")) {
        smaller = true;
        break;
      }
    }
  }
  return best;
}

}  // namespace troupe::chaos
