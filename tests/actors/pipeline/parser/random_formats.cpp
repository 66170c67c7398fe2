#include "tests/actors/pipeline/parser/random_formats.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <variant>

#include "actors/pipeline/parser/selection.hpp"
#include "tests/actors/pipeline/parser/builders.hpp"

namespace troupe {

namespace {

using namespace build;  // NOLINT(google-build-using-namespace): the words of these tests

/// A number under `bound`, which is small.
template <class Source>
std::uint32_t below(Source& random, std::uint64_t bound) {
  return static_cast<std::uint32_t>(random() % bound);
}

/// Draws bodies whose messages can be drawn, too: what ends with its scope comes last.
class format_maker {
 public:
  explicit format_maker(std::mt19937_64& random) : random_(random) {}

  body make(int depth, bool ends_scope) {
    body made;
    const auto count = 1 + below(random_, 4);
    for (std::uint64_t i = 0; i < count; ++i) middle(made, depth);
    if (ends_scope) last(made, depth);
    return made;
  }

 private:
  static std::string name(const body& in) { return "e" + std::to_string(in.size()); }

  field number(const body& in, std::uint32_t narrowest = 1) {
    auto made = leaf(name(in), fixed(narrowest + below(random_, 9 - narrowest)),
                     static_cast<field_kind>(below(random_, 17)));
    made.order = below(random_, 2) == 0 ? byte_order::big : byte_order::little;
    made.evidence = {"drawn \"at\" random: \\ \n"};
    return made;
  }

  /// Adds a number for the next element to refer to.
  std::uint32_t reference(body& in, std::uint32_t narrowest = 1) {
    in.push_back({number(in, narrowest)});
    return static_cast<std::uint32_t>(in.size() - 1);
  }

  std::string some_bytes(std::uint64_t count) {
    std::string made;
    for (std::uint64_t i = 0; i < count; ++i) made += static_cast<char>(random_());
    return made;
  }

  void middle(body& in, int depth) {
    switch (below(random_, depth < 3 ? 10 : 7)) {
      case 0:
      case 1:
      case 2: in.push_back({number(in)}); break;
      case 3: {
        const auto by = reference(in);
        const auto bias = static_cast<std::int64_t>(below(random_, 7)) - 3;
        in.push_back({leaf(name(in), counted(by, 1 + below(random_, 3), bias), field_kind::text)});
        break;
      }
      case 4:
        in.push_back({leaf(name(in), until(some_bytes(1 + below(random_, 3))), field_kind::text)});
        break;
      case 5:
        in.push_back({leaf(name(in), align(1 + below(random_, 8)), field_kind::padding)});
        break;
      case 6: in.push_back({name_chain{name(in), 0, {}}}); break;
      case 7: counted_list(in, depth); break;
      case 8: marked_list(in, depth); break;
      default: choice_of(in, depth, false); break;
    }
  }

  void counted_list(body& in, int depth) {
    const auto by = reference(in, 2);
    const auto sized = below(random_, 2) == 0;
    auto made = repeated(name(in), item(depth, false), sized ? counted(by) : inlined());
    if (!sized) made.count_field = by;
    in.push_back({std::move(made)});
  }

  void marked_list(body& in, int depth) {
    auto made = repeated(name(in), item(depth, false));
    made.end_mark = static_cast<std::uint8_t>(random_());
    in.push_back({std::move(made)});
  }

  body item(int depth, bool ends_scope) {
    auto made = make(depth + 1, ends_scope);
    made.insert(made.begin(), {leaf("head", fixed(1))});
    shift_references(made);
    return made;
  }

  static void shift_references(body& in) {
    for (auto& each : in) {
      if (auto* f = std::get_if<field>(&each.node)) ++f->size.length_field;
      if (auto* l = std::get_if<list>(&each.node)) {
        ++l->size.length_field;
        if (l->count_field) ++*l->count_field;
      }
      if (auto* c = std::get_if<choice>(&each.node)) {
        ++c->size.length_field;
        ++c->on;
      }
    }
  }

