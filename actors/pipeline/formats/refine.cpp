#include "actors/pipeline/formats/refine.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <utility>
#include <variant>

#include "actors/pipeline/formats/format_diff.hpp"
#include "actors/pipeline/formats/merge_ends.hpp"
#include "actors/pipeline/grammar/ends.hpp"
#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/grammar/message_types.hpp"
#include "actors/pipeline/parser/numbers.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "actors/pipeline/statistics/unseen.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_listed = 16;  // values of an enumeration, as where it was inferred
constexpr std::size_t most_types = 512;

/// What the new messages have in one field.
struct observed {
  std::map<std::string, std::uint64_t> values;  // of constants and enumerations
  std::optional<std::uint64_t> minimum;
  std::optional<std::uint64_t> maximum;
};

/// Calls `visit` for every `Leaf` (a field or a tree) of a body.
template <class Leaf, class Visit>
void each(body& elements, const Visit& visit) {
  for (auto& one : elements) {
    if (auto* leaf = std::get_if<Leaf>(&one.node)) visit(*leaf);
    if (auto* l = std::get_if<list>(&one.node)) each<Leaf>(l->item, visit);
    if (auto* c = std::get_if<choice>(&one.node)) {
      for (auto& [key, picked] : c->cases) each<Leaf>(picked, visit);
      each<Leaf>(c->otherwise, visit);
    }
  }
}

/// The messages at these places, in their flows.
traffic_group part_of(const traffic_group& group, const std::vector<std::uint32_t>& places) {
  traffic_group part;
  part.name = group.name;
  part.l4 = group.l4;
  part.frames = group.frames;
  part.flows = group.flows;
  for (const auto at : places) {
    auto one = group.messages[at];
    const auto bytes = group.payload(one);
    one.offset = static_cast<std::uint32_t>(part.bytes.size());
    part.bytes.insert(part.bytes.end(), bytes.begin(), bytes.end());
    part.messages.push_back(one);
  }
  part.messages_seen = part.messages.size();
  part.bytes_seen = part.bytes.size();
  return part;
}

bool lists_values(const field& f) {
  return f.kind == field_kind::constant || f.kind == field_kind::enumeration;
}

void add_values(std::vector<known_value>& to, const std::map<std::string, std::uint64_t>& news) {
  for (const auto& fresh : news) {
    const auto known = std::find_if(to.begin(), to.end(),
                                    [&](const auto& one) { return one.bytes == fresh.first; });
    if (known == to.end())
      to.push_back({fresh.first, fresh.second});
    else
      known->seen += fresh.second;
  }
  std::sort(to.begin(), to.end(), [](const known_value& a, const known_value& b) {
    return a.seen != b.seen ? a.seen > b.seen : a.bytes < b.bytes;
  });
}

void add_values(field& f, const observed& news) {
  add_values(f.values, news.values);
  if (f.values.size() > most_listed) {
    const bool is_small = f.size.kind == size_rule::how::fixed && f.size.bytes <= 8;
    f.kind = is_small ? field_kind::number : field_kind::opaque;
    f.values.clear();
    f.evidence.push_back("more than " + std::to_string(most_listed) + " values since refined");
  } else if (f.kind == field_kind::constant && f.values.size() > 1) {
    f.kind = field_kind::enumeration;
    f.evidence.push_back("other values since refined");
  }
}

void add_tags(ber_tree& to, const std::map<std::string, std::uint64_t>& news) {
  if (news.empty()) return;
  add_values(to.tags, news);
  const auto once = std::ranges::count(to.tags, std::uint64_t{1}, &known_value::seen);
  // Every message has the most frequent tag, or nearly so.
  to.unlisted =
      std::min(1.0, chance_of_unseen(static_cast<std::uint64_t>(once), to.tags.front().seen));
}

/// What was said of values not listed does not hold any longer: the counts tell.
void add(field& f, const observed& news) {
  f.unlisted.reset();
  if (lists_values(f)) add_values(f, news);
  if (news.minimum && f.minimum) f.minimum = std::min(*f.minimum, *news.minimum);
  if (news.maximum && f.maximum) f.maximum = std::max(*f.maximum, *news.maximum);
}

