#include "runtime/wire/stored_format.hpp"

#include <google/protobuf/util/json_util.h>

#include <utility>

#include "actors/pipeline/formats/format_diff.hpp"
#include "actors/pipeline/parser/format_check.hpp"
#include "messages/discovery.pb.h"
#include "runtime/wire/text.hpp"

namespace troupe::wire {
namespace {

/// Takes a Format over, part by part; `problem` is the first one, with its place.
class format_reader {
 public:
  explicit format_reader(std::string where) : where_(std::move(where)) {}

  std::variant<format, failure> read(const Format& given) {
    format out;
    out.version = given.version();
    out.is_text = given.is_text();
    out.order = plain<byte_order>(given.order(), Order::little, "order");
    take(out.pick, given.selector());
    for (int i = 0; i < given.types_size(); ++i) {
      const place here(*this, "types", i);
      take(out.types.emplace_back(), given.types(i));
    }
    for (const auto& step : given.transitions())
      out.transitions.push_back({step.from(), step.to(), step.seen()});
    out.confidence = given.confidence();
    out.cut_short = given.cut_short();
    evidence(out.evidence, given.evidence());
    take(out.ends, given.ends());
    if (!problem_.empty()) return failure{errc::bad_input, problem_};
    if (auto why = check(out)) return failure{errc::bad_input, where_ + ": " + why.what};
    for (const auto& step : out.transitions)
      if (step.from >= out.types.size() || step.to >= out.types.size())
        return failure{errc::bad_input, where_ + ".transitions: a type does not exist"};
    if (!given.identity().empty() && given.identity() != to_string(identity_of(out)))
      return failure{errc::bad_input,
                     where_ + ".identity does not fit the format: it was changed, or cut. Remove " +
                         "the identity if the change is meant"};
    return out;
  }

 private:
  /// A step on the way down, for the words of a failure.
  class place {
   public:
    place(format_reader& of, std::string_view name, int index = -1)
        : of_(of), before_(of.where_.size()) {
      of_.where_.append(".").append(name);
      if (index >= 0) of_.where_.append("[").append(std::to_string(index)).append("]");
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() { of_.where_.resize(before_); }

   private:
    format_reader& of_;
    std::size_t before_;
  };

  void fail(std::string_view name, std::string_view why) {
    if (!problem_.empty()) return;
    problem_.append(where_).append(".").append(name).append(" ").append(why);
  }

  /// Both enums list the same values in the same order; Protobuf keeps 0 for "unspecified".
  template <class Plain>
  Plain plain(int given, int last, std::string_view name) {
    if (given >= 1 && given <= last) return static_cast<Plain>(given - 1);
    fail(name, given == 0 ? "is missing" : "has an unknown value");
    return {};
  }

  std::string bytes(const std::string& hex, std::string_view name) {
    std::size_t wrong_at = 0;
    if (auto read = from_hex(hex, wrong_at)) return *std::move(read);
    fail(name, "is not hexadecimal, at character " + std::to_string(wrong_at + 1));
    return {};
  }

  template <class Repeated>
  static void evidence(std::vector<std::string>& out, const Repeated& given) {
    out.assign(given.begin(), given.end());
  }

  template <class Repeated>
  void values(std::vector<known_value>& out, const Repeated& given, std::string_view name) {
    for (const auto& one : given) out.push_back({bytes(one.hex(), name), one.seen()});
  }

  double chance(double given) {
    if (!(given >= 0 && given <= 1)) fail("unlisted", "is no chance, 0 to 1");
    return given;
  }

  static known_size size_of(const Ends::KnownSize& given) { return {given.bytes(), given.seen()}; }

  void take(message_ends& out, const Ends& given) {
    out.seen = given.seen();
    values(out.last_byte, given.last_byte(), "ends.last_byte");
    values(out.last_two, given.last_two(), "ends.last_two");
    for (const auto& one : given.sizes()) out.sizes.push_back(size_of(one));
    out.shortest = size_of(given.shortest());
    out.longest = size_of(given.longest());
    out.step = given.step() == 0 ? 1 : given.step();
    out.remainder = given.remainder();
    out.only_text = given.only_text();
  }

  void take(selector& out, const Selector& given) {
    for (int i = 0; i < given.keywords_size(); ++i) {
      const auto& word = given.keywords(i);
      const place here(*this, "selector.keywords", i);
      out.keywords.push_back(
          {plain<keyword::source>(word.source(), Selector::Keyword::tag, "source"), word.offset(),
           word.width()});
    }
    for (int i = 0; i < given.entries_size(); ++i) {
      const place here(*this, "selector.entries", i);
      std::vector<std::string> tuple;
      for (const auto& hex : given.entries(i).hex()) tuple.push_back(bytes(hex, "hex"));
      if (!out.types.emplace(std::move(tuple), given.entries(i).type()).second)
        fail("hex", "stands there twice");
    }
    out.fallback = given.fallback();
  }

  void take(message_type& out, const MessageType& given) {
    out.name = given.name();
    out.seen = given.seen();
    out.shortest = given.shortest();
    out.longest = given.longest();
    elements(out.elements, given.elements(), "elements");
    out.confidence = given.confidence();
    evidence(out.evidence, given.evidence());
    take(out.ends, given.ends());
  }

  template <class Repeated>
  void elements(body& out, const Repeated& given, std::string_view name) {
    // Deeper than `check` allows there is nothing to be read; the stack stays small.
    if (++depth_ > format_limit::depth + 1) return fail(name, "is nested too deep");
    for (int i = 0; i < given.size(); ++i) {
      const place here(*this, name, i);
      take(out.emplace_back(), given.Get(i));
    }
    --depth_;
  }

