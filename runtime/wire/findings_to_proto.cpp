#include "runtime/wire/text.hpp"
#include "runtime/wire/to_proto.hpp"

namespace troupe::wire {
namespace {

std::uint32_t saturated(std::uint64_t count) {
  return count > UINT32_MAX ? UINT32_MAX : static_cast<std::uint32_t>(count);
}

void fill(Column& out, const column_statistics& given) {
  out.set_offset(given.offset);
  out.set_present(given.present);
  out.set_distinct(given.distinct);
  out.set_entropy(given.entropy);
  out.set_most_common(given.most_common);
  out.set_most_common_share(given.most_common_share);
  out.set_constant(given.constant);
  out.set_enumerated(given.enumerated);
  out.set_counts_up(given.counts_up);
}

void fill(Lengths& out, const length_statistics& given) {
  out.set_minimum(given.minimum);
  out.set_median(given.median);
  out.set_p95(given.p95);
  out.set_maximum(given.maximum);
  out.set_mean(given.mean);
  out.set_distinct(given.distinct);
}

}  // namespace

void fill(Statistics& out, const statistics& given) {
  out.set_messages(saturated(given.messages));
  out.set_bytes(given.bytes);
  fill(*out.mutable_length(), given.length);
  out.set_entropy(given.entropy);
  out.set_printable_share(given.printable_share);
  out.set_content(static_cast<Content::Value>(static_cast<int>(given.content) + 1));
  for (const auto& line : given.content_evidence) out.add_content_evidence(clean_text(line));
  for (const auto& column : given.columns) fill(*out.add_columns(), column);
  for (const auto& frequent : given.frequent) {
    auto& added = *out.add_frequent();
    added.set_hex(to_hex(frequent.bytes));
    added.set_seen(frequent.seen);
  }
  for (const auto& run : given.text_runs) out.add_text_runs(clean_text(run));
  out.set_cut_short(given.cut_short);
}

void fill(ParseReport& out, const parse_report& given) {
  out.set_messages(given.messages);
  out.set_parsed(given.parsed);
  out.set_fields(given.fields);
  out.set_explained_share(given.explained_share);
  for (const auto seen : given.per_type) out.add_per_type(seen);
  for (const auto& failed : given.failures) {
    auto& added = *out.add_failures();
    added.set_message(failed.message);
    added.set_offset(failed.error.offset);
    added.set_path(clean_text(failed.error.path));
    added.set_reason(clean_text(failed.error.reason));
  }
  out.set_cut_short(given.cut_short);
}

void fill(Verdict& out, const verdict& given) {
  if (given.label) out.set_label(clean_text(*given.label));
  out.set_confidence(given.confidence);
  for (const auto& candidate : given.candidates) {
    auto& added = *out.add_candidates();
    added.set_label(clean_text(candidate.label));
    added.set_confidence(candidate.confidence);
  }
  out.set_segments_used(given.segments_used);
  out.set_packets_used(given.packets_used);
  for (const auto& line : given.evidence) out.add_evidence(clean_text(line));
}

void fill(Classification& out, const classification& given) {
  fill(*out.mutable_overall(), given.overall);
  out.set_model(clean_text(given.model));
  out.set_cut_short(given.cut_short);
}

void fill(Validation& out, const validation& given) {
  out.set_level(to_proto(given.level));
  out.set_messages(given.messages);
  out.set_valid(given.valid);
  out.set_unfamiliar(given.unfamiliar);
  for (const auto seen : given.violations_by_level) out.add_violations_by_level(seen);
  for (const auto& violation : given.violations) {
    auto& added = *out.add_violations();
    added.set_message(violation.message);
    added.set_offset(violation.offset);
    added.set_level(to_proto(violation.level));
    added.set_path(clean_text(violation.path));
    added.set_reason(clean_text(violation.reason));
  }
  out.set_cut_short(given.cut_short);
}

}  // namespace troupe::wire
