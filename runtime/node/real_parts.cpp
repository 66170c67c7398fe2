#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "actors/pipeline/classifier/model_file.hpp"
#include "runtime/http/http_get.hpp"
#include "runtime/http/http_rules.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/node/models.hpp"
#include "runtime/store/redis_io.hpp"
#include "runtime/store/saved_answers.hpp"

namespace troupe {

namespace {

std::string model_path(const options& settings, const std::filesystem::path& named) {
  if (named.empty() || named.is_absolute()) return named.string();
  if (settings.config_folder.empty()) return {};
  return (std::filesystem::path(settings.config_folder) / "models" / named).string();
}

}  // namespace

std::variant<std::shared_ptr<const grammar_model>, failure> configured_grammar_model(
    const options& settings) {
  const auto path = model_path(settings, settings.models.grammar);
  if (path.empty()) {
    return failure{errc::bad_config,
                   "models.grammar: no grammar model: the key is empty, or there is no "
                   "configuration folder that it starts at (options: config_folder)"};
  }
  auto loaded = load_grammar_model(path);
  if (auto* why = std::get_if<failure>(&loaded)) {
    why->what.insert(0, "models.grammar: ");
    return std::move(*why);
  }
  return std::make_shared<const grammar_model>(std::get<grammar_model>(std::move(loaded)));
}

store_io_maker connect_store(const cache_section& settings) {
  if (!settings.enabled || settings.tier == "memory") return {};
  redis_options how;
  how.address = settings.redis_address;
  how.port = settings.redis_port;
  if (!settings.redis_password_file.empty()) {
    auto read = read_token(settings.redis_password_file, "cache.redis_password_file");
    if (const auto* why = std::get_if<failure>(&read)) throw std::runtime_error(why->what);
    how.password = std::get<std::string>(std::move(read));
  }
  return [how] { return make_redis_io(how); };
}

warm_source connect_warm_source(const cache_section& settings) {
  const auto& from = settings.warm_from;
  if (!settings.enabled || from.empty()) return {};
  if (!from.starts_with("http://") && !from.starts_with("https://")) {
    return warm_from_file(from, from == settings.save_to);
  }
  if (names_user(from)) {
    throw std::runtime_error(
        "cache.warm_from: the address has a user or password in it; a node asks for its key alone: "
        "cache.warm_token_file");
  }
  std::string token;
  if (!settings.warm_token_file.empty()) {
    auto read = read_token(settings.warm_token_file, "cache.warm_token_file");
    if (const auto* why = std::get_if<failure>(&read)) throw std::runtime_error(why->what);
    token = std::get<std::string>(std::move(read));
  }
  // The warmer hears nothing while it asks, nor that the node stops.
  constexpr duration longest = std::chrono::seconds(2);
  return warm_from_node(from, std::move(token), std::min<duration>(settings.warm_time, longest));
}

namespace {

node_parts stages_of(const options& settings) {
  auto cuts = configured_grammar_model(settings);
  if (const auto* why = std::get_if<failure>(&cuts)) throw std::runtime_error(why->what);
  auto grammar = std::get<std::shared_ptr<const grammar_model>>(std::move(cuts));
  const auto versions = encode_grammar_model(*grammar);
  const auto path = model_path(settings, settings.models.classifier);
  if (path.empty()) {
    return {std::make_shared<const stage_table>(make_stage_table(nullptr, std::move(grammar))),
            std::hash<std::string>{}(versions),
            "no classifier model: there is no configuration folder, or models.classifier is empty"};
  }
  auto loaded = load_model(path);
  if (const auto* why = std::get_if<failure>(&loaded)) throw std::runtime_error(why->what);
  auto model =
      std::make_shared<const classifier_model>(std::get<classifier_model>(std::move(loaded)));
  const auto version = std::hash<std::string>{}(model->name + '\n' + versions);
  return {
      std::make_shared<const stage_table>(make_stage_table(std::move(model), std::move(grammar))),
      version,
      {}};
}

}  // namespace

node_parts real_parts(const options& settings) {
  auto parts = stages_of(settings);
  parts.connect_store = connect_store(settings.cache);
  parts.warm_from = connect_warm_source(settings.cache);
  return parts;
}

}  // namespace troupe
