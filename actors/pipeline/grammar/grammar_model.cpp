#include "actors/pipeline/grammar/grammar_model.hpp"

#include <xxhash.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <optional>
#include <utility>

namespace troupe {

namespace {

constexpr std::string_view layout_is = "troupe grammar model ";
constexpr std::string_view name_is = "name ";
constexpr std::string_view weight_is = "weight ";
constexpr std::string_view hash_is = "xxh3 ";
constexpr std::size_t longest_name = 100;

std::string hash_of(std::string_view text) {
  constexpr std::size_t digits = 16;
  std::array<char, digits + 1> out{};
  const unsigned long long hash = XXH3_64bits(text.data(), text.size());
  std::snprintf(out.data(), out.size(), "%016llx", hash);
  return {out.data(), digits};
}

std::string number_text(double value) {
  std::array<char, 32> out{};
  const auto end = std::to_chars(out.data(), out.data() + out.size(), value).ptr;
  return {out.data(), end};
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Hands out lines and remembers where it is.
class line_reader {
 public:
  explicit line_reader(std::string_view text) : text_(text) {}

  /// The next line behind `prefix`; nothing, and a failure, where there is none.
  std::optional<std::string_view> after(std::string_view prefix) {
    ++number_;
    const auto end = text_.find('\n', place_);
    const auto line = text_.substr(place_, end == std::string_view::npos ? end : end - place_);
    if (end == std::string_view::npos || !line.starts_with(prefix)) {
      refuse(std::string("expected \"").append(prefix).append("...\", and the end of the line"));
      return std::nullopt;
    }
    place_ = end + 1;
    return line.substr(prefix.size());
  }

  void refuse(std::string why) {
    wrong_ = {errc::bad_input, "grammar model, line " + std::to_string(number_) + ": "};
    wrong_.what.append(why);
  }

  [[nodiscard]] std::size_t place() const { return place_; }
  [[nodiscard]] bool at_end() const { return place_ == text_.size(); }
  [[nodiscard]] const failure& wrong() const { return wrong_; }

 private:
  std::string_view text_;
  std::size_t place_ = 0;
  std::size_t number_ = 0;
  failure wrong_;
};

bool read_head(line_reader& from, std::string& name) {
  const auto layout = from.after(layout_is);
  if (!layout) return false;
  const auto known = std::to_string(grammar_model_layout);
  if (*layout != known) {
    from.refuse(std::string("layout ").append(*layout).append(", this program reads " + known +
                                                              ": train the model again"));
    return false;
  }
  const auto named = from.after(name_is);
  if (!named) return false;
  if (!is_model_name(*named)) {
    from.refuse("a name has 1 to " + std::to_string(longest_name) + " bytes");
    return false;
  }
  name = *named;
  return true;
}

bool read_weight(line_reader& from, std::string_view of, double& weight) {
  const auto text = from.after(std::string(weight_is).append(of).append(" "));
  if (!text) return false;
  const auto value = number_in(*text);
  if (!value || !(std::abs(*value) <= largest_weight)) {
    from.refuse(std::string("\"").append(*text).append("\" is no number between -") +
                number_text(largest_weight) + " and " + number_text(largest_weight));
    return false;
  }
  weight = *value;
  return true;
}

bool read_hash(line_reader& from, std::string_view before) {
  const auto hash = from.after(hash_is);
  if (!hash) return false;
  const bool same = *hash == hash_of(before);
  if (!same) from.refuse("damaged: the lines above do not have this hash");
  return same;
}

}  // namespace

bool is_model_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && text.find('\n') == std::string_view::npos;
}

std::string encode_grammar_model(const grammar_model& model) {
  std::string out(layout_is);
  out.append(std::to_string(grammar_model_layout)).append("\n");
  out.append(name_is).append(model.name).append("\n");
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    out.append(weight_is).append(grammar::gap_evidence_names[i]).append(" ");
    out.append(number_text(model.weights[i])).append("\n");
  }
  const auto hash = hash_of(out);
  return out.append(hash_is).append(hash).append("\n");
}

std::variant<grammar_model, failure> decode_grammar_model(std::string_view text) {
  line_reader from(text);
  grammar_model out;
  if (!read_head(from, out.name)) return from.wrong();
  for (std::size_t i = 0; i < out.weights.size(); ++i) {
    if (!read_weight(from, grammar::gap_evidence_names[i], out.weights[i])) return from.wrong();
  }
  if (!read_hash(from, text.substr(0, from.place()))) return from.wrong();
  if (!from.at_end()) {
    from.refuse("there are bytes behind this last line");
    return from.wrong();
  }
  return out;
}

std::variant<grammar_model, failure> load_grammar_model(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return failure{errc::bad_config, path + ": cannot open the grammar model"};
  std::string text(grammar_model_limit_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return failure{errc::bad_config, path + ": cannot read the grammar model"};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > grammar_model_limit_bytes) {
    return failure{errc::too_large, path + ": more than " +
                                        std::to_string(grammar_model_limit_bytes) +
                                        " bytes are too many for a grammar model"};
  }
  auto read = decode_grammar_model(text);
  if (auto* wrong = std::get_if<failure>(&read)) wrong->what.insert(0, path + ": ");
  return read;
}

}  // namespace troupe
