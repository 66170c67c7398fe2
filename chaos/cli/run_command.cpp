#include <functional>
#include <iomanip>
#include <ostream>
#include <stdexcept>
#include <tuple>

#include "chaos/cli/commands.hpp"
#include "chaos/cli/html.hpp"
#include "chaos/cli/json.hpp"
#include "runtime/http/http_rules.hpp"

namespace troupe::chaos {

namespace {

// Where the faults allow it; an own process where both would do, for it shows more.
live_place chosen_place(const scenario& what, const std::string& wanted) {
  auto out = live_place_of(what);
  if (wanted == "auto" || out.where == live_in::nowhere) return out;
  const auto where = wanted == "own" ? live_in::own : live_in::child;
  for (const auto& plan : what.faults) {
    if (plan.family->live != where && plan.family->live != live_in::both) return {{}, out.why_not};
  }
  out.where = where;
  return out;
}

void tell_serving(const run_result& got, std::ostream& out) {
  if (got.serving.empty()) return;
  out << "  killed     from the kill to the next life, in ms:\n";
  for (auto [kind, took] : got.serving) {
    out << "             " << std::left << std::setw(12) << to_string(kind) << std::right
        << std::setw(7) << took.size() << " times, p50 " << std::setprecision(3)
        << in_milliseconds(quantile(took, 0.5)) << ", p99 " << in_milliseconds(quantile(took, 0.99))
        << '\n';
  }
  constexpr double mebibyte = 1 << 20;
  out << std::setprecision(2) << "  heap       " << static_cast<double>(got.heap_before) / mebibyte
      << " MiB in use before the faults, " << static_cast<double>(got.heap_after) / mebibyte
      << " MiB after them\n";
}

run_options options_of(const scenario& what, const live_request& asked, terminal& at) {
  run_options how;
  how.seed = asked.seed;
  if (what.replay) {
    if (!asked.seed_given) how.seed = what.replay->seed;
    how.last_request = what.replay->last_request;
  }
  if (at.progress) how.tell = [&at](const std::string& part) { at.err << part << '\n'; };
  return how;
}

exit_status tell(const scenario& what, const live_request& asked, const run_options& how,
                 const run_result& got, terminal& at) {
  if (asked.json) {
    at.out << to_json(what, how, got, nullptr) << '\n';
  } else {
    summarize(what, how, got, nullptr, at);
    tell_serving(got, at.out);
  }
  if (!asked.report.empty() && !write_page(asked.report, to_html(what, how, got, nullptr), at)) {
    return 2;
  }
  return status_of(got.judged.verdict);
}

// What cannot be played is no pass, and nobody's wrong usage either.
exit_status played(const scenario& what, const live_request& asked, const run_options& how,
                   terminal& at, const std::function<run_result()>& play) {
  try {
    return tell(what, asked, how, play(), at);
  } catch (const std::exception& error) {
    at.err << "troupe-chaos: FAIL: could not be played: " << error.what() << '\n';
    return status_of(judgement::fail);
  }
}

// Of "http://[::1]:8080".
std::string host_of(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return {};
  url.remove_prefix(scheme.size());
  if (url.starts_with('[')) return std::string(url.substr(1, url.find(']') - 1));
  return std::string(url.substr(0, url.find_first_of(":/")));
}

exit_status attach(const scenario& what, const live_request& asked, terminal& at) {
  if (const auto why = why_not_attached(what); !why.empty()) {
    return usage(at, what.name + " cannot be played with a node that runs already: " + why);
  }
  const auto host = host_of(asked.node);
  if (kind_of_address(host == "localhost" ? "127.0.0.1" : host) != address_kind::loopback) {
    return usage(at, "--node: '" + asked.node +
                         "' is not on this machine; write http://127.0.0.1:8080 or the like");
  }
  attachment to{asked.node, {}, {}};
  for (const auto& [file, name, into] : {std::tuple(asked.key_file, "--key-file", &to.key),
                                         std::tuple(asked.token_file, "--token-file", &to.token)}) {
    if (file.empty()) continue;
    auto read = read_token(file, name);
    if (const auto* why = std::get_if<failure>(&read)) return usage(at, why->what);
    *into = std::get<std::string>(std::move(read));
  }
  const auto how = options_of(what, asked, at);
  return played(what, asked, how, at, [&] { return run_attached(what, how, to); });
}

}  // namespace

exit_status run_command(const live_request& asked, terminal& at) {
  if (!asked.report.empty() && !write_page(asked.report, "", at))
    return 2;  // before anything breaks
  auto loaded = load_scenario(find_scenario(asked.scenario, at));
  if (const auto* why = std::get_if<failure>(&loaded)) return usage(at, why->what);
  const auto& what = std::get<scenario>(loaded);
  if (!asked.node.empty()) return attach(what, asked, at);
  const auto place = chosen_place(what, asked.where);
  if (place.where == live_in::nowhere) {
    return usage(at, what.name + " cannot be played live there; its faults happen" + place.why_not +
                         "\nPlay it with `troupe-chaos simulate " + what.name + "`");
  }
  const auto how = options_of(what, asked, at);
  return played(what, asked, how, at, [&] { return run_live(what, how, place.where); });
}

}  // namespace troupe::chaos
