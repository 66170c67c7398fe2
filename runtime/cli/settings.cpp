#include "runtime/cli/settings.hpp"

#include <CLI/CLI.hpp>

namespace troupe::cli {

void add_settings_options(CLI::App& command, settings_request& request) {
  command.add_option("--config", request.file, "Overlay of the configuration")->type_name("FILE");
  command.add_option("--set", request.overrides, "One value of it, for example http.port=9000")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--config-dir", request.folder, "The folder of default.yaml")
      ->type_name("FOLDER");
  command
      .add_option("--environment", request.environment, "Also read <NAME>.yaml from that folder")
      ->type_name("NAME");
}

std::variant<loaded_options, failure> load_settings(const settings_request& request,
                                                    const console& io) {
  std::optional<std::filesystem::path> named;
  if (!request.folder.empty()) named = request.folder;
  std::optional<std::string> variable;
  if (const auto found = io.environment.find("TROUPE_CONFIG_DIR"); found != io.environment.end()) {
    variable = found->second;
  }
  const auto folder = find_config_folder(named, variable, config_folders_beside(io.program_folder));
  if (const auto* wrong = std::get_if<failure>(&folder)) return *wrong;

  config_request layers;
  layers.folder = std::get<std::filesystem::path>(folder);
  layers.environment = request.environment;
  layers.user_file = request.file;
  layers.variables = io.environment;
  for (const auto& text : request.overrides) {
    auto parsed = parse_override(text);
    if (const auto* wrong = std::get_if<failure>(&parsed)) return *wrong;
    layers.overrides.push_back(std::get<0>(std::move(parsed)));
  }
  return load_options(layers);
}

void make_embedded(loaded_options& settings) {
  auto& values = settings.values;
  values.http.enabled = false;
  values.cache.warm_from.clear();  // a node's affairs
  values.cache.save_to.clear();
  for (const auto& source : settings.sources) {
    const bool shipped = source.origin == "built in" || source.origin.starts_with("default.yaml");
    if (!shipped) continue;
    if (source.key == "log.level") values.log.level = "error";
    if (source.key == "compute.priority") values.compute.priority = "normal";
  }
}

}  // namespace troupe::cli
