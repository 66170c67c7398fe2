#include "actors/cache/result_codec.hpp"

#include <xxhash.h>

#include <array>
#include <bit>
#include <concepts>
#include <map>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace troupe {

namespace {

constexpr std::string_view magic = "TRPE";
constexpr std::size_t checked_from = 16;    // magic, format, checksum
constexpr std::uint32_t deepest_body = 64;  // bodies in bodies: more is no format of ours

/// Appends values. The order in which `walk` visits them is the format.
class writer {
 public:
  static constexpr bool reads = false;

  explicit writer(std::string& out) : out_(out) {}

  [[nodiscard]] static bool good() noexcept { return true; }
  [[nodiscard]] static bool enter() noexcept { return true; }
  static void leave() noexcept {}

  template <std::integral T>
  void number(const T& value) {
    auto bits = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < sizeof(T); ++i, bits >>= 8U) {
      out_.push_back(static_cast<char>(bits & 0xffU));
    }
  }
  void text(const std::string& value) {
    number(static_cast<std::uint32_t>(value.size()));
    out_ += value;
  }

 private:
  std::string& out_;
};

/// Reads them back. After the first value that is not there every other one is empty.
class reader {
 public:
  static constexpr bool reads = true;

  explicit reader(std::string_view from) : rest_(from) {}

  [[nodiscard]] bool good() const noexcept { return good_; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }
  void fail() noexcept {
    good_ = false;
    rest_ = {};
  }
  [[nodiscard]] bool enter() noexcept {
    if (++depth_ > deepest_body) fail();
    return good_;
  }
  void leave() noexcept { --depth_; }

  template <std::integral T>
  void number(T& value) {
    value = T{};
    if (rest_.size() < sizeof(T)) return fail();
    std::uint64_t bits = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) {
      bits = bits << 8U | static_cast<std::uint8_t>(rest_[i]);
    }
    rest_.remove_prefix(sizeof(T));
    if constexpr (std::same_as<T, bool>) {
      if (bits > 1) fail();
    }
    value = static_cast<T>(bits);
  }
  void text(std::string& value) {
    std::uint32_t size = 0;
    number(size);
    if (size > rest_.size()) return fail();
    value.assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
  }

 private:
  std::string_view rest_;
  std::uint32_t depth_ = 0;
  bool good_ = true;
};

// The last value of each enumeration: what is beyond was not written by us.
constexpr auto last_of(quality_mode) { return quality_mode::accurate; }
constexpr auto last_of(stage) { return stage::validator; }
constexpr auto last_of(stage_report::outcome) { return stage_report::outcome::late; }
constexpr auto last_of(content_kind) { return content_kind::unknown; }
constexpr auto last_of(validation_level) { return validation_level::enterprise; }
constexpr auto last_of(byte_order) { return byte_order::little; }
constexpr auto last_of(field_kind) { return field_kind::padding; }
constexpr auto last_of(size_rule::how) { return size_rule::how::inlined; }
constexpr auto last_of(length_relation::covers) { return length_relation::covers::items; }
constexpr auto last_of(checksum_relation::algorithm) { return checksum_relation::algorithm::crc32; }
constexpr auto last_of(text_lines::style) { return text_lines::style::named; }
constexpr auto last_of(keyword::source) { return keyword::source::tag; }

template <class Way, class T>
void walk(Way& way, T& value);

template <class Way, class... Parts>
void walk_all(Way& way, Parts&... parts) {
  (walk(way, parts), ...);
}

// ---- what holds other values

template <class Way, class T>
void walk_list(Way& way, T& list) {
  auto size = static_cast<std::uint32_t>(list.size());
  way.number(size);
  if constexpr (Way::reads) {
    // Every element takes a byte at least: a size that the rest cannot hold is not believed.
    if (size > way.left()) return way.fail();
    list.clear();
    for (std::uint32_t i = 0; i < size && way.good(); ++i) walk(way, list.emplace_back());
  } else {
    for (auto& one : list) walk(way, one);
  }
}

template <class Way, class T>
void walk_map(Way& way, T& map) {
  auto size = static_cast<std::uint32_t>(map.size());
  way.number(size);
  if constexpr (Way::reads) {
    map.clear();
    for (std::uint32_t i = 0; i < size && way.good(); ++i) {
      typename T::key_type key{};
      typename T::mapped_type value{};
      walk_all(way, key, value);
      map.insert_or_assign(std::move(key), std::move(value));
    }
  } else {
    for (auto& [key, value] : map) walk_all(way, key, value);
  }
}

template <class Way, class T>
void walk_optional(Way& way, T& value) {
  bool is_there = static_cast<bool>(value);
  way.number(is_there);
  if constexpr (Way::reads) {
    value.reset();
    if (!is_there || !way.good()) return;
    value.emplace();
  }
  if (is_there) walk(way, *value);
}

