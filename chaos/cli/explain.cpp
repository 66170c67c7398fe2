#include "chaos/cli/explain.hpp"

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <ostream>

#include "chaos/scenario/scenario.hpp"
#include "chaos/verdict/sometimes.hpp"

namespace troupe::chaos {

namespace {

std::string_view name_of(unit is) {
  switch (is) {
    case unit::time: return "a time: 5ms";
    case unit::share: return "a share: 5%";
    case unit::number: return "a number";
    case unit::bytes: return "a size: 1MiB";
    case unit::word: return "a word";
  }
  return "";
}

std::string_view name_of(scope touches) {
  switch (touches) {
    case scope::messages: return "messages to actors, and between nodes";
    case scope::links: return "messages between nodes";
    case scope::workers: return "computations";
    case scope::actors: return "actors";
    case scope::nodes: return "nodes";
  }
  return "";
}

std::string_view name_of(live_in where) {
  switch (where) {
    case live_in::nowhere: return "in a simulation only";
    case live_in::own: return "in a simulation; live inside the own process";
    case live_in::child: return "in a simulation; live to child processes";
    case live_in::both: return "in a simulation; live anywhere";
  }
  return "";
}

void explain_fault(const fault_family& family, std::ostream& out) {
  out << family.name << ": " << family.about << "\n  touches: " << name_of(family.touches)
      << "\n  happens: " << name_of(family.live) << '\n';
  for (const auto& one : family.parameters) {
    out << "  " << std::left << std::setw(10) << one.name << one.meaning << " (" << name_of(one.is);
    if (one.is == unit::word) {
      for (const auto word : one.words) out << (word == one.words.front() ? ": " : ", ") << word;
    } else {
      out << "; else " << one.preset << (one.is == unit::time ? " s" : "");
    }
    out << ")\n";
  }
}

void explain_schedule(std::ostream& out) {
  out << "Every fault also takes:\n"
         "  name        of this one, where there are two of a family\n"
         "  target      where, as n1/compute/grammar/workers/pool-1; * is anything (else *)\n"
         "  kind        of these: supervisor, router, coordinator, worker, shard, monitor, "
         "entrance\n"
         "              or link (else any)\n"
         "  of_targets  which share of these, always the same ones\n"
         "  from until  when, after the undisturbed beginning\n"
         "  every lasts again and again, and for how long each time\n"
         "  ramp        its share of messages grows to the whole in this time\n"
         "  after       begins when that fault has fired for the first time\n";
}

}  // namespace

void list_scenarios(const std::vector<std::filesystem::path>& files, std::ostream& out) {
  for (const auto& file : files) {
    const auto read = load_scenario(file);
    const auto* why = std::get_if<failure>(&read);
    out << std::left << std::setw(24) << file.stem().string()
        << (why == nullptr ? std::get<scenario>(read).about : "cannot be read: " + why->what)
        << '\n';
  }
}

bool explain(const std::string& what, const std::vector<std::filesystem::path>& scenarios,
             std::ostream& out) {
  if (what == "faults") {
    for (const auto& family : fault_families()) {
      out << std::left << std::setw(14) << family.name << family.about << '\n';
    }
    out << '\n';
    explain_schedule(out);
    return true;
  }
  if (what == "sometimes") {
    for (const auto& one : sometimes_cases()) {
      out << std::left << std::setw(14) << one.name << one.meaning << '\n';
    }
    return true;
  }
  if (const auto* family = find_family(what)) {
    explain_fault(*family, out);
    return true;
  }
  const auto file = std::ranges::find_if(
      scenarios, [&](const auto& one) { return one.stem().string() == what || one == what; });
  if (file == scenarios.end()) return false;
  std::ifstream text(*file);
  out << text.rdbuf();
  return true;
}

}  // namespace troupe::chaos
