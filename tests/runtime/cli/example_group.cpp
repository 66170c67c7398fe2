#include "tests/runtime/cli/example_group.hpp"

#include "actors/pipeline/parser/parse_all.hpp"
#include "actors/pipeline/parser/parser.hpp"

namespace troupe::cli {
namespace {

element leaf(std::string name, field_kind kind, std::uint32_t bytes, double confidence,
             std::vector<std::string> evidence = {}) {
  field out;
  out.name = std::move(name);
  out.kind = kind;
  out.size.bytes = bytes;
  out.confidence = confidence;
  out.evidence = std::move(evidence);
  return {out};
}

message_type request_type() {
  message_type type{"request", 4, 12, 24, {}, 0.9, {}, {}};
  auto id =
      leaf("id", field_kind::id, 2, 0.95, {"the answer carries the same bytes in 4 of 4 pairs"});
  auto operation = leaf("operation", field_kind::enumeration, 1, 0.9, {"2 values in 8 messages"});
  std::get<field>(operation.node).values = {{"\x01", 4}, {"\x02", 4}};
  auto size = leaf("name_length", field_kind::length, 1, 0.99,
                   {"equals the bytes that follow in 8 of 8 messages"});
  std::get<field>(size.node).measures = length_relation{length_relation::covers::element, 3, 1, 0};
  auto name = leaf("name", field_kind::text, 0, 0.6);
  std::get<field>(name.node).size = {size_rule::how::counted, 0, 2, 1, 0, {}};
  auto rest = leaf("data", field_kind::opaque, 0, 0.3, {"no structure found"});
  std::get<field>(rest.node).size.kind = size_rule::how::rest;
  type.elements = {id, operation, size, name, rest};
  return type;
}

std::shared_ptr<const format> example_format() {
  auto out = std::make_shared<format>();
  auto answer = request_type();
  answer.name = "answer";
  out->types = {request_type(), answer};
  out->pick.keywords = {{keyword::source::bytes, 2, 1}};
  out->pick.types = {{{"\x01"}, 0}, {{"\x02"}, 1}};
  out->confidence = 0.84;
  return out;
}

void add_message(traffic_group& group, direction dir, std::string_view bytes) {
  message added;
  added.dir = dir;
  added.offset = static_cast<std::uint32_t>(group.bytes.size());
  added.size = static_cast<std::uint32_t>(bytes.size());
  added.source = group.messages.size() + 1;
  group.messages.push_back(added);
  group.bytes.insert(group.bytes.end(), bytes.begin(), bytes.end());
}

traffic_group_ptr example_input() {
  auto group = std::make_shared<traffic_group>();
  group->name = "UDP/4711";
  group->l4 = transport::udp;
  group->server_port = 4711;
  group->frames.kind = framing::how::datagram;
  group->flows.push_back({transport::udp, "192.0.2.1:1024", "192.0.2.9:4711", false, 9, {}});
  for (int pair = 0; pair < 4; ++pair) {
    const char id = static_cast<char>(pair);
    const std::string head{'\x12', id};
    add_message(*group, direction::client_to_server,
                head + "\x01\x05hello" + std::string(static_cast<std::size_t>(pair) * 9, '\xee'));
    add_message(*group, direction::server_to_client, head + "\x02\x03you" + "\x1b[2J");
  }
  add_message(*group, direction::client_to_server, "\x12\x09\x01\x40short");
  group->messages_seen = group->messages.size();
  group->bytes_seen = group->bytes.size();
  group->unused.push_back({"packet cut by the capture", 2, 180, "packet 17"});
  return group;
}

findings example_findings(const traffic_group& input) {
  findings out;
  statistics stats;
  stats.messages = input.messages.size();
  stats.bytes = input.bytes.size();
  stats.entropy = 4.25;
  stats.printable_share = 0.4;
  stats.content_evidence = {"byte values are far from uniform"};
  out.stats = std::make_shared<statistics>(stats);
  out.grammar = example_format();
  out.parse = std::make_shared<parse_report>(parse_all(*out.grammar, input, {}));
  classification named;
  named.overall.label = "Example";
  named.overall.confidence = 0.97;
  named.overall.candidates = {{"Example", 0.97}, {"DNS", 0.02}};
  named.overall.evidence = {"first message begins 12 00 01"};
  named.flows = {named.overall};
  out.protocol = std::make_shared<classification>(named);
  validation checked;
  checked.messages = 9;
  checked.valid = 8;
  checked.violations_by_level = {1, 0, 0, 0};
  checked.violations = {{8, 3, validation_level::basic, "name", "length says 64 bytes, 5 follow"}};
  out.validity = std::make_shared<validation>(checked);
  return out;
}

}  // namespace

group_view example_group() {
  using std::chrono::microseconds;
  group_view view;
  view.input = example_input();
  auto result = std::make_shared<discovery_result>();
  result->group = view.input->name;
  result->found = example_findings(*view.input);
  const auto done = stage_report::outcome::done;
  result->stages = {
      {stage::statistics, done, "", microseconds(10), microseconds(800)},
      {stage::grammar, stage_report::outcome::cut_short, "the deadline came: best so far",
       microseconds(820), microseconds(6000)},
      {stage::parser, done, "", microseconds(6900), microseconds(400)},
      {stage::classifier, done, "", microseconds(820), microseconds(60)},
      {stage::validator,
       stage_report::outcome::skipped,
       "would take 4.0 ms, 1.2 ms were left",
       {},
       {}},
  };
  result->budget = std::chrono::milliseconds(10);
  result->took = microseconds(7400);
  result->partial = true;
  result->confidence = 0.8;
  view.result = result;
  const parser executable(result->found.grammar);
  view.samples = choose_samples(*view.input, executable.what(), 6, [&](std::uint32_t at) {
    const auto& message = view.input->messages[at];
    return executable.parse(view.input->payload(message), message.dir);
  });
  return view;
}

}  // namespace troupe::cli
