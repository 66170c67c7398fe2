#include "runtime/cli/session.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "runtime/cli/output.hpp"
#include "runtime/config/units.hpp"

namespace troupe::cli {
namespace {

// Thrown out of the reader's progress calls, the only place where a long read looks around.
struct reading_interrupted : std::exception {};

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

std::string names_of(const std::vector<traffic_group_ptr>& groups) {
  constexpr std::size_t shown = 12;
  std::string out;
  for (std::size_t at = 0; at < groups.size(); ++at) {
    if (at == shown) return out + " and " + std::to_string(groups.size() - shown) + " more";
    out += (out.empty() ? "" : ", ") + groups[at]->name;
  }
  return out;
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
  if (const auto unwritten = to.finish(); unwritten && !fatal_) fatal_ = unwritten;
  if (to.abandoned()) return exit_code::done;
  if (fatal_) {
    complain(io_, fatal_.what);
    return exit_code::usage;
  }
  if (!signal_.empty()) {
    complain(io_, "stopped by " + signal_ + ": " + std::to_string(tally_.done) +
                      " groups were done before");
  }
  return verdict();
}

exit_code session::verdict() const {
  const bool whole = tally_.refused == 0 && tally_.late == 0 && signal_.empty();
  if (tally_.done > 0) return whole ? exit_code::done : exit_code::some_refused;
  return tally_.late > 0 || !signal_.empty() ? exit_code::too_late : exit_code::bad_input;
}

bool session::interrupted() {
  if (signal_.empty()) signal_ = io_.signal_seen().value_or("");
  return !signal_.empty();
}

void session::report(const std::string& path, const failure& why) {
  // Errors of the readers name their file; those about a group do not.
  complain(io_, why.what.find(path) == std::string::npos ? path + ": " + why.what : why.what);
}

void session::handle(const std::string& path, result_sink& to) {
  progress_line line(io_, started_);
  std::variant<ingest_result, failure> read;
  try {
    read = read_file(path, options_of(settings_, what_.seed),
                     [&](std::uint64_t done, std::uint64_t total) {
                       if (interrupted()) throw reading_interrupted{};
                       line.reading(base_name(path), done, total, clock_now());
                     });
  } catch (const reading_interrupted&) {
    return;
  }
  line.clear();
  if (const auto* why = std::get_if<failure>(&read)) {
    ++tally_.refused;
    report(path, *why);
    to.refuse(path, *why);
    return;
  }
  handle_groups(path, std::get<ingest_result>(read), to);
}

std::vector<traffic_group_ptr> session::wanted(const std::string& path, const ingest_result& input,
                                               failure& problem) {
  if (what_.groups.empty()) return input.groups;
  std::vector<traffic_group_ptr> out;
  for (const auto& group : input.groups) {
    const bool named = std::any_of(what_.groups.begin(), what_.groups.end(),
                                   [&](const auto& name) { return same_name(name, group->name); });
    if (named) out.push_back(group);
  }
  if (out.empty()) {
    problem = {errc::bad_input,
               path + ": no group of that name; there are " + names_of(input.groups)};
  }
  return out;
}

void session::handle_groups(const std::string& path, const ingest_result& input, result_sink& to) {
  failure problem;
  if (!input.report.problem.empty()) problem = {errc::bad_input, input.report.problem};
  if (input.groups.empty() && !problem) {
    problem = {errc::bad_input, path + ": no traffic in it"};
  }
  ingest_result chosen{wanted(path, input, problem), input.report};
  if (auto refused = to.begin(path, chosen)) {
    fatal_ = std::move(refused);
    return;
  }
  std::size_t before = 0;
  for (auto& group : chosen.groups) {
    if (interrupted() || fatal_ || to.abandoned()) break;
    wire::group_answer answer{group, discovery_result_ptr{}};
    if (!group->messages.empty()) {
      answer.outcome = ask(path, group, before, chosen.groups.size());
      if (fatal_ || !signal_.empty()) break;
    }
    count(path, answer);
    to.add(answer);
    ++before;
  }
  if (!signal_.empty() && !problem) {
    problem = {errc::cancelled, path + ": stopped by " + signal_ + " after " +
                                    std::to_string(before) + " of " +
                                    std::to_string(chosen.groups.size()) + " groups"};
  } else if (problem) {
    ++tally_.refused;
    report(path, problem);
  }
  to.end(problem);
}

void session::count(const std::string& path, const wire::group_answer& answer) {
  if (const auto* why = std::get_if<failure>(&answer.outcome)) {
    ++(why->code == errc::deadline_exceeded ? tally_.late : tally_.refused);
    report(path, {why->code, path + ": " + answer.input->name + ": " + why->what});
    return;
  }
  const auto& result = std::get<discovery_result_ptr>(answer.outcome);
  if (result != nullptr && result->found == findings{}) {
    ++tally_.late;
    report(path, {errc::deadline_exceeded,
                  path + ": " + answer.input->name + ": no stage had a result within " +
                      duration_text(result->budget) + ", allow more with --deadline"});
    return;
  }
  ++tally_.done;
}

std::variant<discovery_result_ptr, failure> session::ask(const std::string& path,
                                                         const traffic_group_ptr& group,
                                                         std::size_t before, std::size_t groups) {
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
