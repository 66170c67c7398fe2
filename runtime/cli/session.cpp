#include "runtime/cli/session.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <stop_token>

#include "actors/ingest/tally.hpp"
#include "runtime/cli/output.hpp"
#include "runtime/cli/refining.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/config/units.hpp"

namespace troupe::cli {
namespace {

time_point clock_now() { return std::chrono::steady_clock::now(); }

ingest_options options_of(const options& settings, std::uint64_t seed) {
  ingest_options out;
  out.group_budget_bytes = settings.ingest.group_budget_bytes;
  out.group_budget_messages = settings.ingest.group_budget_messages;
  out.stream_budget_bytes = settings.ingest.stream_budget_bytes;
  out.message_limit_bytes = settings.ingest.message_limit_bytes;
  out.seed = seed;
  return out;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

std::string list_of(const std::set<std::string>& names) {
  constexpr std::size_t shown = 12;
  std::string out;
  for (std::size_t at = 0; const auto& name : names) {
    if (at++ == shown) return out + " and " + std::to_string(names.size() - shown) + " more";
    out += (out.empty() ? "" : ", ") + name;
  }
  return out;
}

std::set<std::string> names_of(const std::vector<traffic_group_ptr>& groups) {
  std::set<std::string> out;
  for (const auto& group : groups) out.insert(group->name);
  return out;
}

// An input as it is called in errors.
std::string place_of(const std::string& path) { return path == "-" ? "standard input" : path; }

// Why a group has no result at all; no failure where it has one, or nothing to look at.
failure why_none(const wire::group_answer& answer) {
  if (const auto* why = std::get_if<failure>(&answer.outcome)) return *why;
  const auto& result = std::get<discovery_result_ptr>(answer.outcome);
  if (result == nullptr || result->found != findings{}) return {};
  for (const auto& one : result->stages) {
    if (one.state == stage_report::outcome::failed) {
      return {errc::unavailable, why_missing(*result, one.which)};
    }
  }
  return {errc::deadline_exceeded, "no stage had a result within " + duration_text(result->budget)};
}

}  // namespace

session::session(console& io, options settings, question what)
    : io_(io), settings_(std::move(settings)), what_(std::move(what)), started_(clock_now()) {}

session::~session() = default;

exit_code session::run(const std::vector<std::string>& files, result_sink& to) {
  for (const auto& path : files) {
    if (interrupted() || fatal_ || to.abandoned()) break;
    handle(path, to);
  }
  node_.reset();
  if (to.abandoned()) return exit_code::done;
  if (auto unwritten = to.finish(counts_.done > 0 && !fatal_); unwritten && !fatal_) {
    fatal_ = std::move(unwritten);
  }
  if (to.abandoned()) return exit_code::done;
  if (fatal_) {
    complain(io_, fatal_.what);
    return exit_code::usage;
  }
  if (signal_.empty()) return check_group_names();
  complain(io_, "stopped by " + signal_ + stopped_at_ + "; " + counted(counts_.done, "group") +
                    " done before");
  return verdict();
}

exit_code session::verdict() const {
  const bool whole = counts_.refused == 0 && counts_.late == 0 && signal_.empty();
  if (counts_.done > 0) return whole ? exit_code::done : exit_code::some_refused;
  return counts_.late > 0 || !signal_.empty() ? exit_code::too_late : exit_code::bad_input;
}

// A name that fits no group of any input is a mistake of who typed it; that some of many inputs
// have no such group is not.
exit_code session::check_group_names() {
  if (group_names_.empty()) return verdict();
  std::size_t unknown = 0;
  for (const auto& name : what_.groups) {
    const auto is_it = [&](const auto& known) { return same_name(name, known); };
    if (std::any_of(group_names_.begin(), group_names_.end(), is_it)) continue;
    ++unknown;
    complain(io_,
             "--group " + name + ": there is no such group, there are " + list_of(group_names_));
  }
  if (unknown > 0 && unknown == what_.groups.size()) return exit_code::usage;
  counts_.refused += unknown;
  return verdict();
}

bool session::interrupted() {
  if (signal_.empty()) signal_ = io_.signal_seen().value_or("");
  return !signal_.empty();
}

void session::handle(const std::string& path, result_sink& to) {
  progress_line line(io_, started_);
  std::stop_source stop;
  const auto look_around = [&](std::uint64_t done, std::uint64_t total) {
    if (interrupted()) stop.request_stop();
    line.reading(base_name(path), done, total, clock_now());
  };
  const auto read =
      read_file(path, options_of(settings_, what_.seed), look_around, stop.get_token());
  line.clear();
  if (const auto* input = std::get_if<ingest_result>(&read)) return handle_groups(path, *input, to);
  if (stop.stop_requested()) {
    stopped_at_ = " before anything of " + place_of(path) + " could be used";
    return to.refuse(path, {errc::cancelled, "stopped by " + signal_ + stopped_at_});
  }
  const auto& why = std::get<failure>(read);  // names the input itself
  ++counts_.refused;
  complain(io_, why.what);
  to.refuse(path, why);
}

std::vector<traffic_group_ptr> session::wanted(const ingest_result& input) {
  if (what_.groups.empty()) return input.groups;
  std::vector<traffic_group_ptr> out;
  for (const auto& group : input.groups) {
    group_names_.insert(group->name);
    const bool named = std::any_of(what_.groups.begin(), what_.groups.end(),
                                   [&](const auto& name) { return same_name(name, group->name); });
    if (named) out.push_back(group);
  }
  return out;
}

void session::handle_groups(const std::string& path, const ingest_result& input, result_sink& to) {
  const ingest_result chosen{wanted(input), input.report};
  failure problem;
  if (chosen.groups.empty()) {
    problem = {errc::bad_input,
               "no group of that name; there are " + list_of(names_of(input.groups))};
  }
  if (!input.report.problem.empty()) problem = {errc::bad_input, input.report.problem};
  if (fatal_ = to.begin(path, chosen); fatal_) return;
  const auto asked = answer_groups(path, chosen.groups, to);
  if (fatal_) return;
  if (!signal_.empty()) {
    const bool was_read = input.report.problem.empty();
    stopped_at_ = (was_read ? " after " + std::to_string(asked) + " of " +
                                  counted(chosen.groups.size(), "group")
                            : " after reading " + byte_count(input.report.bytes)) +
                  " of " + place_of(path);
    problem = {errc::cancelled, "stopped by " + signal_ + stopped_at_};
  } else if (!input.report.problem.empty()) {
    ++counts_.refused;
    complain(io_, place_of(path) + ": " + input.report.problem);
  }
  tell_unused(path, chosen, to);
  to.end(problem);
}

std::size_t session::answer_groups(const std::string& path,
                                   const std::vector<traffic_group_ptr>& groups, result_sink& to) {
  std::size_t asked = 0;
  for (const auto& group : groups) {
    if (to.abandoned()) break;
    wire::group_answer answer{group, discovery_result_ptr{}};
    if (interrupted()) {
      answer.outcome = failure{errc::cancelled, "stopped by " + signal_};
    } else if (!group->messages.empty()) {
      answer.outcome = ask(path, group, asked, groups.size());
      if (fatal_) break;
    }
    const auto left_out = to.add(answer);
    if (!signal_.empty()) continue;
    count(path, answer, left_out);
    ++asked;
  }
  return asked;
}

void session::count(const std::string& path, const wire::group_answer& answer,
                    const failure& left_out) {
  auto why = why_none(answer);
  if (!why) why = left_out;
  if (!why) {
    ++counts_.done;
    return;
  }
  const bool is_late = why.code == errc::deadline_exceeded;
  ++(is_late ? counts_.late : counts_.refused);
  complain(io_, place_of(path) + ": " + answer.input->name + ": " + why.what +
                    (is_late && what_.only.empty() ? "; allow more with --deadline" : ""));
}

// What belongs to no group was refused; what a group could not use (sampled away, cut by the
// capture) does not make its result less of one.
void session::tell_unused(const std::string& path, const ingest_result& input,
                          const result_sink& to) {
  if (!input.report.refused.empty()) ++counts_.refused;
  if (to.shows_unused()) return;
  ingest::tally unused;
  unused.add(input.report.refused);
  for (const auto& group : input.groups) unused.add(group->unused);
  for (const auto& one : unused.records()) {
    complain(io_, place_of(path) + ": not used: " + unused_text(one));
  }
}

std::variant<discovery_result_ptr, failure> session::ask(const std::string& path,
                                                         const traffic_group_ptr& group,
                                                         std::size_t before, std::size_t groups) {
  if (what_.stored) return ask_refined(path, group, groups == 1);
  if (auto why = start_node()) {
    fatal_ = why;
    return why;
  }
  discovery_request request;
  request.input = group;
  request.mode = what_.mode;
  request.level = what_.level;
  request.budget = what_.budget;
  request.seed = what_.seed;
  request.only = what_.only;
  request.use_cache = false;  // every file is looked at once; times are of real work
  progress_line line(io_, started_);
  const auto asked = clock_now();
  const auto pending = node_->discover(request);
  while (true) {
    const auto now = clock_now();
    if (auto outcome = pending.wait_until(now + std::chrono::milliseconds(100))) {
      return *std::move(outcome);
    }
    if (interrupted()) return failure{errc::cancelled, "stopped by " + signal_};
    line.working(base_name(path), before, groups, group->name, now - asked, what_.budget, now);
  }
}

std::variant<discovery_result_ptr, failure> session::ask_refined(const std::string& path,
                                                                 const traffic_group_ptr& group,
                                                                 bool only_one) {
  auto outcome = refined(group, only_one, what_, [this] { return interrupted(); });
  if (auto* why = std::get_if<failure>(&outcome)) return std::move(*why);
  auto& done = std::get<refined_group>(outcome);
  for (const auto& remark : done.remarks)
    complain(io_, place_of(path) + ": " + group->name + ": " + remark);
  return std::move(done.result);
}

failure session::start_node() {
  if (node_) return {};
  try {
    node_ = std::make_unique<node>(settings_);
    return {};
  } catch (const std::runtime_error& error) {
    return {errc::bad_config, error.what()};
  }
}

}  // namespace troupe::cli
