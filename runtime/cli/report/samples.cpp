#include "runtime/cli/report/group_report.hpp"
#include "runtime/cli/report/hex_view.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

constexpr std::size_t rows_of_bytes = 6;
constexpr std::size_t opaque_samples = 2;  // of a group without a format

std::string title_of(const group_view& view, const sample& one, const style& look) {
  const auto& message = view.input->messages[one.message];
  const auto* grammar = view.result->found.grammar.get();
  std::string name = "message";
  if (grammar != nullptr && one.parsed.type < grammar->types.size()) {
    name = wire::clean_text(grammar->types[one.parsed.type].name);
  }
  std::string where = std::string(to_string(message.dir)) + ", " + counted(message.size, "byte");
  if (message.source != 0) {
    where += view.input->l4 == transport::none ? ", line " : ", packet ";
    where += std::to_string(message.source);
  }
  if (!one.parsed.known_type) where += ", of no known type";
  std::string out =
      "  " + paint(look, ink::strong, name) + "  " + paint(look, ink::dim, where) + '\n';
  return out;
}

std::string complaint(const parse_error& error, const style& look) {
  return "    " +
         paint(look, ink::bad,
               "does not fit at offset " + std::to_string(error.offset) +
                   (error.path.empty() ? "" : " (" + wire::clean_text(error.path) + ")") + ": " +
                   wire::clean_text(error.reason)) +
         '\n';
}

// Where there is no format, the first messages as they are.
std::vector<sample> plain_samples(const traffic_group& input) {
  std::vector<sample> out;
  for (std::uint32_t at = 0; at < input.messages.size() && out.size() < opaque_samples; ++at) {
    if (input.messages[at].size > 0) out.push_back({at, {}});
  }
  return out;
}

}  // namespace

std::string samples_section(const group_view& view, const style& look) {
  const auto plain = view.samples.empty() ? plain_samples(*view.input) : std::vector<sample>{};
  const auto& shown = view.samples.empty() ? plain : view.samples;
  if (shown.empty()) return {};
  auto out = heading("Sample messages", "", look);
  bool first = true;
  for (const auto& one : shown) {
    if (!first) out += '\n';
    first = false;
    out += title_of(view, one, look);
    const auto bytes = view.input->payload(view.input->messages[one.message]);
    out += hex_view(bytes, one.parsed.fields, look.everything ? 4096 : rows_of_bytes, look);
    if (one.parsed.error) out += complaint(*one.parsed.error, look);
  }
  return out;
}

}  // namespace troupe::cli
