#include "runtime/cli/refining.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <future>
#include <sstream>
#include <stop_token>

#include "actors/pipeline/formats/refine.hpp"
#include "actors/pipeline/parser/parse_all.hpp"

namespace troupe::cli {
namespace {

const wire::stored_format* stored_for(const std::vector<wire::stored_format>& stored,
                                      const std::string& group, bool only_one) {
  if (only_one && stored.size() == 1) return &stored.front();
  const auto found = std::find_if(stored.begin(), stored.end(),
                                  [&](const auto& one) { return one.group == group; });
  return found == stored.end() ? nullptr : &*found;
}

stage_report done(stage which, duration started, duration took, bool cut_short) {
  stage_report report;
  report.which = which;
  report.state = cut_short ? stage_report::outcome::cut_short : stage_report::outcome::done;
  if (cut_short) report.why = "the deadline came";
  report.started = started;
  report.took = took;
  return report;
}

refined_group computed(const wire::stored_format& stored, const traffic_group& group,
                       const question& what, const std::stop_token& stop) {
  const auto started = std::chrono::steady_clock::now();
  const work_context work{what.mode, what.seed, stop};
  auto found = refine(stored.what, group, work, {what.grammar->weights});
  const auto refined_at = std::chrono::steady_clock::now();
  auto result = std::make_shared<discovery_result>();
  result->input = hash_of(group);
  result->group = group.name;
  result->mode = what.mode;
  auto grammar = std::make_shared<const format>(std::move(found.what));
  auto parsed = std::make_shared<const parse_report>(parse_all(*grammar, group, work));
  const auto ended = std::chrono::steady_clock::now();
  for (const auto which : all_stages) {
    if (which == stage::grammar) {
      result->stages.push_back(done(which, duration(0), refined_at - started, grammar->cut_short));
    } else if (which == stage::parser) {
      result->stages.push_back(
          done(which, refined_at - started, ended - refined_at, parsed->cut_short));
    } else {
      stage_report left_out;
      left_out.which = which;
      left_out.why = "not asked for: a stored format is refined";
      result->stages.push_back(std::move(left_out));
    }
  }
  result->confidence = grammar->confidence;
  result->partial = grammar->cut_short || parsed->cut_short;
  result->found.grammar = std::move(grammar);
  result->found.parse = std::move(parsed);
  result->budget = what.budget;
  result->took = ended - started;
  result->in_time = result->took <= what.budget;
  return {std::move(result), std::move(found.remarks)};
}

}  // namespace

std::variant<std::vector<wire::stored_format>, failure> read_stored_formats(
    const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf()))
    return failure{errc::bad_input, path + ": cannot be read, or is empty"};
  auto read = wire::read_formats(std::move(text).str());
  if (auto* why = std::get_if<failure>(&read)) why->what.insert(0, path + ": ");
  return read;
}

std::variant<refined_group, failure> refined(const traffic_group_ptr& group, bool only_one,
                                             const question& what,
                                             const std::function<bool()>& is_over) {
  const auto* stored = stored_for(*what.stored, group->name, only_one);
  if (stored == nullptr)
    return failure{errc::bad_input,
                   "no stored format is of this group; leave it out with --group, or discover it "
                   "without --refine"};
  std::stop_source stop;
  const auto deadline = std::chrono::steady_clock::now() + what.budget;
  auto pending = std::async(std::launch::async, [&, token = stop.get_token()] {
    return computed(*stored, *group, what, token);
  });
  while (pending.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready)
    if (is_over() || std::chrono::steady_clock::now() >= deadline) stop.request_stop();
  return pending.get();
}

}  // namespace troupe::cli
