// Any text as a stored format. What is read can be executed, compared, refined and written again.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "actors/pipeline/formats/format_diff.hpp"
#include "actors/pipeline/formats/refine.hpp"
#include "actors/pipeline/parser/format_check.hpp"
#include "runtime/wire/answer.hpp"
#include "runtime/wire/stored_format.hpp"
#include "tests/support/shipped_grammar.hpp"

namespace {

using namespace troupe;

void must(bool holds) {
  if (!holds) std::abort();
}

traffic_group group_of(std::string_view text) {
  traffic_group group;
  group.flows.resize(1);
  constexpr std::uint32_t size = 16;
  for (std::uint32_t at = 0; at + size <= text.size() && at < 20 * size; at += size) {
    message one;
    one.offset = at;
    one.size = size;
    group.messages.push_back(one);
  }
  group.bytes.assign(text.begin(), text.end());
  return group;
}

std::string written(const format& what) {
  auto result = std::make_shared<discovery_result>();
  result->found.grammar = std::make_shared<const format>(what);
  wire::answer given;
  given.groups.push_back({std::make_shared<traffic_group>(), discovery_result_ptr(result)});
  return wire::to_json(given, false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = wire::read_formats(text);
  if (const auto* why = std::get_if<failure>(&read)) {
    must(why->code != errc::none && !why->what.empty());
    return 0;
  }
  for (const auto& one : std::get<std::vector<wire::stored_format>>(read)) {
    must(!check(one.what));
    const auto again = wire::read_formats(written(one.what));
    must(std::holds_alternative<std::vector<wire::stored_format>>(again));
    const auto& same = std::get<std::vector<wire::stored_format>>(again).front().what;
    must(identity_of(same) == identity_of(one.what));
    must(changes_between(one.what, same).empty());
    const auto refined = refine(one.what, group_of(text), {}, test::shipped_cuts());
    must(!check(refined.what));
    const bool changed = identity_of(refined.what) != identity_of(one.what);
    must(refined.what.version == one.what.version + (changed ? 1U : 0U));
  }
  return 0;
}
