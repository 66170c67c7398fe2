#include <gtest/gtest.h>

#include "actors/pipeline/formats/state_machine.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "tests/integration/exports/export_case.hpp"

namespace troupe {
namespace {

std::size_t times(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(dot_export, graphviz_draws_every_state_and_every_transition) {
  const auto folder = fresh_folder("dot");
  auto cases = inferred_cases(TROUPE_SOURCE_DIR "/tests/captures", 200);
  for (auto& each : hand_made_cases())
    cases.push_back(std::move(each));  // with names that are hard
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    const parser machine(each.what);
    std::vector<sent_message> messages;
    for (const auto& sample : each.samples)
      messages.push_back({0, sample.dir, machine.type_of(sample.bytes, sample.dir)});
    const auto states = infer_state_machine(messages);
    write_file(folder + "/states.dot", to_dot(states, each.what, each.name));
    const auto svg = run_tool("dot -Tsvg '" + folder + "/states.dot'");
    EXPECT_EQ(times(svg, "class=\"node\""), states.states);
    EXPECT_EQ(times(svg, "class=\"edge\""), states.edges.size());
  }
}

}  // namespace
}  // namespace troupe
