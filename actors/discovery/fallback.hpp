#pragma once

#include <variant>

#include "messages/discovery.hpp"

namespace troupe {

/// What a caller gets. `found` is what the request came to; `first_failure` the first error of a
/// stage; `stale` an earlier answer, already under the identity of this request, or null.
///
/// A whole answer of the mode asked for is given as it is. Otherwise the first of `order` that
/// there is, labelled with which it is and why; when none is there, the error: the first of a
/// stage, or that the deadline came. Pure.
[[nodiscard]] std::variant<discovery_result_ptr, failure> settle(discovery_result found,
                                                                 const failure& first_failure,
                                                                 const discovery_result_ptr& stale,
                                                                 const fallback_order& order);

}  // namespace troupe
