#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "actors/pipeline/parser/export_text.hpp"
#include "messages/format.hpp"

namespace troupe {

/// One type of a .ksy while it is written. Attribute names are unique within it.
struct kaitai_type {
  std::string name;
  std::string doc;
  std::vector<std::string> params;  // of type s4, where no other is written behind the name
  std::string seq;                  // ready lines
  std::string instances;
  unique_names names;

  explicit kaitai_type(std::string called, std::vector<std::string> with = {});

  /// Adds `- id: name` and the lines given; returns the name that it got.
  std::string attribute(std::string_view wanted, const std::vector<std::string>& lines);
  std::string instance(std::string_view wanted, const std::vector<std::string>& lines);
};

/// Writes the parts of a .ksy: a part of `to_kaitai`.
///
/// Leaves whose end must be searched for are measured by *probes*: instances that read ahead from
/// the current position and whose `size` is then the size of the attribute. (A terminator would be
/// shorter, but the JavaScript runtime 0.11 skips a byte behind an included one.)
class kaitai_writer {
 public:
  [[nodiscard]] std::string write(const format& what, std::string_view protocol_name);

 private:
  /// A body while it is written.
  struct surroundings {
    const body& elements;
    std::set<std::uint32_t> referenced;  // elements that sizes, counts and choices read
    std::vector<std::string> ids;        // of the elements so far
    kaitai_type type;
  };

  std::string body_type(std::string_view wanted, const body& elements, std::string_view doc);
  std::string node(const field& f, surroundings& here);
  std::string node(const list& l, surroundings& here);
  std::string node(const choice& c, surroundings& here);
  std::string node(const ber_tree& b, surroundings& here);
  std::string node(const text_lines& t, surroundings& here);
  std::string node(const name_chain& n, surroundings& here);

  std::vector<std::string> field_lines(const field& f, surroundings& here);
  std::vector<std::string> until_lines(const field& f, surroundings& here);
  std::vector<std::string> list_lines(const list& l, std::string_view owner,
                                      const std::string& count);
  std::string case_number(const choice& c, surroundings& here);
  [[nodiscard]] static std::string number(std::uint32_t element, const surroundings& here);
  [[nodiscard]] static std::string size_of(const size_rule& rule, const surroundings& here);

  // Helper types, written once when first used; they return their name.
  bool once(std::string_view name);
  std::string mark_type();
  std::string flag_type();
  std::string until_type(std::string_view delimiter);
  std::string name_type();
  std::string ber_type();
  std::string ber_enter_type(std::uint32_t depth);
  std::string words_type();
  std::string run_type(std::string_view set, bool inside);
  std::string line_type(const text_lines& t, text_lines::style style);
  std::string word_line_type();
  std::string token_line_type(const text_lines& t);
  std::string named_line_type(const text_lines& t);
  std::string named_step_type(std::string_view separators, const std::string& suffix);
  std::string parameters_type(std::string_view separators, const std::string& suffix);

  void selection(const format& what, const std::vector<std::string>& types, kaitai_type& root);
  void keyword_instance(const keyword& which, std::size_t number, kaitai_type& root);

  void finish(const kaitai_type& type);

  std::vector<std::string> written_;
  std::set<std::string, std::less<>> helpers_;
  unique_names type_names_;
};

/// "[1, 2]"
[[nodiscard]] std::string byte_array(std::string_view bytes);

/// "a ? 0 : b ? 1 : last", in instances of a few steps each, because compilers read nested
/// expressions by recursion. Returns the name of the first instance.
[[nodiscard]] std::string chain(const std::vector<std::string>& steps, std::string last,
                                std::string_view wanted, kaitai_type& type);

/// An expression that is true where the keyword has the value.
[[nodiscard]] std::string keyword_condition(const keyword& which, std::size_t number,
                                            const std::string& value);

/// An expression that compares bytes, which may be none.
[[nodiscard]] std::string same_bytes(const std::string& expression, const std::string& value);

}  // namespace troupe