class refiner {
 public:
  refiner(const format& stored, const traffic_group& group, const work_context& work,
          const grammar::cut_rules& cuts)
      : group_(group), work_(work), cuts_(cuts) {
    out_.what = stored;
  }

  refinement run() {
    const auto before = identity_of(out_.what);
    misfits_.resize(out_.what.types.size());
    tags_.resize(out_.what.types.size());
    fitting_.resize(out_.what.types.size());
    look_at_messages();
    for (std::size_t i = 0; i < out_.what.types.size(); ++i) {
      auto& elements = out_.what.types[i].elements;
      each<field>(elements, [&](field& f) {
        if (const auto news = observed_.find(&f); news != observed_.end()) add(f, news->second);
      });
      each<ber_tree>(elements, [&](ber_tree& b) { add_tags(b, tags_[i]); });
    }
    replace_bodies();
    add_types();
    count_messages();
    if (identity_of(out_.what) != before) ++out_.what.version;
    out_.what.cut_short = out_.what.cut_short || work_.stop.stop_requested();
    return std::move(out_);
  }

 private:
  void look_at_messages() {
    const parser machine(std::shared_ptr<const format>(std::shared_ptr<void>(), &out_.what));
    parse_tree tree;
    for (std::uint32_t i = 0; i < group_.messages.size(); ++i) {
      if (work_.stop.stop_requested()) break;
      const auto bytes = group_.payload(group_.messages[i]);
      machine.parse_into(tree, bytes, group_.messages[i].dir);
      type_of_.push_back(tree.type.type);
      if (!tree.type.known) {
        newcomers_.push_back(i);
        ++out_.not_fitting;
      } else if (tree.error) {
        misfits_[tree.type.type].push_back(i);
        ++out_.not_fitting;
      } else {
        ++fitting_[tree.type.type];
        ++out_.fitting;
        observe(tree, bytes);
      }
    }
  }

  void observe(const parse_tree& tree, std::span<const std::uint8_t> bytes) {
    std::set<std::string> tags;  // of trees: what their leaves are is not a format's
    for (const auto& leaf : tree.leaves) {
      const auto* f = leaf.source;
      if (f == nullptr && leaf.kind == field_kind::enumeration)
        tags.emplace(1, static_cast<char>(bytes[leaf.offset]));
      if (f == nullptr) continue;
      const auto part = bytes.subspan(leaf.offset, leaf.size);
      auto& news = observed_[f];
      if (lists_values(*f) && news.values.size() <= most_listed)
        ++news.values[std::string(part.begin(), part.end())];
      if (!f->minimum || part.size() > 8) continue;
      const auto value = read_number(part, f->order);
      news.minimum = std::min(news.minimum.value_or(value), value);
      news.maximum = std::max(news.maximum.value_or(value), value);
    }
    for (const auto& tag : tags) ++tags_[tree.type.type][tag];
  }

  [[nodiscard]] message_type inferred(const std::vector<std::uint32_t>& places) const {
    const auto part = part_of(group_, places);
    auto found = infer_single_type(part, compute_statistics(part, work_), work_, cuts_);
    return std::move(found.types.front());
  }

  void replace_bodies() {
    for (std::size_t i = 0; i < misfits_.size(); ++i) {
      auto& type = out_.what.types[i];
      const auto& places = misfits_[i];
      if (places.empty()) continue;
      auto counts = std::to_string(places.size()) + " new messages do not fit, " +
                    std::to_string(fitting_[i]) + " do, after " + std::to_string(type.seen);
      if (places.size() > type.seen + fitting_[i]) {
        auto fresh = inferred(places);
        type.elements = std::move(fresh.elements);
        type.confidence = fresh.confidence;
        type.evidence = std::move(fresh.evidence);
        type.evidence.push_back("inferred again: " + counts);
        counts += "; inferred again from these";
      }
      out_.remarks.push_back(type.name + ": " + counts);
    }
  }

