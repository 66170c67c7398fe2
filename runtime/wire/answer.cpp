#include "runtime/wire/answer.hpp"

#include <google/protobuf/util/json_util.h>

#include "runtime/wire/to_proto.hpp"

namespace troupe::wire {

std::string to_protobuf(const answer& given) {
  DiscoverResponse response;
  fill(response, given);
  return response.SerializeAsString();
}

std::string to_json(const answer& given, bool for_people) {
  DiscoverResponse response;
  fill(response, given);
  google::protobuf::util::JsonPrintOptions how;
  how.preserve_proto_field_names = true;
  how.add_whitespace = for_people;
  std::string out;
  const auto status = google::protobuf::util::MessageToJsonString(response, &out, how);
  if (!status.ok()) throw std::logic_error("a response has no JSON: " + status.ToString());
  return out;
}

}  // namespace troupe::wire