template <class Way, class Pointer>
void walk_shared(Way& way, Pointer& value) {
  bool is_there = value != nullptr;
  way.number(is_there);
  if (!is_there || !way.good()) return;
  if constexpr (Way::reads) {
    auto made = std::make_shared<std::remove_const_t<typename Pointer::element_type>>();
    walk(way, *made);
    value = std::move(made);
  } else {
    walk(way, *value);
  }
}

template <std::size_t I = 0, class Variant>
void emplace_at(Variant& out, std::size_t index) {
  if constexpr (I < std::variant_size_v<Variant>) {
    if (index == I) {
      out.template emplace<I>();
    } else {
      emplace_at<I + 1>(out, index);
    }
  }
}

template <class Way, class Variant>
void walk_variant(Way& way, Variant& value) {
  auto index = static_cast<std::uint8_t>(value.index());
  way.number(index);
  if constexpr (Way::reads) {
    if (!way.good() || index >= std::variant_size_v<Variant>) return way.fail();
    emplace_at(value, index);
  }
  if (!way.enter()) return;
  std::visit([&](auto& one) { walk(way, one); }, value);
  way.leave();
}

// ---- the values, member by member

template <class Way, class T>
void members(Way& w, T& v) {
  using V = std::remove_const_t<T>;
  if constexpr (std::is_same_v<V, content_hash> || std::is_same_v<V, trace_id>) {
    walk_all(w, v.high, v.low);
  } else if constexpr (std::is_same_v<V, column_statistics>) {
    walk_all(w, v.offset, v.present, v.distinct, v.entropy, v.most_common, v.most_common_share,
             v.constant, v.enumerated, v.counts_up);
  } else if constexpr (std::is_same_v<V, ngram> || std::is_same_v<V, known_value>) {
    walk_all(w, v.bytes, v.seen);
  } else if constexpr (std::is_same_v<V, length_statistics>) {
    walk_all(w, v.minimum, v.median, v.p95, v.maximum, v.mean, v.distinct);
  } else if constexpr (std::is_same_v<V, statistics>) {
    walk_all(w, v.messages, v.bytes, v.length, v.entropy, v.printable_share);
    for (auto& one : v.histogram) walk(w, one);
    walk_all(w, v.content, v.content_evidence, v.columns, v.frequent, v.text_runs, v.cut_short);
  } else if constexpr (std::is_same_v<V, parse_error>) {
    walk_all(w, v.offset, v.path, v.reason);
  } else if constexpr (std::is_same_v<V, parse_report::failed_message>) {
    walk_all(w, v.message, v.error);
  } else if constexpr (std::is_same_v<V, parse_report>) {
    walk_all(w, v.messages, v.parsed, v.fields, v.explained_share, v.per_type, v.failures,
             v.cut_short);
  } else if constexpr (std::is_same_v<V, verdict::candidate>) {
    walk_all(w, v.label, v.confidence);
  } else if constexpr (std::is_same_v<V, verdict>) {
    walk_all(w, v.label, v.confidence, v.candidates, v.segments_used, v.packets_used, v.evidence);
  } else if constexpr (std::is_same_v<V, classification>) {
    walk_all(w, v.overall, v.flows, v.model, v.cut_short);
  } else if constexpr (std::is_same_v<V, violation>) {
    walk_all(w, v.message, v.offset, v.level, v.path, v.reason);
  } else if constexpr (std::is_same_v<V, validation>) {
    walk_all(w, v.level, v.messages, v.valid, v.unfamiliar);
    for (auto& one : v.violations_by_level) walk(w, one);
    walk_all(w, v.violations, v.cut_short);
  } else if constexpr (std::is_same_v<V, size_rule>) {
    walk_all(w, v.kind, v.bytes, v.length_field, v.unit, v.bias, v.delimiter);
  } else if constexpr (std::is_same_v<V, length_relation>) {
    walk_all(w, v.what, v.target, v.unit, v.bias);
  } else if constexpr (std::is_same_v<V, checksum_relation>) {
    walk_all(w, v.with, v.from, v.skip_at_end);
  } else if constexpr (std::is_same_v<V, field>) {
    walk_all(w, v.name, v.kind, v.size, v.order, v.values, v.unlisted, v.minimum, v.maximum,
             v.measures, v.sums, v.step, v.confidence, v.evidence);
  } else if constexpr (std::is_same_v<V, list>) {
    walk_all(w, v.name, v.item, v.size, v.count_field, v.end_mark, v.confidence, v.evidence);
  } else if constexpr (std::is_same_v<V, choice>) {
    walk_all(w, v.name, v.on, v.cases, v.otherwise, v.size);
  } else if constexpr (std::is_same_v<V, ber_tree>) {
    walk_all(w, v.name, v.confidence, v.evidence, v.tags, v.unlisted);
  } else if constexpr (std::is_same_v<V, name_chain>) {
    walk_all(w, v.name, v.confidence, v.evidence);
  } else if constexpr (std::is_same_v<V, text_lines>) {
    walk_all(w, v.name, v.first_line, v.other_lines, v.separators, v.confidence, v.evidence);
  } else if constexpr (std::is_same_v<V, element>) {
    walk_variant(w, v.node);
  } else if constexpr (std::is_same_v<V, keyword>) {
    walk_all(w, v.from, v.offset, v.width);
  } else if constexpr (std::is_same_v<V, known_size>) {
    walk_all(w, v.bytes, v.seen);
  } else if constexpr (std::is_same_v<V, message_ends>) {
    walk_all(w, v.seen, v.last_byte, v.last_two, v.sizes, v.shortest, v.longest, v.step,
             v.remainder, v.only_text);
  } else if constexpr (std::is_same_v<V, message_type>) {
    walk_all(w, v.name, v.seen, v.shortest, v.longest, v.elements, v.confidence, v.evidence,
             v.ends);
  } else if constexpr (std::is_same_v<V, selector>) {
    walk_all(w, v.keywords, v.types, v.fallback);
  } else if constexpr (std::is_same_v<V, transition>) {
    walk_all(w, v.from, v.to, v.seen);
  } else if constexpr (std::is_same_v<V, format>) {
    walk_all(w, v.version, v.is_text, v.order, v.pick, v.types, v.transitions, v.confidence,
             v.cut_short, v.evidence, v.ends);
  } else if constexpr (std::is_same_v<V, findings>) {
    walk_all(w, v.stats, v.grammar, v.parse, v.protocol, v.validity);
  } else if constexpr (std::is_same_v<V, stage_report>) {
    walk_all(w, v.which, v.state, v.why, v.started, v.took, v.predicted, v.expected, v.wanted);
  } else if constexpr (std::is_same_v<V, stored_as>) {
    walk_all(w, v.key, v.model_version, v.held_for);
  } else {
    static_assert(std::is_same_v<V, discovery_result>, "say here what its members are");
    walk_all(w, v.id.value, v.trace, v.input, v.group, v.mode, v.found, v.stages, v.budget, v.took,
             v.in_time, v.partial, v.confidence);
  }
}