  void choice_of(body& in, int depth, bool ends_scope) {
    const auto on = reference(in);
    const auto width = std::get<field>(in[on].node).size.bytes;
    std::uint32_t size = 0;
    const auto own = !ends_scope && below(random_, 2) == 0;
    if (own) size = reference(in, 2);
    choice made = one_of(name(in), on, {}, make(depth + 1, ends_scope || own),
                         own ? counted(size) : inlined());
    for (std::uint64_t i = 0; i < 1 + below(random_, 12); ++i)
      made.cases[some_bytes(below(random_, 8) == 0 ? width + 1 : width)] =
          make(depth + 1, ends_scope || own);
    in.push_back({std::move(made)});
  }

  void last(body& in, int depth) {
    switch (below(random_, depth < 3 ? 8 : 6)) {
      case 0: in.push_back({leaf(name(in), rest(), field_kind::opaque)}); break;
      case 1:
        in.push_back({leaf(name(in), rest(3), field_kind::text)});
        in.push_back({leaf(name(in), fixed(3), field_kind::checksum)});
        break;
      case 2: in.push_back({ber_tree{name(in), 0, {}}}); break;
      case 3: {
        text_lines made;
        made.name = name(in);
        made.first_line = static_cast<text_lines::style>(below(random_, 5));
        made.other_lines = static_cast<text_lines::style>(below(random_, 5));
        if (below(random_, 4) == 0) made.separators = some_bytes(below(random_, 4));
        in.push_back({std::move(made)});
        break;
      }
      case 6: in.push_back({repeated(name(in), item(depth, false))}); break;
      case 7: choice_of(in, depth, true); break;
      default: break;
    }
  }

  std::mt19937_64& random_;
};

/// Draws messages that fit a format made by `format_maker`.
class message_maker {
 public:
  explicit message_maker(std::mt19937_64& random) : random_(random) {}

  std::vector<std::uint8_t> make(const body& elements) {
    out_.clear();
    write(elements);
    return out_;
  }

 private:
  struct frame {
    const body& elements;
    std::size_t start;
    std::vector<std::size_t> begins;
  };

  void write(const body& elements) {
    frame here{elements, out_.size(), {}};
    for (const auto& each : elements) {
      here.begins.push_back(out_.size());
      std::visit([&](const auto& n) { node(n, here); }, each.node);
    }
  }

  void random_bytes(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) out_.push_back(static_cast<std::uint8_t>(random_()));
  }

  /// Writes a number into an earlier field.
  void patch(const frame& here, std::uint32_t element, std::uint64_t value) {
    const auto& f = std::get<field>(here.elements[element].node);
    for (std::uint32_t i = 0; i < f.size.bytes; ++i) {
      const auto at = f.order == byte_order::big ? f.size.bytes - 1 - i : i;
      out_[here.begins[element] + at] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }

  void node(const field& f, const frame& here) {
    using how = size_rule::how;
    switch (f.size.kind) {
      case how::fixed: random_bytes(f.size.bytes); break;
      case how::rest: random_bytes(below(random_, 6)); break;
      case how::align:
        while ((out_.size() - here.start) % f.size.bytes != 0) out_.push_back(0);
        break;
      case how::counted: {
        std::int64_t value = static_cast<std::int64_t>(below(random_, 8)) + 3;
        patch(here, f.size.length_field, static_cast<std::uint64_t>(value));
        random_bytes(static_cast<std::uint64_t>(value * f.size.unit + f.size.bias));
        break;
      }
      case how::until: {
        for (auto left = below(random_, 5); left > 0; --left) {
          const auto first = static_cast<std::uint8_t>(f.size.delimiter.front());
          const auto byte = static_cast<std::uint8_t>(random_());
          out_.push_back(byte == first ? static_cast<std::uint8_t>(first + 1) : byte);
        }
        out_.insert(out_.end(), f.size.delimiter.begin(), f.size.delimiter.end());
        break;
      }
      case how::inlined: break;
    }
  }

  void node(const list& l, const frame& here) {
    const auto begin = out_.size();
    const auto count = below(random_, 4);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto first = out_.size();
      write(l.item);
      if (l.end_mark && out_[first] == *l.end_mark) ++out_[first];
    }
    if (l.end_mark) out_.push_back(*l.end_mark);
    if (l.count_field) patch(here, *l.count_field, count);
    if (l.size.kind == size_rule::how::counted)
      patch(here, l.size.length_field, out_.size() - begin);
  }

