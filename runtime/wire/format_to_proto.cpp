#include <type_traits>

#include "actors/pipeline/formats/format_diff.hpp"
#include "runtime/wire/text.hpp"
#include "runtime/wire/to_proto.hpp"

namespace troupe::wire {
namespace {

// Both enums list the same values in the same order; Protobuf keeps 0 for "unspecified".
template <class Proto, class Plain>
Proto shifted(Plain given) {
  return static_cast<Proto>(static_cast<int>(given) + 1);
}
static_assert(static_cast<int>(field_kind::padding) + 1 == FieldKind::padding);
static_assert(static_cast<int>(size_rule::how::inlined) + 1 == SizeRule::inlined);
static_assert(static_cast<int>(length_relation::covers::items) + 1 == LengthRelation::items);
static_assert(static_cast<int>(text_lines::style::named) + 1 == TextLines::named);
static_assert(static_cast<int>(keyword::source::tag) + 1 == Selector::Keyword::tag);

template <class Out>
void add_evidence(Out& out, const std::vector<std::string>& evidence) {
  for (const auto& line : evidence) out.add_evidence(clean_text(line));
}

template <class Repeated>
void fill_values(Repeated& out, const std::vector<known_value>& given) {
  for (const auto& value : given) {
    auto& added = *out.Add();
    added.set_hex(to_hex(value.bytes));
    added.set_seen(value.seen);
  }
}

void fill(SizeRule& out, const size_rule& given) {
  out.set_how(shifted<SizeRule::How>(given.kind));
  out.set_bytes(given.bytes);
  if (given.kind == size_rule::how::counted) {
    out.set_length_field(given.length_field);
    out.set_unit(given.unit);
    out.set_bias(given.bias);
  }
  out.set_delimiter_hex(to_hex(given.delimiter));
}

void fill(Field& out, const field& given) {
  out.set_name(clean_text(given.name));
  out.set_kind(shifted<FieldKind::Value>(given.kind));
  fill(*out.mutable_size(), given.size);
  out.set_order(shifted<Order::Value>(given.order));
  fill_values(*out.mutable_values(), given.values);
  if (given.unlisted) out.set_unlisted(*given.unlisted);
  if (given.minimum) out.set_minimum(*given.minimum);
  if (given.maximum) out.set_maximum(*given.maximum);
  if (given.measures) {
    auto& measures = *out.mutable_measures();
    measures.set_covers(shifted<LengthRelation::Covers>(given.measures->what));
    measures.set_target(given.measures->target);
    measures.set_unit(given.measures->unit);
    measures.set_bias(given.measures->bias);
  }
  if (given.sums) {
    auto& sums = *out.mutable_sums();
    sums.set_algorithm(std::string(to_string(given.sums->with)));
    sums.set_from(given.sums->from);
    sums.set_skip_at_end(given.sums->skip_at_end);
  }
  if (given.step) out.set_step(*given.step);
  out.set_confidence(given.confidence);
  add_evidence(out, given.evidence);
}

void fill(Ends::KnownSize& out, const known_size& given) {
  out.set_bytes(given.bytes);
  out.set_seen(given.seen);
}

void fill(Ends& out, const message_ends& given) {
  out.set_seen(given.seen);
  fill_values(*out.mutable_last_byte(), given.last_byte);
  fill_values(*out.mutable_last_two(), given.last_two);
  for (const auto& size : given.sizes) fill(*out.add_sizes(), size);
  fill(*out.mutable_shortest(), given.shortest);
  fill(*out.mutable_longest(), given.longest);
  out.set_step(given.step);
  out.set_remainder(given.remainder);
  out.set_only_text(given.only_text);
}

void fill(Element& out, const element& given);

template <class Repeated>
void fill_body(Repeated& out, const body& given) {
  for (const auto& item : given) fill(*out.Add(), item);
}

void fill(List& out, const list& given) {
  out.set_name(clean_text(given.name));
  fill_body(*out.mutable_item(), given.item);
  fill(*out.mutable_size(), given.size);
  if (given.count_field) out.set_count_field(*given.count_field);
  if (given.end_mark) out.set_end_mark(*given.end_mark);
  out.set_confidence(given.confidence);
  add_evidence(out, given.evidence);
}

void fill(Choice& out, const choice& given) {
  out.set_name(clean_text(given.name));
  out.set_on(given.on);
  for (const auto& [value, elements] : given.cases) {
    auto& added = *out.add_cases();
    added.set_hex(to_hex(value));
    fill_body(*added.mutable_body(), elements);
  }
  fill_body(*out.mutable_otherwise(), given.otherwise);
  fill(*out.mutable_size(), given.size);
}

template <class Out, class Given>
void fill_named(Out& out, const Given& given) {
  out.set_name(clean_text(given.name));
  out.set_confidence(given.confidence);
  add_evidence(out, given.evidence);
}

void fill(BerTree& out, const ber_tree& given) {
  fill_named(out, given);
  fill_values(*out.mutable_tags(), given.tags);
  if (given.unlisted) out.set_unlisted(*given.unlisted);
}

void fill(TextLines& out, const text_lines& given) {
  fill_named(out, given);
  out.set_first_line(shifted<TextLines::Style>(given.first_line));
  out.set_other_lines(shifted<TextLines::Style>(given.other_lines));
  out.set_separators(clean_text(given.separators));
  out.set_separators_hex(to_hex(given.separators));
}

// One overload for each alternative, so that a new kind of element fails the build here.
struct element_writer {
  Element& out;
  void operator()(const field& given) const { fill(*out.mutable_field(), given); }
  void operator()(const list& given) const { fill(*out.mutable_list(), given); }
  void operator()(const choice& given) const { fill(*out.mutable_choice(), given); }
  void operator()(const ber_tree& given) const { fill(*out.mutable_ber_tree(), given); }
  void operator()(const text_lines& given) const { fill(*out.mutable_text_lines(), given); }
  void operator()(const name_chain& given) const { fill_named(*out.mutable_name_chain(), given); }
};

void fill(Element& out, const element& given) { std::visit(element_writer{out}, given.node); }

void fill(MessageType& out, const message_type& given) {
  fill_named(out, given);
  out.set_seen(given.seen);
  out.set_shortest(given.shortest);
  out.set_longest(given.longest);
  fill_body(*out.mutable_elements(), given.elements);
  fill(*out.mutable_ends(), given.ends);
}

void fill(Selector& out, const selector& given) {
  for (const auto& word : given.keywords) {
    auto& added = *out.add_keywords();
    added.set_source(shifted<Selector::Keyword::Source>(word.from));
    added.set_offset(word.offset);
    added.set_width(word.width);
  }
  for (const auto& [values, type] : given.types) {
    auto& added = *out.add_entries();
    for (const auto& value : values) added.add_hex(to_hex(value));
    added.set_type(type);
  }
  out.set_fallback(given.fallback);
}

}  // namespace

void fill(Format& out, const format& given) {
  out.set_version(given.version);
  out.set_is_text(given.is_text);
  out.set_order(shifted<Order::Value>(given.order));
  fill(*out.mutable_selector(), given.pick);
  for (const auto& type : given.types) fill(*out.add_types(), type);
  for (const auto& step : given.transitions) {
    auto& added = *out.add_transitions();
    added.set_from(step.from);
    added.set_to(step.to);
    added.set_seen(step.seen);
  }
  out.set_confidence(given.confidence);
  out.set_cut_short(given.cut_short);
  add_evidence(out, given.evidence);
  out.set_identity(to_string(identity_of(given)));
  fill(*out.mutable_ends(), given.ends);
}

}  // namespace troupe::wire
