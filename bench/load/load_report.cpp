#include "bench/load/load_report.hpp"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>
#include <utility>

#include "runtime/report/svg_chart.hpp"

namespace troupe::bench {

namespace {

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

nlohmann::json to_json(const load_plan& plan, const load_result& got) {
  auto seconds = nlohmann::json::array();
  for (const auto& one : got.by_second) {
    seconds.push_back({{"sent", one.sent},
                       {"in_time", one.in_time},
                       {"shed", one.shed},
                       {"errors", one.errors},
                       {"p99_us", one.p99_us},
                       {"cpu_seconds", one.cpu_seconds},
                       {"rss_mib", one.rss_mib}});
  }
  auto slowest = nlohmann::json::array();
  for (const auto& one : got.slowest) {
    slowest.push_back({{"latency_us", one.latency_us}, {"stages", one.why}});
  }
  return {{"pattern", to_string(plan.pattern)},
          {"wanted_rate", plan.rate},
          {"seconds", std::chrono::duration<double>(plan.lasts).count()},
          {"deadline_ms", in_milliseconds(plan.deadline)},
          {"mode", to_string(plan.mode)},
          {"hit_ratio", plan.hit_ratio},
          {"seed", plan.seed},
          {"sent", got.sent},
          {"answered", got.answered},
          {"in_time", got.in_time},
          {"partial", got.partial},
          {"cached", got.cached},
          {"late", got.late},
          {"shed", got.shed},
          {"errors", got.errors},
          {"compliance", share(got.in_time, got.sent)},
          {"rate", got.rate},
          {"goodput", got.goodput},
          {"latency_us",
           {{"p50", got.p50_us},
            {"p90", got.p90_us},
            {"p95", got.p95_us},
            {"p99", got.p99_us},
            {"p999", got.p999_us},
            {"max", got.max_us}}},
          {"send_delay_p99_us", got.send_delay_p99_us},
          {"cpu_seconds", got.cpu_seconds},
          {"rss_mib", got.rss_mib},
          {"by_second", seconds},
          {"slowest", slowest}};
}

void print_load(const load_plan& plan, const load_result& got, std::ostream& out) {
  out << std::fixed << std::setprecision(1) << to_string(plan.pattern) << " load, "
      << to_string(plan.mode) << ", deadline " << in_milliseconds(plan.deadline) << " ms\n"
      << "  sent       " << got.sent << " (" << got.rate << " /s), answered " << got.answered
      << '\n'
      << "  in time    " << got.in_time << " (" << std::setprecision(3)
      << 100 * share(got.in_time, got.sent) << " %), " << std::setprecision(1) << got.goodput
      << " /s; partial " << got.partial << ", cached " << got.cached << '\n'
      << "  otherwise  late " << got.late << ", shed " << got.shed << ", errors " << got.errors
      << '\n'
      << "  latency    p50 " << got.p50_us / 1000 << " p90 " << got.p90_us / 1000 << " p95 "
      << got.p95_us / 1000 << " p99 " << got.p99_us / 1000 << " p99.9 " << got.p999_us / 1000
      << " max " << got.max_us / 1000 << " ms\n"
      << "  used       " << got.cpu_seconds << " s of processor, " << got.rss_mib
      << " MiB; sent late by p99 " << got.send_delay_p99_us / 1000 << " ms\n";
  if (!got.slowest.empty()) out << "  slowest\n";
  for (const auto& one : got.slowest) {
    out << "    " << std::setw(8) << one.latency_us / 1000 << " ms: " << one.why << '\n';
  }
}

void compare_load(const nlohmann::json& earlier, const nlohmann::json& now, std::ostream& out) {
  out << "  compared with the earlier run (now / then)\n" << std::setprecision(3);
  const auto ratio = [&](const std::string& name, const nlohmann::json& then,
                         const nlohmann::json& value) {
    if (!then.is_number() || !value.is_number()) return;
    const auto before = then.get<double>();
    out << "    " << std::left << std::setw(14) << name << std::right << std::setw(12)
        << value.get<double>() << std::setw(12) << before;
    if (before > 0) out << "   x " << value.get<double>() / before;
    out << '\n';
  };
  for (const char* name : {"goodput", "compliance", "shed", "errors", "cpu_seconds", "rss_mib"}) {
    if (earlier.contains(name)) ratio(name, earlier[name], now[name]);
  }
  const auto latencies = earlier.value("latency_us", nlohmann::json::object());
  for (const auto& [name, value] : now["latency_us"].items()) {
    if (latencies.contains(name)) ratio(name + " us", latencies[name], value);
  }
}

namespace {

using value_of = double (*)(const load_second&);

report::curve line(const char* name, const char* color, const std::vector<load_second>& seconds,
                   value_of value) {
  report::curve out{name, color, {}};
  double at = 0.5;
  for (const auto& one : seconds) out.points.push_back({at++, value(one)});
  return out;
}

}  // namespace

std::string load_page(const load_plan& plan, const load_result& got) {
  std::ostringstream body;
  body << std::setprecision(4) << "<h1>" << to_string(plan.pattern) << " load, "
       << 100 * share(got.in_time, got.sent) << " % in time</h1>\n<pre>";
  std::ostringstream text;
  print_load(plan, got, text);
  body << report::html_escaped(text.str()) << "</pre>\n";
  const auto& all = got.by_second;
  const auto chart = [&](const char* title, std::vector<report::curve> curves) {
    body << report::to_svg({title, 0, static_cast<double>(all.size()), "s", 0, std::move(curves)});
  };
  using second = const load_second&;
  chart("requests a second",
        {line("sent", "#1f4e9c", all, [](second s) { return double(s.sent); }),
         line("in time", "#17752f", all, [](second s) { return double(s.in_time); }),
         line("shed", "#b07a00", all, [](second s) { return double(s.shed); }),
         line("errors", "#b3261e", all, [](second s) { return double(s.errors); })});
  chart("p99 latency, ms", {line("p99", "#b3261e", all, [](second s) { return s.p99_us / 1000; })});
  chart("processor, cores", {line("used", "#1f4e9c", all, [](second s) { return s.cpu_seconds; })});
  chart("memory, MiB", {line("resident", "#1f4e9c", all, [](second s) { return s.rss_mib; })});
  return report::html_page("load", body.str());
}

}  // namespace troupe::bench
