#include <filesystem>
#include <stdexcept>
#include <utility>

#include "chaos/live/attached_world.hpp"
#include "chaos/live/child_process_world.hpp"
#include "chaos/live/own_process_world.hpp"
#include "chaos/scenario/contents.hpp"
#include "chaos/scenario/play.hpp"
#include "runtime/config/load.hpp"

namespace troupe::chaos {

namespace {

using namespace std::chrono_literals;

// What a kernel may take to bring an answer from one thread to another.
constexpr duration thread_tolerance = 100ms;
// Over HTTP a deadline begins when the node has read the request, however long it lay in a socket.
constexpr duration socket_tolerance = duration::max() / 4;

// With the real models, which lie where `troupe` finds its own.
options live_settings_of(const scenario& what) {
  const auto own = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto folder = find_config_folder({}, {}, config_folders_beside(own));
  config_request request;
  if (const auto* found = std::get_if<std::filesystem::path>(&folder)) request.folder = *found;
  request.overrides = what.overrides;
  auto loaded = load_options(request);
  if (const auto* why = std::get_if<failure>(&loaded)) throw std::runtime_error(why->what);
  auto out = std::get<loaded_options>(std::move(loaded)).values;
  out.log.file = "/dev/null";  // thousands of deaths are no news here
  return out;
}

live_in place_of(const fault_plan& plan) {
  // Nothing in this process stops a node while its actors are killed.
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
  // What a simulation takes for the other node is no address.
  const bool warmed = std::ranges::any_of(
      what.overrides, [](const auto& one) { return one.first == "cache.warm_from"; });
  if (warmed) out.why_not.append("\n  cache.warm_from: only in a simulation");
  out.where = warmed  ? live_in::nowhere
              : own   ? live_in::own
              : child ? live_in::child
                      : live_in::nowhere;
  return out;
}

run_result run_live(const scenario& what, const run_options& how, live_in where) {
  const auto begin = std::chrono::steady_clock::now();
  const auto contents = make_contents(what.load.contents, how.seed);
  auto settings = live_settings_of(what);
  if (where == live_in::own) {
    auto in = std::make_unique<own_process_world>(how.seed, what.nodes, settings);
    play one(*in, what, how, contents);
    one.run();
    run_result out;
    in->alone([&] { out = finished(one, *in, settings, begin, thread_tolerance); });
    out.played = "own";
    out.serving = in->serving().took();
    // Actors that were left behind still use their world.
    if (in->actors_running() > 0) static_cast<void>(in.release());
    return out;
  }
  const bool needs_disk = std::ranges::any_of(
      what.faults, [](const auto& plan) { return plan.family->name == "disk_full"; });
  child_process_world in(how.seed, what.nodes, what.overrides, needs_disk);
  play one(in, what, how, contents);
  one.run();
  auto out = finished(one, in, settings, begin, socket_tolerance);
  out.played = "child";
  return out;
}

std::string why_not_attached(const scenario& what) {
  if (what.nodes != 1) return "it has more than one node";
  if (!what.overrides.empty()) return "its `config` is for nodes that it starts itself";
  for (const auto& plan : what.faults) {
    const auto name = plan.family->name;
    const bool may = name == "pause" || name == "cpu_spike" || name == "memory_leak";
    if (!may) return "its fault '" + plan.name + "' is more than pause, cpu_spike or memory_leak";
  }
  return {};
}

run_result run_attached(const scenario& what, const run_options& how, const attachment& to) {
  const auto begin = std::chrono::steady_clock::now();
  const auto contents = make_contents(what.load.contents, how.seed);
  const auto settings = live_settings_of(what);
  attached_world in(how.seed, to.url, to.key, to.token);
  play one(in, what, how, contents);
  one.run();
  auto out = finished(one, in, settings, begin, socket_tolerance);
  out.played = "attached";
  return out;
}

}  // namespace troupe::chaos
