#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "messages/discovery.hpp"
#include "runtime/cli/session.hpp"
#include "runtime/wire/stored_format.hpp"

namespace troupe::cli {

/// The formats in a file that `troupe discover --format json` wrote. The failure names the file.
[[nodiscard]] std::variant<std::vector<wire::stored_format>, failure> read_stored_formats(
    const std::string& path);

/// What became of one group's stored format.
struct refined_group {
  discovery_result_ptr result;       // with the stages grammar and parser
  std::vector<std::string> remarks;  // for people: types that came, or do not fit
};

/// Refines the stored format of the group's name (or the only one, by the only group that is asked
/// about) by the group's messages, within the question's budget; `is_over` is asked each 100 ms.
/// What is not looked at then is left out, and the result says that it is cut short.
[[nodiscard]] std::variant<refined_group, failure> refined(const traffic_group_ptr& group,
                                                           bool only_one, const question& what,
                                                           const std::function<bool()>& is_over);

}  // namespace troupe::cli