  void take(element& out, const Element& given) {
    switch (given.node_case()) {
      case Element::kField: return take(out.node.emplace<field>(), given.field());
      case Element::kList: return take(out.node.emplace<list>(), given.list());
      case Element::kChoice: return take(out.node.emplace<choice>(), given.choice());
      case Element::kBerTree: return take(out.node.emplace<ber_tree>(), given.ber_tree());
      case Element::kTextLines: return take(out.node.emplace<text_lines>(), given.text_lines());
      case Element::kNameChain: return named(out.node.emplace<name_chain>(), given.name_chain());
      case Element::NODE_NOT_SET: break;
    }
    fail("node", "is missing: an element is a field, a list, a choice ...");
  }

  void take(ber_tree& out, const BerTree& given) {
    named(out, given);
    values(out.tags, given.tags(), "tags");
    if (given.has_unlisted()) out.unlisted = chance(given.unlisted());
  }

  template <class Out, class Given>
  static void named(Out& out, const Given& given) {
    out.name = given.name();
    out.confidence = given.confidence();
    evidence(out.evidence, given.evidence());
  }

  void take(size_rule& out, const SizeRule& given) {
    out.kind = plain<size_rule::how>(given.how(), SizeRule::inlined, "size.how");
    out.bytes = given.bytes();
    out.length_field = given.length_field();
    if (out.kind == size_rule::how::counted) {
      out.unit = given.unit();
      out.bias = given.bias();
    }
    out.delimiter = bytes(given.delimiter_hex(), "size.delimiter_hex");
  }

  void take(field& out, const Field& given) {
    named(out, given);
    out.kind = plain<field_kind>(given.kind(), FieldKind::padding, "kind");
    take(out.size, given.size());
    out.order = plain<byte_order>(given.order(), Order::little, "order");
    values(out.values, given.values(), "values");
    if (given.has_unlisted()) out.unlisted = chance(given.unlisted());
    if (given.has_minimum()) out.minimum = given.minimum();
    if (given.has_maximum()) out.maximum = given.maximum();
    if (given.has_step()) out.step = given.step();
    if (given.has_measures()) {
      const auto& says = given.measures();
      out.measures = length_relation{
          plain<length_relation::covers>(says.covers(), LengthRelation::items, "measures.covers"),
          says.target(), says.unit(), says.bias()};
    }
    if (given.has_sums())
      out.sums = checksum_relation{algorithm(given.sums().algorithm()), given.sums().from(),
                                   given.sums().skip_at_end()};
  }

  checksum_relation::algorithm algorithm(const std::string& name) {
    using enum checksum_relation::algorithm;
    for (const auto each :
         {sum8, xor8, internet, fletcher16, adler32, crc16_ccitt, crc16_modbus, crc32})
      if (to_string(each) == name) return each;
    fail("sums.algorithm", "is unknown: " + name);
    return internet;
  }

  void take(list& out, const List& given) {
    named(out, given);
    elements(out.item, given.item(), "item");
    take(out.size, given.size());
    if (given.has_count_field()) out.count_field = given.count_field();
    if (!given.has_end_mark()) return;
    if (given.end_mark() > 255) fail("end_mark", "is no byte");
    out.end_mark = static_cast<std::uint8_t>(given.end_mark());
  }

  void take(choice& out, const Choice& given) {
    out.name = given.name();
    out.on = given.on();
    for (int i = 0; i < given.cases_size(); ++i) {
      const place here(*this, "cases", i);
      const auto [at, fresh] = out.cases.try_emplace(bytes(given.cases(i).hex(), "hex"));
      if (!fresh) fail("hex", "stands there twice");
      elements(at->second, given.cases(i).body(), "body");
    }
    elements(out.otherwise, given.otherwise(), "otherwise");
    take(out.size, given.size());
  }

  void take(text_lines& out, const TextLines& given) {
    named(out, given);
    out.first_line = plain<text_lines::style>(given.first_line(), TextLines::named, "first_line");
    out.other_lines =
        plain<text_lines::style>(given.other_lines(), TextLines::named, "other_lines");
    out.separators = bytes(given.separators_hex(), "separators_hex");
  }

  std::string where_;
  std::string problem_;
  std::uint32_t depth_ = 0;
};

}  // namespace

std::variant<std::vector<stored_format>, failure> read_formats(std::string_view json) {
  DiscoverResponse response;
  const auto status = google::protobuf::util::JsonStringToMessage(
      {json.data(), json.size()}, &response, google::protobuf::util::JsonParseOptions());
  if (!status.ok())
    return failure{errc::bad_input,
                   "no format as `troupe discover --format json` writes it for one input: " +
                       clean_text(std::string(status.message().data(), status.message().size()))};
  std::vector<stored_format> found;
  for (int i = 0; i < response.results_size(); ++i) {
    const auto& one = response.results(i);
    if (!one.result().has_format()) continue;
    auto read = format_reader("results[" + std::to_string(i) + "].result.format")
                    .read(one.result().format());
    if (auto* why = std::get_if<failure>(&read)) return std::move(*why);
    found.push_back({one.group().name(), std::get<format>(std::move(read))});
  }
  if (found.empty()) return failure{errc::bad_input, "there is no format in it"};
  return found;
}

}  // namespace troupe::wire
