#include "chaos/scenario/scenario.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "chaos/scenario/yaml_fields.hpp"
#include "chaos/verdict/sometimes.hpp"
#include "runtime/config/keys.hpp"
#include "runtime/config/load.hpp"

namespace troupe::chaos {

namespace {

const std::vector<std::string_view> modes{"fast", "balanced", "accurate"};

std::vector<std::string_view> family_names() {
  std::vector<std::string_view> out;
  for (const auto& one : fault_families()) out.push_back(one.name);
  return out;
}

void read_load(const YAML::Node& node, load_plan& into, problems& wrong) {
  yaml_fields fields(node, "load", wrong);
  fields.rate("rate", into.rate);
  fields.count("contents", into.contents, 1, 100'000);
  fields.share("fresh", into.fresh);
  fields.share("forwarded", into.forwarded);
  fields.time("deadline", into.deadline);
  fields.share("other_modes", into.other_modes);
  fields.share("strict", into.strict);
  std::string mode(to_string(into.mode));
  fields.word("mode", mode, modes);
  into.mode = mode == "fast"       ? quality_mode::fast
              : mode == "accurate" ? quality_mode::accurate
                                   : quality_mode::balanced;
  fields.finish();
}

void read_phases(const YAML::Node& node, scenario& into, problems& wrong) {
  yaml_fields fields(node, "time", wrong);
  fields.time("before", into.before);
  fields.time("during", into.during);
  fields.time("after", into.after);
  fields.finish();
}

void read_expectations(const YAML::Node& node, scenario& into, problems& wrong) {
  yaml_fields fields(node, "expect", wrong);
  fields.share("good", into.steady.good);
  fields.time("p99", into.steady.p99);
  fields.share("good_during", into.good_during);
  fields.share("abort_below", into.abort_below);
  fields.share("heap_growth", into.heap_growth);
  fields.time("recovery", into.recovery);
  fields.finish();
}

void read_overrides(const YAML::Node& node, scenario& into, problems& wrong) {
  if (!node.IsMap()) return wrong.add(node, "config must have lines `section.key: value`");
  for (const auto& entry : node) {
    const auto key = entry.first.Scalar();
    if (find_key(key) == nullptr) {
      std::vector<std::string_view> known;
      for (const auto& one : config_keys()) known.push_back(one.name);
      auto text = "there is no configuration key '" + key + "'";
      if (const auto near = did_you_mean(key, known)) text += "; did you mean '" + *near + "'?";
      wrong.add(entry.first, text);
      continue;
    }
    into.overrides.emplace_back(key, entry.second.Scalar());
    config_request one;
    one.overrides = {into.overrides.back()};
    const auto loaded = load_options(one);
    if (const auto* why = std::get_if<failure>(&loaded)) wrong.add(entry.second, why->what);
  }
}

void read_parameter(yaml_fields& fields, const parameter& one, fault_settings& into) {
  const std::string name(one.name);
  if (one.is == unit::word) {
    auto& word = into.words[name];
    word = one.words.front();
    return fields.word(one.name, word, one.words);
  }
  auto& number = into.numbers[name];
  number = one.preset;
  switch (one.is) {
    case unit::share: return fields.share(one.name, number);
    case unit::bytes: return fields.bytes(one.name, number);
    case unit::number: return fields.number(one.name, number, one.least, one.most);
    case unit::time: {
      duration value{static_cast<duration::rep>(number * 1e9)};
      fields.time(one.name, value);
      number = std::chrono::duration<double>(value).count();
      return;
    }
    case unit::word: return;
  }
}

std::vector<std::string_view> kind_names() {
  std::vector<std::string_view> out;
  for (const auto one : all_kinds) out.push_back(to_string(one));
  return out;
}

void read_fault(const YAML::Node& node, scenario& into, problems& wrong) {
  fault_plan plan;
  yaml_fields fields(node, "a fault", wrong);
  std::string family;
  fields.word("fault", family, family_names());
  plan.family = find_family(family);
  if (plan.family == nullptr) {
    if (!node.IsMap() || !node["fault"]) wrong.add(node, "a fault must say which: `fault: crash`");
    return;
  }
  plan.name = family;
  fields.text("name", plan.name);
  fields.text("target", plan.where.path);
  std::string kind;
  fields.word("kind", kind, kind_names());
  plan.where.kind = kind_named(kind);
  fields.share("of_targets", plan.where.share);
  fields.time("from", plan.from);
  fields.time("until", plan.until);
  fields.time("every", plan.every);
  fields.time("lasts", plan.lasts);
  fields.time("ramp", plan.ramp);
  fields.text("after", plan.after);
  for (const auto& one : plan.family->parameters) read_parameter(fields, one, plan.settings);
  fields.finish();
  const auto same = [&](const fault_plan& other) { return other.name == plan.name; };
  if (std::ranges::any_of(into.faults, same)) {
    wrong.add(node, "there are two faults named '" + plan.name + "': give one of them a `name`");
  }
  if (!plan.after.empty() && std::ranges::none_of(into.faults, [&](const fault_plan& other) {
        return other.name == plan.after;
      })) {
    wrong.add(node, "after: no fault before this one is named '" + plan.after + "'");
  }
  if (plan.until == duration{0}) plan.until = into.during;
  if (plan.from > into.during || plan.until > into.during || plan.until < plan.from) {
    wrong.add(node, "a fault's time must lie within time.during, and `from` before `until`");
  }
  into.faults.push_back(std::move(plan));
}

void read_replay(const YAML::Node& node, scenario& into, problems& wrong) {
  yaml_fields fields(node, "replay", wrong);
  std::size_t version = 0;
  std::size_t seed = 1;
  std::size_t last_request = 0;
  constexpr std::size_t most = std::size_t{1} << 53U;  // what a double holds
  fields.count("version", version, 0, 1'000'000);
  fields.count("seed", seed, 0, most);
  fields.count("last_request", last_request, 0, most);
  fields.finish();
  if (version != replay_of::version) {
    wrong.add(node, "this is a replay of version " + std::to_string(version) + ", and this is " +
                        std::to_string(replay_of::version) + ": its seed means another run here");
  }
  into.replay = {seed, last_request};
}

void read_cases(const YAML::Node& node, std::vector<std::string>& into, problems& wrong) {
  if (!node.IsSequence()) return wrong.add(node, "this must be a list of names: [restart, cached]");
  for (const auto& one : node) {
    const auto name = one.Scalar();
    if (find_sometimes(name) == nullptr) {
      wrong.add(one, "there is no case named '" + name + "'; see `troupe-chaos explain sometimes`");
    }
    into.push_back(name);
  }
}

// Hangs together with a lone target of a scenario: nothing there could ever be matched.
bool could_match(const fault_plan& plan, std::uint32_t nodes) {
  const auto& path = plan.where.path;
  if (path == "*") return true;
  if (path.starts_with("n") && path.size() > 1 && path[1] >= '0' && path[1] <= '9') {
    const auto number = std::strtoul(path.c_str() + 1, nullptr, 10);
    return number >= 1 && number <= nodes;
  }
  return path.starts_with("n") || path.starts_with("*") || path.starts_with("?");
}

}  // namespace

std::variant<scenario, failure> read_scenario(const std::string& text, const std::string& file) {
  scenario out;
  problems wrong(file);
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    return failure{errc::bad_config,
                   file + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg};
  }
  try {
    yaml_fields fields(root, "a scenario", wrong);
    out.name = std::filesystem::path(file).stem().string();
    fields.text("name", out.name);
    fields.text("about", out.about);
    std::size_t nodes = out.nodes;
    fields.count("nodes", nodes, 1, 32);
    out.nodes = static_cast<std::uint32_t>(nodes);
    fields.part("load", [&](const YAML::Node& node) { read_load(node, out.load, wrong); });
    fields.part("time", [&](const YAML::Node& node) { read_phases(node, out, wrong); });
    fields.part("expect", [&](const YAML::Node& node) { read_expectations(node, out, wrong); });
    fields.part("config", [&](const YAML::Node& node) { read_overrides(node, out, wrong); });
    fields.part("faults", [&](const YAML::Node& node) {
      if (!node.IsSequence()) return wrong.add(node, "faults must be a list");
      for (const auto& one : node) {
        read_fault(one, out, wrong);
        if (!out.faults.empty() && !could_match(out.faults.back(), out.nodes)) {
          wrong.add(one, "target '" + out.faults.back().where.path +
                             "' matches nothing: paths begin with the node, n1 to n" +
                             std::to_string(out.nodes) + ", or with *");
        }
      }
    });
    fields.part("replay", [&](const YAML::Node& node) { read_replay(node, out, wrong); });
    fields.part("sometimes",
                [&](const YAML::Node& node) { read_cases(node, out.sometimes, wrong); });
    fields.part("never", [&](const YAML::Node& node) { read_cases(node, out.never, wrong); });
    fields.finish();
    if (root.IsNull() || out.name.empty()) wrong.add(root, "a scenario has at least a name");
    if (out.load.forwarded > 0 && out.nodes < 2) {
      wrong.add(root, "load.forwarded needs a second node");
    }
  } catch (const YAML::Exception& error) {
    wrong.add(root, error.what());
  }
  if (!wrong.none()) return failure{errc::bad_config, wrong.text()};
  return out;
}

std::variant<scenario, failure> load_scenario(const std::filesystem::path& file) {
  constexpr std::uintmax_t limit = 1U << 20U;
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) return failure{errc::bad_config, file.string() + ": " + error.message()};
  if (size > limit) return failure{errc::bad_config, file.string() + ": larger than 1 MiB"};
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return failure{errc::bad_config, file.string() + ": cannot be read"};
  return read_scenario(text.str(), file.string());
}

}  // namespace troupe::chaos
