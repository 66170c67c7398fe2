#include "actors/pipeline/grammar/grammar.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/pipeline/grammar/body_builder.hpp"
#include "actors/pipeline/grammar/ends.hpp"
#include "actors/pipeline/grammar/few_messages.hpp"
#include "actors/pipeline/grammar/keywords.hpp"
#include "actors/pipeline/grammar/kinds.hpp"
#include "actors/pipeline/grammar/meanings.hpp"
#include "actors/pipeline/grammar/message_types.hpp"
#include "actors/pipeline/grammar/status_codes.hpp"
#include "actors/pipeline/grammar/text_shape.hpp"
#include "actors/pipeline/parser/export_text.hpp"
#include "actors/pipeline/statistics/sampling.hpp"

namespace troupe {

namespace {

using namespace grammar;

struct bounds {
  std::uint32_t messages;
  std::uint64_t bytes;
  std::size_t scopes;  // looked at for one body's columns
};

bounds bounds_of(quality_mode effort) {
  switch (effort) {
    case quality_mode::fast: return {128, std::uint64_t{1} << 15U, 32};
    case quality_mode::balanced: return {1024, std::uint64_t{1} << 18U, 128};
    case quality_mode::accurate: return {4096, std::uint64_t{1} << 22U, 512};
  }
  return {128, std::uint64_t{1} << 15U, 32};
}

/// The mean over the elements; a choice has none of its own.
double confidence_of(const body& elements) {
  double sum = 0;
  double count = 0;
  for (const auto& one : elements) {
    std::visit(
        [&](const auto& node) {
          if constexpr (requires { node.confidence; }) {
            sum += node.confidence;
            count += 1;
          }
        },
        one.node);
  }
  return count > 0 ? sum / count : 0;
}

class inference {
 public:
  inference(const traffic_group& group, const work_context& work, const cut_rules& cuts,
            bool single_type = false)
      : group_(group),
        work_(work),
        cuts_(cuts),
        limits_(bounds_of(work.effort)),
        single_type_(single_type) {
    chosen_ = sample_messages(group, limits_.messages, limits_.bytes, work.seed);
    for (const auto index : chosen_) {
      const auto& one = group.messages[index];
      sample& added =
          from_.emplace_back(sample{group.payload(one), one.dir, one.flow, one.since_start});
      if (one.flow >= group.flows.size()) continue;
      added.client = ipv4_of(group.flows[one.flow].client);
      added.server = ipv4_of(group.flows[one.flow].server);
    }
    find_asked(from_);
  }

  format run() {
    out_.is_text = text_share(from_) > 0.7;
    if (out_.is_text) frame_ = find_frame(all_scopes());
    few_ = !out_.is_text && too_few_to_compare(all_scopes());
    auto keywords = few_ || single_type_ ? keyword_choice{} : find_keywords();
    std::optional<narrowing> last;
    if (out_.is_text && !frame_) last = add_codes(from_, keywords);
    out_.evidence = std::move(keywords.evidence);
    auto typed = assign_types(group_, std::move(keywords.keywords), last);
    merge_sizes(typed);
    out_.pick = std::move(typed.pick);
    out_.types = std::move(typed.types);
    if (out_.types.empty()) out_.types.push_back({"type", 0, 0, 0, {}, 0, {}, {}});
    if (!few_) find_order();
    std::vector<scopes> members(out_.types.size());
    for (std::uint32_t i = 0; i < chosen_.size(); ++i) {
      members[typed.type_of[chosen_[i]]].push_back(whole(from_, i));
    }
    build_bodies(members);
    out_.transitions = count_transitions(group_, typed.type_of);
    learn_ends(typed.type_of);
    double sum = 0;
    double messages = 0;
    for (const auto& type : out_.types) {
      sum += type.confidence * static_cast<double>(type.seen);
      messages += static_cast<double>(type.seen);
    }
    out_.confidence = messages > 0 ? sum / messages : 0;
    out_.cut_short = work_.stop.stop_requested();
    return std::move(out_);
  }

 private:
  [[nodiscard]] keyword_choice find_keywords() const {
    // A third one costs a fifth of the time and gains nothing in a small sample.
    const int most = work_.effort == quality_mode::fast ? 2 : 3;
    if (!out_.is_text) return choose_keywords(from_, work_.stop, most);
    if (!frame_) return choose_word(from_);
    return {{{keyword::source::bytes, 0, frame_->longest}},
            {"a token in brackets begins the messages, prose follows"}};
  }

  void find_order() {
    const auto length = find_length_field(all_scopes(), 0.9, 3);
    if (!length) return;
    out_.order = length->order;
    length_ = length;
    out_.evidence.push_back("the " + std::to_string(length->width) + " bytes at offset " +
                            std::to_string(length->offset) + " give the message's length");
  }

  void learn_ends(const std::vector<std::uint32_t>& type_of) {
    ends_counter all;
    std::vector<ends_counter> of_type(out_.types.size());
    for (std::size_t i = 0; i < type_of.size(); ++i) {
      const auto bytes = group_.payload(group_.messages[i]);
      all.add(bytes);
      of_type[type_of[i]].add(bytes);
    }
    out_.ends = all.take();
    if (const auto& last = out_.ends.last_two; last.size() == 1 && out_.ends.seen > 1) {
      out_.evidence.push_back("all messages end in " + shown_bytes(last.front().bytes));
    }
    for (std::size_t i = 0; i < of_type.size(); ++i) out_.types[i].ends = of_type[i].take();
  }

  void build_bodies(std::vector<scopes>& members) {
    const learning with{from_,
                        out_.order,
                        length_,
                        cuts_,
                        limits_.scopes,
                        work_.stop,
                        work_.effort == quality_mode::fast,
                        single_type_};
    body_builder builder(with);
    if (!out_.is_text && !few_) builder.learn_common(all_scopes());
    const auto text = out_.is_text ? shape_of_text(all_scopes()) : text_lines{};
    for (std::size_t i = 0; i < out_.types.size(); ++i) {
      auto& type = out_.types[i];
      if (frame_) {
        type.elements = describe_framed(*frame_, members[i]);
      } else if (out_.is_text) {
        type.elements.push_back({text});
      } else if (few_) {
        type.elements = describe_few(members[i], from_);
      } else if (members[i].empty()) {
        type.elements.push_back({describe_rest(members[i])});
      } else {
        type.elements = builder.build(std::move(members[i]));
      }
      name_elements(type.elements);
      type.confidence = confidence_of(type.elements);
    }
  }

  [[nodiscard]] scopes all_scopes() const {
    scopes all;
    for (std::uint32_t i = 0; i < from_.size(); ++i) all.push_back(whole(from_, i));
    return all;
  }

  const traffic_group& group_;
  const work_context& work_;
  const cut_rules& cuts_;
  bounds limits_;
  bool single_type_;
  std::vector<std::uint32_t> chosen_;
  samples from_;
  bool few_ = false;  // and binary: nothing to compare
  std::optional<framed_text> frame_;
  std::optional<length_field> length_;  // of whole messages
  format out_;
};

}  // namespace

format infer_format(const traffic_group& group, const statistics& stats, const work_context& work,
                    const cut_rules& cuts) {
  auto found = inference(group, work, cuts).run();
  for (const auto& why : stats.content_evidence) found.evidence.push_back("content: " + why);
  return found;
}

format infer_single_type(const traffic_group& group, const statistics& stats,
                         const work_context& work, const cut_rules& cuts) {
  auto found = inference(group, work, cuts, true).run();
  for (const auto& why : stats.content_evidence) found.evidence.push_back("content: " + why);
  return found;
}

}  // namespace troupe