  void node(const choice& c, const frame& here) {
    const auto at = here.begins[c.on];
    const auto width = std::get<field>(here.elements[c.on].node).size.bytes;
    auto known = c.cases.begin();
    std::advance(known, static_cast<std::ptrdiff_t>(below(random_, c.cases.size())));
    if (known->first.size() == width && below(random_, 4) != 0)
      std::copy(known->first.begin(), known->first.end(),
                out_.begin() + static_cast<std::ptrdiff_t>(at));
    const auto on = out_.begin() + static_cast<std::ptrdiff_t>(at);
    const auto found = c.cases.find(std::string(on, on + width));
    const auto begin = out_.size();
    write(found == c.cases.end() ? c.otherwise : found->second);
    if (c.size.kind == size_rule::how::counted)
      patch(here, c.size.length_field, out_.size() - begin);
  }

  void node(const ber_tree& /*b*/, const frame& /*here*/) {
    for (auto left = below(random_, 3); left > 0; --left) ber(0);
  }

  void ber(int depth) {
    constexpr std::array<std::uint8_t, 8> tags{0x02, 0x03, 0x04, 0x30, 0xa0, 0x1f, 0x7f, 0x23};
    const auto tag = tags[below(random_, depth < 3 ? 8 : 3)];
    out_.push_back(tag);
    if ((tag & 0x1f) == 0x1f) out_.insert(out_.end(), {0x85, 0x12});
    const auto form = below(random_, 4);
    out_.push_back(static_cast<std::uint8_t>(form == 0 ? 0x82 : form == 1 ? 0x84 : 0));
    const auto length_at = out_.size();
    out_.resize(length_at + (form == 0 ? 2 : form == 1 ? 4 : 0));
    const auto begin = out_.size();
    if ((tag & 0x20) != 0)
      for (auto left = below(random_, 3); left > 0; --left) ber(depth + 1);
    else
      random_bytes(below(random_, 5));
    const auto size = static_cast<std::uint8_t>(std::min<std::size_t>(out_.size() - begin, 0x7f));
    out_.resize(begin + size);
    out_[begin - 1] = size;
  }

  void node(const text_lines& /*t*/, const frame& /*here*/) {
    constexpr std::string_view letters = "ab \t:;=\r\n\xff";
    for (auto left = below(random_, 40); left > 0; --left)
      out_.push_back(static_cast<std::uint8_t>(letters[below(random_, letters.size())]));
  }

  void node(const name_chain& /*n*/, const frame& /*here*/) {
    for (auto left = below(random_, 3); left > 0; --left) {
      const auto size = 1 + below(random_, 5);
      out_.push_back(static_cast<std::uint8_t>(size));
      random_bytes(size);
    }
    if (below(random_, 2) == 0)
      out_.push_back(0);
    else
      out_.insert(out_.end(), {static_cast<std::uint8_t>(0xc0 | (random_() & 0x3f)), 12});
  }

  std::mt19937_64& random_;
  std::vector<std::uint8_t> out_;
};

template <class Source>
keyword random_keyword(Source& random) {
  keyword made;
  made.from = static_cast<keyword::source>(below(random, 5));
  made.offset = below(random, 4);
  made.width = below(random, 4) + 1;
  return made;
}

/// A tree of elements with any numbers and any references.
body wild_body(number_source& random, int depth);

size_rule wild_rule(number_source& random) {
  size_rule made;
  made.kind = static_cast<size_rule::how>(below(random, 6));
  made.bytes = below(random, 5);
  made.length_field = below(random, 4);
  made.unit = static_cast<std::uint32_t>(below(random, 8) == 0 ? random() : below(random, 3));
  made.bias = static_cast<std::int64_t>(below(random, 8) == 0 ? random() : below(random, 3));
  if (below(random, 4) != 0) made.delimiter = below(random, 2) == 0 ? "\n" : "ab";
  return made;
}

element wild_element(number_source& random, int depth) {
  const auto name = "w" + std::to_string(below(random, 4));
  switch (below(random, depth < 4 ? 10 : 8)) {
    case 0: return {ber_tree{name, 0, {}}};
    case 1: return {name_chain{name, 0, {}}};
    case 2: {
      text_lines made;
      made.first_line = static_cast<text_lines::style>(below(random, 5));
      made.other_lines = static_cast<text_lines::style>(below(random, 5));
      return {made};
    }
    case 8: {
      auto made = repeated(name, wild_body(random, depth + 1), wild_rule(random));
      if (below(random, 2) == 0) made.count_field = below(random, 4);
      if (below(random, 4) == 0) made.end_mark = static_cast<std::uint8_t>(below(random, 3));
      return {made};
    }
    case 9: {
      const auto on = below(random, 3);
      return {one_of(name, on, {{std::string(1, '\1'), wild_body(random, depth + 1)}},
                     wild_body(random, depth + 1), wild_rule(random))};
    }
    default: return {leaf(name, wild_rule(random), static_cast<field_kind>(below(random, 17)))};
  }
}

body wild_body(number_source& random, int depth) {
  body made;
  for (auto left = below(random, 5); left > 0; --left) made.push_back(wild_element(random, depth));
  return made;
}

}  // namespace

