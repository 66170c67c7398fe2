#include <string>
#include <type_traits>
#include <variant>

#include "actors/pipeline/grammar/body_builder.hpp"

namespace troupe::grammar {

namespace {

std::string stem(const element& what) {
  return std::visit(
      [](const auto& node) -> std::string {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, field>) return std::string(to_string(node.kind));
        if constexpr (std::is_same_v<Node, list>) return "items";
        if constexpr (std::is_same_v<Node, choice>) return "variant";
        if constexpr (std::is_same_v<Node, ber_tree>) return "tree";
        if constexpr (std::is_same_v<Node, text_lines>) return "lines";
        if constexpr (std::is_same_v<Node, name_chain>) return "name";
      },
      what.node);
}

}  // namespace

void name_elements(body& what) {
  for (std::size_t i = 0; i < what.size(); ++i) {
    const auto name = stem(what[i]) + '_' + std::to_string(i);
    std::visit([&](auto& node) { node.name = name; }, what[i].node);
    if (auto* repeated = std::get_if<list>(&what[i].node)) name_elements(repeated->item);
    if (auto* picked = std::get_if<choice>(&what[i].node)) {
      for (auto& [key, one] : picked->cases) name_elements(one);
      name_elements(picked->otherwise);
    }
  }
}

}  // namespace troupe::grammar
