#include "bench/load/load_report.hpp"

#include <algorithm>
#include <functional>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

namespace troupe::bench {

namespace {

double milliseconds(duration value) {
  return std::chrono::duration<double, std::milli>(value).count();
}

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
          {"deadline_ms", milliseconds(plan.deadline)},
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
      << to_string(plan.mode) << ", deadline " << milliseconds(plan.deadline) << " ms\n"
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

struct curve {
  const char* name;
  const char* color;
  std::function<double(const load_second&)> value;
};

constexpr double width = 900;
constexpr double left = 70;
constexpr double height = 140;

void chart(std::ostream& out, const char* title, const std::vector<load_second>& seconds,
           const std::vector<curve>& curves) {
  double top = 1e-9;
  for (const auto& one : curves) {
    for (const auto& each : seconds) top = std::max(top, one.value(each));
  }
  const auto step = width / static_cast<double>(std::max<std::size_t>(1, seconds.size()));
  out << "<svg viewBox=\"0 0 " << left + width + 10 << ' ' << height + 40
      << "\" role=\"img\" aria-label=\"" << title << "\">\n<text class=\"title\" x=\"" << left
      << "\" y=\"12\">" << title << "</text>\n";
  for (const auto part : {0.0, 0.5, 1.0}) {
    const auto y = 20 + height * (1 - part);
    out << "<line class=\"grid\" x1=\"" << left << "\" x2=\"" << left + width << "\" y1=\"" << y
        << "\" y2=\"" << y << "\"/><text class=\"axis\" text-anchor=\"end\" x=\"" << left - 6
        << "\" y=\"" << y + 4 << "\">" << top * part << "</text>\n";
  }
  double key = left + 220;
  for (const auto& one : curves) {
    out << "<polyline fill=\"none\" stroke-width=\"1.6\" stroke=\"" << one.color << "\" points=\"";
    for (std::size_t i = 0; i < seconds.size(); ++i) {
      out << left + step * (static_cast<double>(i) + 0.5) << ','
          << 20 + height * (1 - one.value(seconds[i]) / top) << ' ';
    }
    out << "\"/><text class=\"key\" x=\"" << key << "\" y=\"12\" fill=\"" << one.color << "\">"
        << one.name << "</text>\n";
    key += 130;
  }
  out << "<text class=\"axis\" x=\"" << left << "\" y=\"" << height + 36
      << "\">0 s</text><text class=\"axis\" text-anchor=\"end\" x=\"" << left + width << "\" y=\""
      << height + 36 << "\">" << seconds.size() << " s</text></svg>\n";
}

}  // namespace

std::string load_page(const load_plan& plan, const load_result& got) {
  std::ostringstream out;
  out << std::setprecision(4)
      << "<!doctype html>\n<html lang=\"en\"><head><meta "
         "charset=\"utf-8\"><title>load</title><style>"
         "body{font:15px/1.5 sans-serif;margin:2em auto;max-width:62em;color:#111}"
         ".title{font-weight:bold;font-size:13px}.axis{font-size:10px;fill:#777}.key{font-size:"
         "11px}"
         ".grid{stroke:#ddd}pre{background:#f6f6f6;padding:1em;overflow:auto}</style></"
         "head><body>\n"
      << "<h1>" << to_string(plan.pattern) << " load, " << 100 * share(got.in_time, got.sent)
      << " % in time</h1>\n<pre>";
  std::ostringstream text;
  print_load(plan, got, text);
  out << text.str() << "</pre>\n";
  const auto number = [](auto member) {
    return [member](const load_second& one) { return static_cast<double>(one.*member); };
  };
  chart(out, "requests a second", got.by_second,
        {{"sent", "#1f4e9c", number(&load_second::sent)},
         {"in time", "#17752f", number(&load_second::in_time)},
         {"shed", "#b07a00", number(&load_second::shed)},
         {"errors", "#b3261e", number(&load_second::errors)}});
  chart(out, "p99 latency, ms", got.by_second,
        {{"p99", "#b3261e", [](const load_second& one) { return one.p99_us / 1000; }}});
  chart(out, "processor, cores", got.by_second,
        {{"used", "#1f4e9c", number(&load_second::cpu_seconds)}});
  chart(out, "memory, MiB", got.by_second,
        {{"resident", "#1f4e9c", number(&load_second::rss_mib)}});
  out << "</body></html>\n";
  return std::move(out).str();
}

}  // namespace troupe::bench
