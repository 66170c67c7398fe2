#include <iomanip>
#include <ostream>

#include "chaos/cli/commands.hpp"
#include "chaos/cli/html.hpp"
#include "chaos/cli/json.hpp"
#include "runtime/http/http_rules.hpp"

namespace troupe::chaos {

namespace {

double milliseconds(duration value) {
  return std::chrono::duration<double, std::milli>(value).count();
}

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
        << milliseconds(quantile(took, 0.5)) << ", p99 " << milliseconds(quantile(took, 0.99))
        << '\n';
  }
  constexpr double mebibyte = 1 << 20;
  out << std::setprecision(2) << "  heap       " << static_cast<double>(got.heap_before) / mebibyte
      << " MiB in use before the faults, " << static_cast<double>(got.heap_after) / mebibyte
      << " MiB after them\n";
}

run_options options_of(const live_request& asked, terminal& at) {
  run_options how;
  how.seed = asked.seed;
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

exit_status attach(const scenario& what, const live_request& asked, terminal& at) {
  if (const auto why = why_not_attached(what); !why.empty()) {
    return usage(at, what.name + " cannot be played with a node that runs already: " + why);
  }
  const auto key = read_token(asked.key_file, "--key-file");
  if (const auto* why = std::get_if<failure>(&key)) return usage(at, why->what);
  const auto how = options_of(asked, at);
  return tell(what, asked, how, run_attached(what, how, asked.node, std::get<std::string>(key)),
              at);
}

}  // namespace

exit_status run_command(const live_request& asked, terminal& at) {
  auto loaded = load_scenario(find_scenario(asked.scenario, at));
  if (const auto* why = std::get_if<failure>(&loaded)) return usage(at, why->what);
  const auto& what = std::get<scenario>(loaded);
  if (!asked.node.empty()) return attach(what, asked, at);
  const auto place = chosen_place(what, asked.where);
  if (place.where == live_in::nowhere) {
    return usage(at, what.name + " cannot be played live there; its faults happen" + place.why_not +
                         "\nPlay it with `troupe-chaos simulate " + what.name + "`");
  }
  const auto how = options_of(asked, at);
  return tell(what, asked, how, run_live(what, how, place.where), at);
}

}  // namespace troupe::chaos
