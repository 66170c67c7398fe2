#pragma once

#include <string>
#include <variant>
#include <vector>

#include "messages/discovery.hpp"
#include "messages/errc.hpp"
#include "messages/traffic.hpp"

namespace troupe::wire {

/// What became of one traffic group: its result, or why there is none.
struct group_answer {
  traffic_group_ptr input;
  std::variant<discovery_result_ptr, failure> outcome;
};

/// What became of one input (a file, a request body): the value of a DiscoverResponse.
struct answer {
  std::string input;  // its name, for people; may be empty
  std::vector<group_answer> groups;
  std::vector<unused_input> unused;  // what belongs to no group
  failure error;                     // why there is nothing, or not everything
};

/// The answer as a binary DiscoverResponse (messages/discovery.proto).
[[nodiscard]] std::string to_protobuf(const answer& given);

/// The answer as the Protobuf JSON of a DiscoverResponse, with the field names of the .proto file.
[[nodiscard]] std::string to_json(const answer& given, bool for_people);

}  // namespace troupe::wire
