#include "actors/pipeline/validator/validator.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/pipeline/parser/numbers.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "actors/pipeline/validator/common_rules.hpp"
#include "actors/pipeline/validator/end_rules.hpp"
#include "actors/pipeline/validator/flow_rules.hpp"
#include "actors/pipeline/validator/layout_rules.hpp"
#include "actors/pipeline/validator/relation_rules.hpp"
#include "actors/pipeline/validator/value_rules.hpp"

namespace troupe {

namespace {

constexpr std::size_t violations_kept = 64;

/// Where new message types are more frequent than this, one more is nothing odd.
constexpr double chance_of_new_type = 0.01;

/// Whether a message begins as text does: of the first 64 bytes at most 30 % are not ASCII text
/// (random bytes have 62 %, and a command in any language begins in ASCII).
bool begins_as_text(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t looked_at = 64;
  constexpr std::size_t percent = 30;
  const auto head = bytes.first(std::min(bytes.size(), looked_at));
  const auto odd = std::count_if(head.begin(), head.end(), [](std::uint8_t byte) {
    const auto blank = byte == '\t' || byte == '\r' || byte == '\n';
    return (byte < 0x20 && !blank) || byte >= 0x7f;
  });
  return static_cast<std::size_t>(odd) * 100 <= head.size() * percent;
}

/// The run over one group.
class judge {
 public:
  judge(const format& what, const traffic_group& group, validation_level level)
      // The caller's format outlives this run: no copy.
      : machine_(std::shared_ptr<const format>(std::shared_ptr<void>(), &what)),
        group_(group),
        level_(level),
        values_(what),
        ends_(what),
        layouts_(what),
        states_(what) {
    out_.level = level;
    if (!machine_.refused()) common_.emplace(what);
    std::vector<std::uint64_t> seen;
    for (const auto& type : what.types) seen.push_back(type.seen);
    types_are_known_ = chance_of_new(seen) <= chance_of_new_type;
  }

  void message(std::uint32_t number) {
    number_ = number;
    found_ = 0;
    const auto& one = group_.messages[number];
    const auto bytes = group_.payload(one);
    machine_.parse_into(tree_, bytes, one.dir);
    const bool fits = !tree_.error && (tree_.type.known || types_are_known_);
    if (tree_.error && (machine_.refused() || is_settled()))
      report(validation_level::basic, tree_.error->offset, tree_.error->path, tree_.error->reason);
    if (!machine_.refused()) {
      start(one, bytes, fits);
      if (fits || found_ > 0) {
        typed(one, bytes);
      } else if (level_ >= validation_level::strict) {
        end(ends_.objection(bytes), bytes);
      }
      if (!fits && found_ == 0) ++out_.unfamiliar;
    }
    ++out_.messages;
    if (found_ == 0) ++out_.valid;
  }

  validation take(bool cut_short) {
    out_.cut_short = cut_short;
    return std::move(out_);
  }

 private:
  /// Whether so many messages of this type were seen that its layout must hold for all.
  [[nodiscard]] bool is_settled() const {
    if (!tree_.type.known) return types_are_known_;
    return layouts_.settled(tree_.type.type);
  }

  /// What a message is judged by whatever its type: all that is known of one that fits none.
  void start(const troupe::message& one, std::span<const std::uint8_t> bytes, bool fits) {
    if (level_ < validation_level::standard) return;
    if (machine_.what().is_text && !begins_as_text(bytes))
      report(validation_level::standard, 0, {}, "is not text");
    if (fits) return;
    if (auto why = common_->wrong_constant(bytes); !why.empty())
      report(validation_level::standard, 0, {}, std::move(why));
    if (auto why = common_->wrong_keyword(bytes, one.dir); !why.empty())
      report(validation_level::standard, 0, {}, std::move(why));
    if (level_ < validation_level::strict) return;
    if (auto why = common_->wrong_shape(bytes, one.dir); !why.empty())
      report(validation_level::strict, 0, {}, std::move(why));
    if (auto why = common_->wrong_size(bytes); !why.empty())
      report(validation_level::strict, 0, {}, std::move(why));
  }

  void typed(const troupe::message& one, std::span<const std::uint8_t> bytes) {
    if (level_ >= validation_level::standard) type(bytes.size());
    if (level_ >= validation_level::strict) {
      end(tree_.type.known ? ends_.objection(tree_.type.type, bytes) : ends_.objection(bytes),
          bytes);
      tags(bytes);
    }
    for (const auto& run : tree_.bodies) body(run, one, bytes);
    if (level_ >= validation_level::enterprise) state(one);
  }