random_case make_random_case(std::uint64_t seed, std::size_t messages) {
  std::mt19937_64 random(seed);
  random_case made;
  const auto types = 1 + below(random, 4);
  for (std::uint64_t i = 0; i < types; ++i) {
    message_type type;
    type.name = "t" + std::to_string(i);
    type.elements = format_maker(random).make(0, true);
    made.what.types.push_back(std::move(type));
  }
  for (auto left = below(random, 3); left > 0; --left)
    made.what.pick.keywords.push_back(random_keyword(random));
  made.what.pick.fallback = below(random, types);

  message_maker maker(random);
  std::vector<std::uint32_t> wanted;
  for (std::size_t i = 0; i < messages; ++i) {
    std::vector<std::string> tuple(made.what.pick.keywords.size());
    const auto type = below(random, types);
    random_case::sample one{maker.make(made.what.types[type].elements),
                            static_cast<direction>(below(random, 2))};
    for (std::size_t k = 0; k < tuple.size(); ++k)
      keyword_value(made.what.pick.keywords[k], one.bytes, one.dir, tuple[k]);
    if (below(random, 4) == 0) tuple.resize(below(random, tuple.size() + 1));
    made.what.pick.types.emplace(std::move(tuple), type);
    made.samples.push_back(std::move(one));
    wanted.push_back(static_cast<std::uint32_t>(type));
  }
  // Longer tuples of later messages pick other types for earlier ones.
  std::vector<std::string> scratch;
  std::vector<random_case::sample> fitting;
  for (std::size_t i = 0; i < made.samples.size(); ++i) {
    auto& one = made.samples[i];
    if (select_type(made.what.pick, one.bytes, one.dir, scratch).type == wanted[i])
      fitting.push_back(std::move(one));
  }
  made.samples = std::move(fitting);
  return made;
}

std::vector<std::uint8_t> mutated(std::vector<std::uint8_t> bytes, std::mt19937_64& random) {
  const auto byte = [&random] { return static_cast<std::uint8_t>(random()); };
  for (auto left = 1 + below(random, 3); left > 0; --left) {
    const auto at = static_cast<std::ptrdiff_t>(bytes.empty() ? 0 : below(random, bytes.size()));
    switch (below(random, 4)) {
      case 0: bytes.insert(bytes.begin() + at, byte()); break;
      case 1: bytes.resize(static_cast<std::size_t>(at)); break;
      case 2: bytes.push_back(byte()); break;
      default:
        if (!bytes.empty()) bytes[static_cast<std::size_t>(at)] = byte();
    }
  }
  return bytes;
}

format make_wild_format(std::uint64_t seed) {
  return make_wild_format([random = std::mt19937_64(seed)]() mutable { return random(); });
}

format make_wild_format(number_source random) {
  format made;
  for (auto left = below(random, 4); left > 0; --left) {
    message_type type;
    type.elements = wild_body(random, 0);
    made.types.push_back(std::move(type));
  }
  for (auto left = below(random, 3); left > 0; --left)
    made.pick.keywords.push_back(random_keyword(random));
  for (auto left = below(random, 3); left > 0; --left)
    made.pick.types[std::vector<std::string>(below(random, 3), "a")] = below(random, 3);
  return made;
}

}  // namespace troupe
