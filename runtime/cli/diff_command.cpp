#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "actors/pipeline/formats/format_diff.hpp"
#include "runtime/cli/command_line.hpp"
#include "runtime/cli/refining.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

constexpr const char* help_tail =
    "Examples:\n"
    "  troupe discover --format json --output monday.json monday.pcap\n"
    "  troupe discover --format json --refine monday.json --output tuesday.json tuesday.pcap\n"
    "  troupe diff monday.json tuesday.json\n\n"
    "Exit codes: 0 the formats are the same, 1 they differ, 2 usage, 3 a file holds no format.";

struct diff_request {
  std::string before;
  std::string after;
  std::string format = "text";
};

/// What changed in the format of one group.
struct group_changes {
  std::string group;
  std::uint32_t version_before = 0;  // 0: there is none
  std::uint32_t version_after = 0;
  std::vector<format_change> changes;
};

using formats = std::vector<wire::stored_format>;

const wire::stored_format* named(const formats& of, const std::string& group) {
  for (const auto& one : of)
    if (one.group == group) return &one;
  return nullptr;
}

/// Groups are the same by name; two files of one format each are compared whatever their names.
std::vector<group_changes> compared(const formats& before, const formats& after) {
  const bool single = before.size() == 1 && after.size() == 1;
  std::vector<group_changes> out;
  for (const auto& one : after) {
    const auto* old_one = single ? &before.front() : named(before, one.group);
    if (old_one == nullptr)
      out.push_back({one.group,
                     0,
                     one.what.version,
                     {{format_change::what::added, {}, {}, {}, "the format"}}});
    else
      out.push_back({one.group, old_one->what.version, one.what.version,
                     changes_between(old_one->what, one.what)});
  }
  for (const auto& one : before)
    if (!single && named(after, one.group) == nullptr)
      out.push_back({one.group,
                     one.what.version,
                     0,
                     {{format_change::what::removed, {}, {}, "the format", {}}}});
  return out;
}

std::string as_text(const std::vector<group_changes>& all) {
  std::string text;
  for (const auto& one : all) {
    text += wire::clean_text(one.group) + ": ";
    text += one.changes.empty() ? "the same" : counted(one.changes.size(), "change");
    text += ", version " + std::to_string(one.version_before) + " -> " +
            std::to_string(one.version_after) + '\n';
    for (const auto& change : one.changes) text += "  " + wire::clean_text(to_text(change)) + '\n';
  }
  return text;
}

std::string as_json(const std::vector<group_changes>& all) {
  auto groups = nlohmann::ordered_json::array();
  for (const auto& one : all) {
    auto changes = nlohmann::ordered_json::array();
    for (const auto& change : one.changes)
      changes.push_back({{"change", to_string(change.kind)},
                         {"type", wire::clean_text(change.type)},
                         {"field", wire::clean_text(change.field)},
                         {"before", wire::clean_text(change.before)},
                         {"after", wire::clean_text(change.after)}});
    groups.push_back({{"group", wire::clean_text(one.group)},
                      {"version_before", one.version_before},
                      {"version_after", one.version_after},
                      {"changes", std::move(changes)}});
  }
  return nlohmann::ordered_json{{"groups", std::move(groups)}}.dump(2) + '\n';
}

exit_code diff(const diff_request& asked, console& io) {
  const auto before = read_stored_formats(asked.before);
  const auto after = read_stored_formats(asked.after);
  for (const auto* read : {&before, &after}) {
    const auto* why = std::get_if<failure>(read);
    if (why == nullptr) continue;
    complain(io, why->what);
    return exit_code::bad_input;
  }
  const auto all = compared(std::get<formats>(before), std::get<formats>(after));
  io.out << (asked.format == "json" ? as_json(all) : as_text(all)) << std::flush;
  const bool same =
      std::all_of(all.begin(), all.end(), [](const auto& one) { return one.changes.empty(); });
  return same ? exit_code::done : exit_code::differs;
}

}  // namespace

void add_diff_command(CLI::App& program, chosen_command& chosen) {
  auto asked = std::make_shared<diff_request>();
  auto& command = *program.add_subcommand("diff", "Tell what changed between two stored formats");
  command.footer(help_tail);
  command.add_option("old", asked->before, "As `troupe discover --format json` wrote it")
      ->required()
      ->type_name("OLD.json");
  command.add_option("new", asked->after, "The same, later")->required()->type_name("NEW.json");
  command.add_option("--format", asked->format, "What to write")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command.callback(
      [asked, &chosen] { chosen = [asked](console& io) { return diff(*asked, io); }; });
}

}  // namespace troupe::cli
