#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "actors/pipeline/parser/parse_tree.hpp"
#include "messages/format.hpp"

namespace troupe {

/// The reading of one message under a checked format (see `check`): a part of `parser`.
///
/// Every reader takes a scope whose `at` it moves, and returns false when the format did not fit;
/// then the first error stands in the tree and nothing more is read.
class parse_run {
 public:
  parse_run(parse_tree& out, std::span<const std::uint8_t> bytes) noexcept
      : out_(out), bytes_(bytes) {}

  /// Reads the whole message; what no element explained becomes the leaf "unparsed".
  void message(const body& elements);

 private:
  /// A range of bytes that is being read.
  struct scope {
    std::uint32_t at = 0;
    std::uint32_t end = 0;

    [[nodiscard]] std::uint32_t left() const noexcept { return end - at; }
  };

  /// The surroundings of an element.
  struct surroundings {
    const body& elements;
    std::uint32_t first_extent;
    std::uint32_t start;  // where the body began
    std::uint32_t within;
    std::uint32_t depth;
  };

  bool read(const body& elements, scope& in, std::uint32_t within, std::uint32_t depth);
  bool read(const element& what, std::uint32_t number, scope& in, const surroundings& here);

  bool node(const field& f, parse_tree::extent& mine, scope& in, const surroundings& here);
  bool node(const list& l, parse_tree::extent& mine, scope& in, const surroundings& here);
  bool node(const choice& c, parse_tree::extent& mine, scope& in, const surroundings& here);
  bool node(const ber_tree& b, parse_tree::extent& mine, scope& in, const surroundings& here);
  bool node(const text_lines& t, parse_tree::extent& mine, scope& in, const surroundings& here);
  bool node(const name_chain& n, parse_tree::extent& mine, scope& in, const surroundings& here);

  bool items(const list& l, std::uint32_t& count, scope& in, const surroundings& here);
  bool item(const list& l, std::uint32_t index, scope& in, const surroundings& here);
  bool ber_element(scope& in, std::uint32_t within, std::uint32_t depth);
  bool ber_value(std::uint8_t tag, bool constructed, scope value, std::uint32_t within,
                 std::uint32_t depth);
  bool line(text_lines::style style, const text_lines& t, scope in, std::uint32_t ending,
            std::uint32_t within);
  void words(scope in, std::uint32_t within);
  bool tokens(const text_lines& t, scope in, std::uint32_t within);
  bool parameters(const text_lines& t, scope in, std::uint32_t within);
  void token(scope& in, std::uint32_t size, bool is_value, std::uint32_t number,
             std::uint32_t within);
  [[nodiscard]] bool has_name(const text_lines& t, scope in) const;
  [[nodiscard]] bool has_parameters(scope in) const;
  [[nodiscard]] std::uint32_t run_of(const text_lines& t, scope in, bool inside) const;

  /// The bytes that a rule gives an element; nothing after an error.
  std::optional<std::uint32_t> size_of(const size_rule& rule, std::string_view name,
                                       const scope& in, const surroundings& here);
  std::optional<std::uint32_t> counted(const size_rule& rule, std::string_view name,
                                       const scope& in, const surroundings& here);
  [[nodiscard]] std::uint32_t until(std::string_view delimiter, const scope& in) const;
  [[nodiscard]] std::uint64_t number_of(std::uint32_t element, const surroundings& here) const;
  [[nodiscard]] std::span<const std::uint8_t> bytes_of(std::uint32_t element,
                                                       const surroundings& here) const;

  /// A scope of its own for a list or choice, or the enclosing one when the size is inlined; reads
  /// with `inner` and demands that an own scope is used up.
  template <class Inner>
  bool scoped(const size_rule& rule, std::string_view name, scope& in, const surroundings& here,
              Inner inner);

  void add(const scope& in, std::uint32_t size, field_kind kind, std::string_view name,
           std::uint32_t within, const field* source = nullptr,
           std::uint32_t index = parse_tree::none);
  std::uint32_t enter(std::uint32_t parent, std::string_view name,
                      std::uint32_t index = parse_tree::none);
  bool fail(std::uint32_t offset, std::uint32_t within, std::string_view name, std::string reason,
            std::uint32_t index = parse_tree::none);
  bool spend(std::size_t elements, const scope& in, std::uint32_t within);

  parse_tree& out_;
  std::span<const std::uint8_t> bytes_;
  std::size_t spent_ = 0;
};

}  // namespace troupe