  void type(std::size_t size) {
    const auto& expected = machine_.what().types[tree_.type.type];
    if (!tree_.type.known && types_are_known_)
      return report(validation_level::standard, 0, {}, "the message type is unknown");
    if (!tree_.type.known) return;
    if (expected.seen < value_rules::fewest_seen) return;
    const auto slack = expected.longest - expected.shortest + 1;
    if (size + slack < expected.shortest || size > std::size_t{expected.longest} + slack)
      report(validation_level::standard, 0, {},
             std::to_string(size) + " bytes; messages of type " + expected.name + " had " +
                 std::to_string(expected.shortest) + " to " + std::to_string(expected.longest));
  }

  void end(std::string why, std::span<const std::uint8_t> bytes) {
    const auto place = static_cast<std::uint32_t>(bytes.size());
    if (!why.empty()) report(validation_level::strict, place, {}, std::move(why));
  }

  /// BER keeps tag 0 for the end of values of unknown length (X.690 section 8.1.5), which are not
  /// parsed: zero bytes behind a tree would pass as empty elements.
  void tags(std::span<const std::uint8_t> bytes) {
    for (const auto& leaf : tree_.leaves) {
      const bool tag = leaf.source == nullptr && leaf.kind == field_kind::enumeration;
      if (!tag) continue;
      auto why = bytes[leaf.offset] == 0
                     ? std::string("the tag 0 is reserved")
                     : values_.tag_objection(tree_.type.type, bytes[leaf.offset]);
      if (why.empty()) continue;
      report(validation_level::strict, leaf.offset, tree_.path_of(leaf), std::move(why));
      return;
    }
  }

  void body(const parse_tree::body_run& run, const troupe::message& in,
            std::span<const std::uint8_t> bytes) {
    for (std::uint32_t i = 0; i < run.what->size(); ++i) {
      const auto& place = tree_.extents[run.first_extent + i];
      const auto* f = std::get_if<field>(&(*run.what)[i].node);
      if (f == nullptr || place.begin == parse_tree::none) continue;
      const auto value = bytes.subspan(place.begin, place.end - place.begin);
      const auto tell = [&](validation_level at, const std::string& why) {
        if (!why.empty()) report(at, place.begin, tree_.path_of(run.within, f->name), why);
      };
      if (level_ >= validation_level::standard)
        tell(validation_level::standard, values_.objection(*f, value));
      if (level_ >= validation_level::strict)
        tell(validation_level::strict, broken_relation(tree_, run, i, bytes));
      if (level_ >= validation_level::enterprise && is_counter(*f, run, value))
        tell(validation_level::enterprise,
             counters_.next(*f, in, read_number(value, f->order), value.size()));
    }
  }

  /// Counters inside of lists and choices count something else than messages.
  static bool is_counter(const field& f, const parse_tree::body_run& run,
                         std::span<const std::uint8_t> value) {
    return f.kind == field_kind::sequence && run.within == 0 && !value.empty() && value.size() <= 8;
  }

  void state(const troupe::message& in) {
    if (!tree_.type.known) return;
    const auto why = states_.next(in.flow, tree_.type.type);
    if (!why.empty()) report(validation_level::enterprise, 0, {}, why);
  }

  void report(validation_level at, std::uint32_t offset, std::string path, std::string why) {
    ++found_;
    ++out_.violations_by_level[static_cast<std::size_t>(at)];
    if (out_.violations.size() < violations_kept)
      out_.violations.push_back({number_, offset, at, std::move(path), std::move(why)});
  }

  parser machine_;
  const traffic_group& group_;
  validation_level level_;
  value_rules values_;
  end_rules ends_;
  layout_rules layouts_;
  std::optional<common_rules> common_;  // nothing where the format is refused
  counter_rules counters_;
  state_rules states_;
  parse_tree tree_;
  validation out_;
  bool types_are_known_ = false;
  std::uint32_t number_ = 0;
  std::uint64_t found_ = 0;  // in this message
};

}  // namespace

validation validate(const format& what, const traffic_group& group, validation_level level,
                    const work_context& work) {
  judge run(what, group, level);
  for (std::uint32_t i = 0; i < group.messages.size(); ++i) {
    if (work.stop.stop_requested()) return run.take(true);
    run.message(i);
  }
  return run.take(false);
}

}  // namespace troupe
