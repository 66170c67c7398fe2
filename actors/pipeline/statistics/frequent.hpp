#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "messages/findings.hpp"
#include "messages/traffic.hpp"
#include "messages/work.hpp"

namespace troupe {

/// Byte strings of four bytes and more that occur in many places: chains of 4-grams that are seen
/// (nearly) equally often, longest gain first. Runs of one repeated byte are left out, they say
/// nothing. Looks at a bounded number of bytes.
[[nodiscard]] std::vector<ngram> frequent_strings(const traffic_group& group,
                                                  std::span<const std::uint32_t> chosen,
                                                  const work_context& work);

/// Different printable runs of four bytes and more, in order of appearance, at most 16, each cut at
/// 64 bytes.
[[nodiscard]] std::vector<std::string> text_runs(const traffic_group& group,
                                                 std::span<const std::uint32_t> chosen,
                                                 const std::stop_token& stop);

}  // namespace troupe
