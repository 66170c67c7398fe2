#include "actors/pipeline/classifier/model_file.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "actors/pipeline/classifier/model_bytes.hpp"

namespace troupe {
namespace {

constexpr std::array<char, 8> magic{'T', 'R', 'O', 'U', 'P', 'E', 'C', 'L'};
constexpr std::size_t header_bytes = 36;
constexpr std::size_t most_labels = 255;

XXH128_hash_t hash_of(std::span<const std::uint8_t> bytes) {
  return XXH3_128bits(bytes.data(), bytes.size());
}

void put_labels(model_writer& to, const member_models& members) {
  to.put(static_cast<std::uint32_t>(members.labels.size()));
  for (const std::string& label : members.labels) to.put_text(label);
  to.put_all(members.votes.captures_of_label());
}

// Keys and patterns apart: each a plain array.
void put_vocabulary(model_writer& to, const vocabulary& words) {
  to.put(static_cast<std::uint32_t>(words.entries().size()));
  for (const auto& entry : words.entries()) to.put(entry.key);
  for (const auto& entry : words.entries()) to.put(entry.pattern);
}

void put_patterns(model_writer& to, const member_models& members) {
  to.put(static_cast<std::uint32_t>(members.ridge.scales().size()));
  to.put_all(members.votes.first());
  to.put_all(members.votes.sightings());
  to.put_all(members.ridge.scales());
  to.put_all(members.ridge.weights());
}

bool get_labels(model_reader& from, std::vector<std::string>& labels,
                std::vector<std::uint32_t>& captures) {
  const auto count = from.get<std::uint32_t>();
  if (count == 0 || count > most_labels) return false;
  for (std::uint32_t i = 0; i < count; ++i) labels.push_back(from.get_text());
  captures = from.get_all<std::uint32_t>(count);
  return from.good() && std::ranges::is_sorted(labels);
}

bool get_vocabulary(model_reader& from, std::vector<vocabulary::entry>& entries) {
  const auto count = from.get<std::uint32_t>();
  const auto keys = from.get_all<feature_key>(count);
  const auto patterns = from.get_all<pattern_id>(count);
  if (!from.good()) return false;
  entries.reserve(count);
  for (std::size_t i = 0; i < keys.size(); ++i) entries.push_back({keys[i], patterns[i]});
  const auto ascends = [](const auto& a, const auto& b) { return a.key >= b.key; };
  return std::ranges::adjacent_find(entries, ascends) == entries.end();
}

struct pattern_arrays {
  std::vector<std::uint32_t> first;
  std::vector<vote_model::sighting> sightings;
  std::vector<float> scales;
  std::vector<std::int8_t> weights;
};

bool get_patterns(model_reader& from, std::size_t labels, pattern_arrays& arrays) {
  const std::size_t count = from.get<std::uint32_t>();
  arrays.first = from.get_all<std::uint32_t>(count + 1);
  if (!from.good() || arrays.first.front() != 0 || !std::ranges::is_sorted(arrays.first)) {
    return false;
  }
  arrays.sightings = from.get_all<vote_model::sighting>(arrays.first.back());
  arrays.scales = from.get_all<float>(count);
  arrays.weights = from.get_all<std::int8_t>(count * labels);
  return from.good() &&
         std::ranges::all_of(arrays.sightings,
                             [&](const auto& seen) { return seen.label < labels; }) &&
         std::ranges::all_of(arrays.scales, [](float scale) { return std::isfinite(scale); });
}

bool get_judgement(model_reader& from, classifier_model& model) {
  const auto values = from.get<calibration::parameters>();
  model.threshold = from.get<double>();
  model.early_threshold = from.get<double>();
  model.confidence = calibration(values);
  const auto finite = [](double value) { return std::isfinite(value); };
  return from.good() && std::ranges::all_of(values.mean, finite) &&
         std::ranges::all_of(values.weight, finite) && finite(values.bias) &&
         finite(values.slope) && finite(values.offset) && finite(model.threshold) &&
         finite(model.early_threshold);
}

failure bad(std::string what) { return {errc::bad_input, std::move(what)}; }

std::variant<classifier_model, failure> decode_body(std::span<const std::uint8_t> bytes) {
  model_reader from(bytes);
  classifier_model model;
  model.name = from.get_text();
  std::vector<std::string> labels;
  std::vector<std::uint32_t> captures;
  if (!get_labels(from, labels, captures)) return bad("classifier model: its labels do not hold");
  std::vector<vocabulary::entry> entries;
  if (!get_vocabulary(from, entries)) return bad("classifier model: its vocabulary does not hold");
  pattern_arrays arrays;
  if (!get_patterns(from, labels.size(), arrays)) {
    return bad("classifier model: its patterns do not hold");
  }
  if (std::ranges::any_of(
          entries, [&](const auto& entry) { return entry.pattern >= arrays.scales.size(); })) {
    return bad("classifier model: its vocabulary names patterns that it does not have");
  }
  if (!get_judgement(from, model)) return bad("classifier model: its calibration does not hold");
  if (!from.at_end()) return bad("classifier model: there are bytes behind its end");
  const std::size_t label_count = labels.size();
  model.members.labels = std::move(labels);
  model.members.words = vocabulary(std::move(entries));
  model.members.votes =
      vote_model(std::move(captures), std::move(arrays.first), std::move(arrays.sightings));
  model.members.ridge =
      ridge_model(label_count, std::move(arrays.scales), std::move(arrays.weights));
  return model;
}

failure in_file(failure wrong, const std::string& path) {
  wrong.what = path + ": " + wrong.what;
  return wrong;
}

}  // namespace

std::vector<std::uint8_t> encode_model(const classifier_model& model) {
  model_writer inner;
  inner.put_text(model.name);
  put_labels(inner, model.members);
  put_vocabulary(inner, model.members.words);
  put_patterns(inner, model.members);
  inner.put(model.confidence.values());
  inner.put(model.threshold);
  inner.put(model.early_threshold);
  const std::vector<std::uint8_t> bytes = std::move(inner).take();
  const XXH128_hash_t hash = hash_of(bytes);
  model_writer file;
  file.put(magic);
  file.put(model_file_version);
  file.put(static_cast<std::uint64_t>(bytes.size()));
  file.put(static_cast<std::uint64_t>(hash.low64));
  file.put(static_cast<std::uint64_t>(hash.high64));
  file.put_all(std::span(bytes));
  return std::move(file).take();
}

std::variant<classifier_model, failure> decode_model(std::span<const std::uint8_t> file) {
  model_reader header(file.first(std::min(file.size(), header_bytes)));
  if (header.get<std::array<char, 8>>() != magic) return bad("not a classifier model");
  const auto version = header.get<std::uint32_t>();
  const auto size = header.get<std::uint64_t>();
  const auto low = header.get<std::uint64_t>();
  const auto high = header.get<std::uint64_t>();
  if (!header.good()) return bad("classifier model: cut off in its header");
  if (version != model_file_version) {
    return bad("classifier model of layout " + std::to_string(version) + ", this program reads " +
               std::to_string(model_file_version) + ": train it again");
  }
  const auto bytes = file.subspan(header_bytes);
  if (size != bytes.size()) {
    return bad("classifier model: " + std::to_string(size) + " bytes announced, " +
               std::to_string(bytes.size()) + " there");
  }
  const XXH128_hash_t hash = hash_of(bytes);
  if (hash.low64 != low || hash.high64 != high) {
    return bad("classifier model: damaged, its bytes do not have the hash in its header");
  }
  return decode_body(bytes);
}

std::variant<classifier_model, failure> load_model(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return failure{errc::bad_config, path + ": cannot open the classifier model"};
  const std::streamoff end = in.tellg();
  if (end < 0) return failure{errc::bad_config, path + ": cannot read the classifier model"};
  const auto size = static_cast<std::uint64_t>(end);
  if (size > model_file_limit_bytes) {
    return failure{errc::too_large, path + ": " + std::to_string(size) +
                                        " bytes are too many for a classifier model"};
  }
  std::vector<std::uint8_t> file(static_cast<std::size_t>(size));
  in.seekg(0);
  if (!in.read(reinterpret_cast<char*>(file.data()), end)) {
    return failure{errc::bad_config, path + ": cannot read the classifier model"};
  }
  auto read = decode_model(file);
  if (auto* wrong = std::get_if<failure>(&read)) return in_file(std::move(*wrong), path);
  return read;
}

failure save_model(const classifier_model& model, const std::string& path) {
  const std::vector<std::uint8_t> file = encode_model(model);
  const std::string beside = path + ".new";
  {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(file.data()),
              static_cast<std::streamsize>(file.size()));
    out.flush();
    if (!out) return {errc::bad_config, beside + ": cannot write the classifier model"};
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0) {
    return {errc::bad_config, path + ": cannot put the classifier model there"};
  }
  return {};
}

}  // namespace troupe
