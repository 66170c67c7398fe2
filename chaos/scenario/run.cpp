#include "chaos/scenario/run.hpp"

#include <utility>

#include "chaos/scenario/contents.hpp"
#include "chaos/scenario/play.hpp"

namespace troupe::chaos {

namespace {

world_options options_of(const scenario& what, const run_options& how,
                         std::vector<traffic_group_ptr> contents) {
  world_options out;
  out.seed = how.seed;
  out.nodes = what.nodes;
  out.settings = std::get<options>(settings_of(what));
  out.stages = how.stages;
  out.real_stages = how.real_stages;
  out.costs = how.costs;
  out.contents = std::move(contents);
  return out;
}

}  // namespace

run_result simulate(const scenario& what, const run_options& how) {
  const auto real_begin = std::chrono::steady_clock::now();
  const auto contents = make_contents(what.load.contents, how.seed);
  const auto settings = options_of(what, how, contents);
  simulated_world in(settings);
  play one(in, what, how, contents);
  one.run();
  const auto played = std::chrono::steady_clock::now();
  auto out = one.result(settings.settings);
  out.judging_seconds = seconds_of(std::chrono::steady_clock::now() - played);
  out.log_hash = in.sim().log_hash();
  out.events = in.sim().events();
  out.simulated_seconds = seconds_of(in.now() - simulation::origin);
  out.real_seconds = seconds_of(std::chrono::steady_clock::now() - real_begin);
  return out;
}

}  // namespace troupe::chaos
