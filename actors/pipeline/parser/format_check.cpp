#include "actors/pipeline/parser/format_check.hpp"

#include <cstddef>
#include <string>
#include <variant>

namespace troupe {

namespace {

constexpr std::uint32_t widest_number = 8;  // bytes

/// Walks all bodies; `problem` is empty while all is well.
class checker {
 public:
  failure run(const format& what) {
    selection(what);
    for (std::size_t i = 0; i < what.types.size() && problem_.empty(); ++i)
      elements(what.types[i].elements, "type " + std::to_string(i), 1);
    if (problem_.empty()) return {};
    return {errc::parser_failed, "the format cannot be executed: " + problem_};
  }

 private:
  using how = size_rule::how;

  void require(bool holds, const std::string& where, std::string_view what) {
    if (holds || !problem_.empty()) return;
    problem_ = where + ": ";
    problem_ += what;
  }

  void selection(const format& what) {
    require(!what.types.empty(), "selector", "there is no message type");
    require(what.pick.fallback < what.types.size(), "selector", "the fallback does not exist");
    for (const auto& [tuple, type] : what.pick.types) {
      require(type < what.types.size(), "selector", "a type does not exist");
      require(tuple.size() <= what.pick.keywords.size(), "selector",
              "a tuple has more values than there are keywords");
    }
    for (const auto& word : what.pick.keywords)
      require(word.from != keyword::source::tag || word.offset <= format_limit::depth, "selector",
              "a tag keyword enters too deep");
  }

  void elements(const body& in, const std::string& where, std::uint32_t depth) {
    require(depth <= format_limit::depth, where, "bodies are nested too deep");
    seen_ += in.size();
    require(seen_ <= format_limit::elements, where, "the format has too many elements");
    for (std::size_t i = 0; i < in.size() && problem_.empty(); ++i) {
      const auto here = where + ", element " + std::to_string(i);
      std::visit([&](const auto& node) { this->node(node, in, i, here, depth); }, in[i].node);
    }
  }

  void node(const field& f, const body& in, std::size_t at, const std::string& here,
            std::uint32_t /*depth*/) {
    require(f.size.kind != how::inlined, here, "a field cannot be inlined");
    rule(f.size, in, at, here);
    if (!f.measures) return;
    require(is_number(in[at]), here, "a length or count must be a number of 1 to 8 bytes");
    require(f.measures->unit > 0, here, "the unit of a length or count is zero");
    bias(f.measures->bias, here);
    target(*f.measures, in, at, here);
  }

  void node(const list& l, const body& in, std::size_t at, const std::string& here,
            std::uint32_t depth) {
    scope_rule(l.size, in, at, here);
    require(!l.count_field || !l.end_mark, here, "a list has both a count and an end mark");
    if (l.count_field) number_before(*l.count_field, in, at, here);
    elements(l.item, here + " (list)", depth + 1);
  }

  void node(const choice& c, const body& in, std::size_t at, const std::string& here,
            std::uint32_t depth) {
    scope_rule(c.size, in, at, here);
    require(c.on < at && std::holds_alternative<field>(in[c.on].node), here,
            "the choice is not on an earlier field");
    for (const auto& [key, picked] : c.cases) elements(picked, here + " (case)", depth + 1);
    elements(c.otherwise, here + " (otherwise)", depth + 1);
  }

  // These parts have no rules that could be broken.
  void node(const ber_tree&, const body&, std::size_t, const std::string&, std::uint32_t) {}
  void node(const text_lines&, const body&, std::size_t, const std::string&, std::uint32_t) {}
  void node(const name_chain&, const body&, std::size_t, const std::string&, std::uint32_t) {}

  void rule(const size_rule& size, const body& in, std::size_t at, const std::string& here) {
    require(size.kind != how::align || size.bytes > 0, here, "a boundary of zero bytes");
    require(size.kind != how::until || !size.delimiter.empty(), here, "an empty delimiter");
    if (size.kind != how::counted) return;
    require(size.unit > 0, here, "the unit of a size is zero");
    bias(size.bias, here);
    number_before(size.length_field, in, at, here);
  }

  void scope_rule(const size_rule& size, const body& in, std::size_t at, const std::string& here) {
    require(size.kind != how::until && size.kind != how::align, here,
            "a list or choice ends neither at a delimiter nor at a boundary");
    rule(size, in, at, here);
  }

  void bias(std::int64_t value, const std::string& here) {
    require(value <= format_limit::bias && value >= -format_limit::bias, here,
            "a bias is beyond 4 GiB");
  }

  void number_before(std::uint32_t reference, const body& in, std::size_t at,
                     const std::string& here) {
    require(reference < at, here, "a size or count is not in an earlier element");
    if (problem_.empty())
      require(is_number(in[reference]), here, "a size or count is not a number of 1 to 8 bytes");
  }

  void target(const length_relation& says, const body& in, std::size_t at,
              const std::string& here) {
    using covers = length_relation::covers;
    if (says.what == covers::message || says.what == covers::rest) return;
    require(says.target < in.size() && says.target != at, here, "what it measures does not exist");
    if (problem_.empty() && says.what == covers::items)
      require(std::holds_alternative<list>(in[says.target].node), here, "it does not count a list");
  }

  std::string problem_;
  std::size_t seen_ = 0;
};

}  // namespace

bool is_number(const element& what) noexcept {
  const auto* f = std::get_if<field>(&what.node);
  return f != nullptr && f->size.kind == size_rule::how::fixed && f->size.bytes >= 1 &&
         f->size.bytes <= widest_number;
}

failure check(const format& what) { return checker().run(what); }

}  // namespace troupe