template <class Way, class T>
void walk(Way& way, T& value) {
  using V = std::remove_const_t<T>;
  if constexpr (std::is_integral_v<V>) {
    way.number(value);
  } else if constexpr (std::is_same_v<V, double>) {
    auto bits = std::bit_cast<std::uint64_t>(value);
    way.number(bits);
    if constexpr (Way::reads) value = std::bit_cast<double>(bits);
  } else if constexpr (std::is_same_v<V, duration>) {
    auto ticks = value.count();
    way.number(ticks);
    if constexpr (Way::reads) value = duration{ticks};
  } else if constexpr (std::is_enum_v<V>) {
    auto index = static_cast<std::uint8_t>(value);
    way.number(index);
    if constexpr (Way::reads) {
      if (index > static_cast<std::uint8_t>(last_of(V{}))) return way.fail();
      value = static_cast<V>(index);
    }
  } else if constexpr (std::is_same_v<V, std::string>) {
    way.text(value);
  } else if constexpr (requires { typename V::mapped_type; }) {
    walk_map(way, value);
  } else if constexpr (requires { value.capacity(); }) {
    walk_list(way, value);
  } else if constexpr (requires { value.use_count(); }) {
    walk_shared(way, value);
  } else if constexpr (requires { value.has_value(); }) {
    walk_optional(way, value);
  } else {
    members(way, value);
  }
}

std::uint64_t checksum_of(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace

std::string encode(const discovery_result& result, const stored_as& header) {
  std::string bytes(magic);
  writer out(bytes);
  out.number(stored_format);
  out.number(std::uint64_t{0});
  walk_all(out, header, result);
  std::string sum;
  writer(sum).number(checksum_of(std::string_view(bytes).substr(checked_from)));
  bytes.replace(checked_from - sizeof(std::uint64_t), sizeof(std::uint64_t), sum);
  return bytes;
}

namespace {

std::variant<stored_result, misread> read(std::string_view bytes, const stored_as* expected) {
  if (!bytes.starts_with(magic)) return misread::foreign_format;
  reader in(bytes.substr(magic.size()));
  std::uint32_t version = 0;
  std::uint64_t sum = 0;
  walk_all(in, version, sum);
  if (!in.good()) return misread::damaged;
  if (version != stored_format) return misread::foreign_format;
  if (sum != checksum_of(bytes.substr(checked_from))) return misread::damaged;
  stored_result out;
  walk(in, out.header);
  if (!in.good()) return misread::damaged;
  if (expected != nullptr && out.header.key != expected->key) return misread::another_key;
  if (expected != nullptr && out.header.model_version != expected->model_version) {
    return misread::another_model;
  }
  auto result = std::make_shared<discovery_result>();
  walk(in, *result);
  if (!in.good() || !in.at_end()) return misread::damaged;
  out.result = std::move(result);
  return out;
}

}  // namespace

std::variant<stored_result, misread> decode(std::string_view bytes, const content_hash& key,
                                            std::uint64_t model_version) {
  const stored_as expected{key, model_version};
  return read(bytes, &expected);
}

std::variant<stored_result, misread> decode_any(std::string_view bytes) {
  return read(bytes, nullptr);
}

}  // namespace troupe
