#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bench/load/load_report.hpp"
#include "chaos/live/http_client.hpp"
#include "chaos/live/wire_answer.hpp"
#include "runtime/config/load.hpp"
#include "runtime/config/units.hpp"
#include "runtime/wire/discover_body.hpp"

namespace troupe::bench {
namespace {

constexpr const char* examples =
    "Examples:\n"
    "  troupe-bench load --rate 200 --seconds 30\n"
    "  troupe-bench load --pattern spike --rate 50 --seconds 90 --report spike.html\n"
    "  troupe-bench load --url http://127.0.0.1:8080 --rate 100 --json --output before.json\n"
    "  troupe-bench load --rate 200 --compare before.json\n\n"
    "Exit codes: 0 done, 2 usage, 3 a request has no answer.";

struct asked {
  std::string pattern = "constant";
  double rate = 100;
  double seconds = 10;
  std::string deadline = "100ms";
  std::string mode = "balanced";
  double hit_ratio = 0;
  std::uint64_t seed = 1;
  std::string url;
  std::vector<std::string> settings;
  bool json = false;
  std::string output;
  std::string compare;
  std::string report;
};

int usage(const std::string& why) {
  std::cerr << "troupe-bench: " << why << '\n';
  return 2;
}

options settings_of(const asked& given) {
  const auto own = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  config_request request;
  request.folder =
      std::get<std::filesystem::path>(find_config_folder({}, {}, config_folders_beside(own)));
  for (const auto& one : given.settings) {
    auto parsed = parse_override(one);
    if (const auto* why = std::get_if<failure>(&parsed)) throw std::runtime_error(why->what);
    request.overrides.push_back(std::get<0>(std::move(parsed)));
  }
  auto loaded = load_options(request);
  if (const auto* why = std::get_if<failure>(&loaded)) throw std::runtime_error(why->what);
  auto out = std::get<loaded_options>(std::move(loaded)).values;
  out.http.enabled = false;
  return out;
}

load_target target_of(node& running) {
  return [&running](discovery_request request, answered_call done) {
    running.discover(std::move(request),
                     [done = std::move(done)](const discovery_outcome& outcome) {
                       done(outcome, std::chrono::steady_clock::now());
                     });
  };
}

load_target target_of(chaos::http_client& client, const std::string& url) {
  return [&client, url](discovery_request request, answered_call done) {
    auto body = chaos::body_of(request);
    const auto limit = request.budget + std::chrono::seconds(20);
    client.send(
        url + "/v1/discover", std::move(body), limit,
        [request = std::move(request), done = std::move(done)](const chaos::http_answer& got) {
          done(chaos::outcome_of(got, request), got.when);
        });
  };
}

void show_progress(const load_second& one) {
  std::cerr << "  " << one.sent << " sent, " << one.in_time << " in time, " << one.shed << " shed, "
            << one.errors << " errors\n";
}

bool write_file(const std::string& name, const std::string& text) {
  std::ofstream stream(name, std::ios::binary);
  stream << text;
  stream.flush();
  if (!stream) std::cerr << "troupe-bench: " << name << ": cannot be written\n";
  return static_cast<bool>(stream);
}

int tell(const asked& given, const load_plan& plan, const load_result& got) {
  const auto as_json = to_json(plan, got);
  if (given.json) {
    std::cout << as_json.dump(1) << '\n';
  } else {
    print_load(plan, got, std::cout);
  }
  bool written = true;
  if (!given.compare.empty()) {
    std::ifstream stream(given.compare);
    const auto earlier = nlohmann::json::parse(stream, nullptr, false);
    if (!earlier.is_object()) return usage(given.compare + ": is no result of an earlier run");
    compare_load(earlier, as_json, given.json ? std::cerr : std::cout);
  }
  if (!given.output.empty()) written = write_file(given.output, as_json.dump(1) + "\n");
  if (!given.report.empty()) written = write_file(given.report, load_page(plan, got)) && written;
  if (!written) return 2;
  return got.answered == got.sent ? 0 : 3;
}

int load(const asked& given) {
  load_plan plan;
  const auto deadline = parse_duration(given.deadline);
  if (!deadline || *deadline <= duration{0}) {
    return usage("--deadline: '" + given.deadline + "' is no time; write 100ms or 2s");
  }
  plan.pattern = *pattern_named(given.pattern);
  plan.rate = given.rate;
  plan.lasts = duration{static_cast<duration::rep>(given.seconds * 1e9)};
  plan.deadline = *deadline;
  plan.mode = *wire::mode_named(given.mode);
  plan.hit_ratio = given.hit_ratio;
  plan.seed = given.seed;
  const auto progress = [shown = isatty(STDERR_FILENO) == 1](const load_second& one) {
    if (shown) show_progress(one);
  };
  if (given.url.empty()) {
    node running(settings_of(given));
    const auto got = run_load(plan, target_of(running), progress);
    running.stop();
    return tell(given, plan, got);
  }
  chaos::http_client client;
  return tell(given, plan, run_load(plan, target_of(client, given.url), progress));
}

int run(int count, char** values) {
  CLI::App program{"Loads a node as its callers would, and says what they saw."};
  program.require_subcommand(1);
  program.footer(examples);
  asked given;
  auto& command = *program.add_subcommand(
      "load", "An open loop: latency counts from the intended time of sending");
  command
      .add_option("--pattern", given.pattern,
                  "constant, ramp-up, spike (ten times in the middle "
                  "third) or wave (constant)")
      ->check(CLI::IsMember({"constant", "ramp-up", "spike", "wave"}));
  command.add_option("--rate", given.rate, "Requests a second (100)")->check(CLI::Range(0.1, 1e6));
  command.add_option("--seconds", given.seconds, "How long (10)")->check(CLI::Range(0.1, 1e5));
  command.add_option("--deadline", given.deadline, "Of each request (100ms)");
  command.add_option("--mode", given.mode, "fast, balanced or accurate (balanced)")
      ->check(CLI::IsMember({"fast", "balanced", "accurate"}, CLI::ignore_case));
  command.add_option("--hit-ratio", given.hit_ratio, "Share of inputs that were asked before (0)")
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--seed", given.seed, "Of times and inputs (1)");
  command.add_option("--url", given.url, "A node's address; else one is started in this process");
  command.add_option("--set", given.settings, "section.key=value for that node; again for more");
  command.add_flag("--json", given.json, "Print one JSON object");
  command.add_option("--output", given.output, "Write the JSON here");
  command.add_option("--compare", given.compare, "The JSON of an earlier run");
  command.add_option("--report", given.report, "Write an HTML page with plots here");
  command.footer(examples);
  try {
    program.parse(count, values);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 2;
  }
  return load(given);
}

}  // namespace
}  // namespace troupe::bench

int main(int count, char** values) {
  try {
    return troupe::bench::run(count, values);
  } catch (const std::exception& error) {
    std::cerr << "troupe-bench: " << error.what() << '\n';
    return 2;
  }
}
