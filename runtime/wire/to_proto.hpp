#pragma once

// The only header of the tree, with its .cpp files, that sees the generated Protobuf code.

#include "messages/discovery.hpp"
#include "messages/discovery.pb.h"
#include "runtime/wire/answer.hpp"

namespace troupe::wire {

/// Plain values to Protobuf. Text that came from traffic is cleaned on the way (a Protobuf string
/// must be UTF-8).
void fill(Format& out, const format& given);
void fill(Statistics& out, const statistics& given);
void fill(ParseReport& out, const parse_report& given);
void fill(Classification& out, const classification& given);
void fill(Verdict& out, const verdict& given);
void fill(Validation& out, const validation& given);
void fill(Group& out, const traffic_group& given, const classification* named);
void fill(Result& out, const discovery_result& given);
void fill(UnusedInput& out, const unused_input& given);
void fill(DiscoverResponse& out, const answer& given);

[[nodiscard]] Mode::Value to_proto(quality_mode mode);
[[nodiscard]] Level::Value to_proto(validation_level level);

}  // namespace troupe::wire
