#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>

#include "actors/cache/saved_page.hpp"
#include "messages/errc.hpp"

namespace troupe {

/// This machine's clocks.
[[nodiscard]] page_stamp stamp_now();

/// Page by page from a file that `save_answers` wrote; each call blocks for the time that a disk
/// takes. `may_be_missing`: a file that is not there yet is no problem.
[[nodiscard]] warm_source warm_from_file(std::string path, bool may_be_missing);

/// Page by page from a running node; each call blocks, at most `patience`. What came from it is as
/// old as it said, and as the answer took.
[[nodiscard]] warm_source warm_from_node(std::string url, std::string token, duration patience);

/// The path of a node's answer with the page that begins there.
[[nodiscard]] std::string page_url(std::string node, std::uint64_t from);

struct saved {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
};

/// Writes pages to a file until the last one. The file appears whole or not at all; what stood
/// there stays otherwise. `page` brings the one that begins there.
[[nodiscard]] std::variant<saved, failure> save_answers(
    const std::filesystem::path& file,
    const std::function<std::variant<std::string, failure>(std::uint64_t from)>& page);

}  // namespace troupe