  void add_types() {
    const auto part = part_of(group_, newcomers_);
    const auto typed =
        grammar::assign_types(part, out_.what.pick.keywords, grammar::narrowing_of(out_.what.pick));
    std::vector<std::vector<std::uint32_t>> places(typed.types.size());
    for (std::size_t i = 0; i < newcomers_.size(); ++i)
      places[typed.type_of[i]].push_back(newcomers_[i]);
    for (const auto& [tuple, number] : typed.pick.types) {
      if (out_.what.types.size() == most_types) {
        out_.remarks.push_back("there are " + std::to_string(most_types) +
                               " types: new ones count as " +
                               out_.what.types[out_.what.pick.fallback].name);
        return;
      }
      auto type = inferred(places[number]);
      type.name = free_name(typed.types[number].name);
      type.seen = 0;  // counted below, with all others
      out_.remarks.push_back(type.name + ": a new type, " + std::to_string(places[number].size()) +
                             " messages");
      const auto index = static_cast<std::uint32_t>(out_.what.types.size());
      for (const auto at : places[number]) type_of_[at] = index;
      out_.what.pick.types.emplace(tuple, index);
      out_.what.types.push_back(std::move(type));
    }
  }

  [[nodiscard]] std::string free_name(const std::string& wanted) const {
    const auto taken = [&](const std::string& name) {
      return std::any_of(out_.what.types.begin(), out_.what.types.end(),
                         [&](const auto& type) { return type.name == name; });
    };
    auto name = wanted;
    for (int number = 2; taken(name); ++number) name = wanted + '_' + std::to_string(number);
    return name;
  }

  void count_messages() {
    std::vector<grammar::ends_counter> ends(out_.what.types.size());
    std::vector<std::uint64_t> seen(out_.what.types.size());
    grammar::ends_counter all;
    for (std::size_t i = 0; i < type_of_.size(); ++i) {
      const auto bytes = group_.payload(group_.messages[i]);
      all.add(bytes);
      ends[type_of_[i]].add(bytes);
      ++seen[type_of_[i]];
    }
    double sum = 0;
    double messages = 0;
    for (std::size_t i = 0; i < out_.what.types.size(); ++i) {
      auto& type = out_.what.types[i];
      const auto fresh = ends[i].take();
      if (seen[i] > 0) {
        type.shortest =
            type.seen == 0 ? fresh.shortest.bytes : std::min(type.shortest, fresh.shortest.bytes);
        type.longest = std::max(type.seen == 0 ? 0 : type.longest, fresh.longest.bytes);
        type.ends = type.seen == 0 ? fresh : merged(type.ends, fresh);
      }
      type.seen += seen[i];
      sum += type.confidence * static_cast<double>(type.seen);
      messages += static_cast<double>(type.seen);
    }
    if (messages > 0) out_.what.confidence = sum / messages;
    out_.what.ends = merged(out_.what.ends, all.take());
    add_transitions();
  }

  void add_transitions() {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> counts;
    for (const auto& one : out_.what.transitions) counts[{one.from, one.to}] += one.seen;
    for (const auto& one : grammar::count_transitions(group_, type_of_))
      counts[{one.from, one.to}] += one.seen;
    out_.what.transitions.clear();
    for (const auto& [pair, seen] : counts)
      out_.what.transitions.push_back({pair.first, pair.second, seen});
  }

  const traffic_group& group_;
  const work_context& work_;
  const grammar::cut_rules& cuts_;
  refinement out_;
  std::map<const field*, observed> observed_;
  std::vector<std::map<std::string, std::uint64_t>> tags_;  // of trees, by type
  std::vector<std::uint32_t> type_of_;                      // of the messages looked at
  std::vector<std::uint64_t> fitting_;                      // by type
  std::vector<std::vector<std::uint32_t>> misfits_;         // by type
  std::vector<std::uint32_t> newcomers_;                    // with keyword values that are new
};

}  // namespace

refinement refine(const format& stored, const traffic_group& group, const work_context& work,
                  const grammar::cut_rules& cuts) {
  return refiner(stored, group, work, cuts).run();
}

}  // namespace troupe
