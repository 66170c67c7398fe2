#include "actors/pipeline/parser/parser.hpp"

#include <utility>

#include "actors/pipeline/parser/format_check.hpp"
#include "actors/pipeline/parser/parse_run.hpp"

namespace troupe {

namespace {

/// Larger messages exist in no capture; positions are 32-bit numbers.
constexpr std::size_t longest_message = std::size_t{1} << 31;

}  // namespace

parser::parser(std::shared_ptr<const format> what)
    : what_(std::move(what)), refused_(check(*what_)) {}

parser::parser(const format& what) : parser(std::make_shared<const format>(what)) {}

std::uint32_t parser::type_of(std::span<const std::uint8_t> bytes, direction dir) const {
  if (refused_) return 0;
  std::vector<std::string> scratch;
  return select_type(what_->pick, bytes, dir, scratch).type;
}

void parser::parse_into(parse_tree& out, std::span<const std::uint8_t> bytes, direction dir) const {
  out.clear();
  const auto refuse = [&](std::string why) {
    static const body nothing;
    out.type.known = false;
    out.error = parse_error{0, {}, std::move(why)};
    parse_run(out, bytes).message(nothing);
  };
  if (refused_) return refuse(refused_.what);
  if (bytes.size() > longest_message) return refuse("the message has more than 2 GiB");
  out.type = select_type(what_->pick, bytes, dir, out.keyword_values);
  parse_run(out, bytes).message(what_->types[out.type.type].elements);
}

parsed_message parser::parse(std::span<const std::uint8_t> bytes, direction dir) const {
  parse_tree tree;
  parse_into(tree, bytes, dir);
  parsed_message parsed{tree.type.type, tree.type.known, {}, std::move(tree.error)};
  parsed.fields.reserve(tree.leaves.size());
  for (const auto& leaf : tree.leaves)
    parsed.fields.push_back({leaf.offset, leaf.size, leaf.kind, leaf.order, tree.path_of(leaf)});
  return parsed;
}

}  // namespace troupe
