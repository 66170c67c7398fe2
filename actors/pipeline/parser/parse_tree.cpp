#include "actors/pipeline/parser/parse_tree.hpp"

namespace troupe {

void parse_tree::clear() {
  type = {};
  leaves.clear();
  places.clear();
  extents.clear();
  bodies.clear();
  error.reset();
  places.push_back({});
}

std::string parse_tree::path_of(const leaf& which) const {
  return path_of(which.within, which.name, which.index);
}

std::string parse_tree::path_of(std::uint32_t within, std::string_view name,
                                std::uint32_t index) const {
  std::string path;
  if (within != 0) path = path_of(places[within].parent, places[within].name, places[within].index);
  if (!path.empty() && !name.empty()) path += '.';
  path += name;
  if (index != none) path += '[' + std::to_string(index) + ']';
  return path;
}

}  // namespace troupe
