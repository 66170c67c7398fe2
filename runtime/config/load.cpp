#include "runtime/config/load.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

#include "runtime/config/keys.hpp"
#include "runtime/config/objectives.hpp"
#include "runtime/config/reader.hpp"
#include "runtime/config/texts.hpp"

namespace troupe {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view variable_prefix = "TROUPE__";
constexpr std::size_t most_problems = 20;

std::vector<std::string_view> key_names() {
  std::vector<std::string_view> names;
  for (const auto& key : config_keys()) names.push_back(key.name);
  return names;
}

/// Applies layer upon layer and collects what is wrong with them.
class builder {
 public:
  builder() {
    for (const auto& key : config_keys()) {
      loaded_.sources.push_back({std::string(key.name), {}, "built in"});
    }
  }

  /// `written` is the key as its author wrote it, where that differs from `name`.
  void apply(const std::string& name, const std::string& value, const std::string& origin,
             const std::string& written) {
    if (is_objective(name)) return apply_objective(name, value, origin, origin);
    const auto* key = find_key(name);
    if (key == nullptr) return refuse_unknown(name, origin, written);
    if (const auto why = assign(*key, value, loaded_.values)) {
      return problem(origin + ": " + name + ": " + in_quotes(value) + " is not allowed: " + *why);
    }
    const auto index = static_cast<std::size_t>(key - config_keys().data());
    loaded_.sources[index].origin = origin;
  }

  void apply_file(const fs::path& file) {
    const auto name = file.filename().string();
    auto text = read(file);
    if (auto* why = std::get_if<failure>(&text)) return problem(why->what);
    auto settings = read_settings(std::get<std::string>(text), file.string());
    if (auto* why = std::get_if<failure>(&settings)) return problem(why->what);
    for (const auto& s : std::get<std::vector<written_setting>>(settings)) {
      const auto line = std::to_string(s.line);
      // Problems name the whole path, so that the file can be opened; origins stay short.
      if (is_objective(s.key)) {
        apply_objective(s.key, s.value, concat({name, ":", line}),
                        concat({file.string(), ":", line}));
        continue;
      }
      const auto* key = find_key(s.key);
      const bool holds = key != nullptr && !assign(*key, s.value, scratch_);
      apply(s.key, s.value, concat({holds ? name : file.string(), ":", line}), s.key);
    }
  }

  void apply_variable(const std::string& variable, const std::string& value) {
    if (!variable.starts_with(variable_prefix)) return;
    std::string name = variable.substr(variable_prefix.size());
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (auto split = name.find("__"); split != std::string::npos; split = name.find("__")) {
      name = concat({name.substr(0, split), ".", name.substr(split + 2)});
    }
    apply(name, value, concat({"environment ", variable}), variable);
  }

  void problem(std::string_view text) {
    if (++problems_ <= most_problems) text_ += concat({text_.empty() ? "" : "\n", text});
  }

  std::variant<loaded_options, failure> finish() && {
    check_relations();
    finish_objectives();
    if (problems_ > most_problems) {
      text_ += "\nand " + std::to_string(problems_ - most_problems) + " more problems";
    }
    if (problems_ > 0) return failure{errc::bad_config, text_};
    for (std::size_t i = 0; i < loaded_.sources.size(); ++i) {
      loaded_.sources[i].value = text_of(config_keys()[i], loaded_.values);
    }
    for (const auto& one : objectives_.all()) {
      for (const auto& [field, text, origin] : one.values) {
        loaded_.sources.push_back(
            {concat({objectives_section, ".", one.name, ".", field}), text, origin});
      }
    }
    return std::move(loaded_);
  }

  options& values() { return loaded_.values; }

 private:
  static std::variant<std::string, failure> read(const fs::path& file) {
    std::error_code ignored;
    if (fs::is_directory(file, ignored)) {
      return failure{errc::bad_config, file.string() + ": is a folder, not a file"};
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
      return failure{errc::bad_config, file.string() + ": cannot be opened: " +
                                           std::generic_category().message(errno)};
    }
    std::string text(config_text_limit::bytes + 1, '\0');  // one more tells that it is too large
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
  }

  static bool is_objective(std::string_view name) {
    return name.starts_with(objectives_section) && name.size() > objectives_section.size() &&
           name[objectives_section.size()] == '.';
  }

  void apply_objective(const std::string& name, const std::string& value, const std::string& origin,
                       const std::string& place) {
    const auto why = objectives_.set(name.substr(objectives_section.size() + 1), value, origin);
    if (why) problem(concat({place, ": ", name, ": ", *why}));
    places_[origin] = place;
  }

  void finish_objectives() {
    std::vector<objective_drafts::misfit> wrong;
    loaded_.values.objectives = objectives_.finish(wrong);
    for (const auto& [origin, why] : wrong) {
      const auto place = places_.find(origin);
      problem(concat({place == places_.end() ? origin : place->second, ": ", why}));
    }
  }

  void refuse_unknown(const std::string& name, const std::string& origin,
                      const std::string& written) {
    auto text = origin + ": unknown key " + in_quotes(written);
    const auto names = key_names();
    if (auto near = did_you_mean(name, names)) text += "; did you mean " + *near + "?";
    problem(text);
  }

  void check_relations() {
    const auto& s = loaded_.values.supervision;
    if (s.backoff_base > s.backoff_max) {
      problem("supervision.backoff_base (" + origin_of("supervision.backoff_base") +
              ") is longer than supervision.backoff_max (" + origin_of("supervision.backoff_max") +
              ")");
    }
  }

  [[nodiscard]] std::string origin_of(std::string_view key) const {
    return std::ranges::find(loaded_.sources, key, &effective_value::key)->origin;
  }

  loaded_options loaded_;
  options scratch_;
  objective_drafts objectives_;
  std::map<std::string, std::string> places_;  // of an origin, where that is a file
  std::string text_;
  std::size_t problems_ = 0;
};

/// The names of the environments that a folder offers, for a message.
std::string environments_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".yaml" && entry.path().stem() != "default") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::ranges::sort(names);
  std::string line;
  for (const auto& name : names) line += concat({line.empty() ? "" : ", ", name});
  return line.empty() ? "none" : line;
}

void apply_environment(const config_request& request, builder& into) {
  const auto file = request.folder / (request.environment + ".yaml");
  const bool is_name = request.environment.find_first_of("/\\") == std::string::npos &&
                       request.environment != "default";
  std::error_code ignored;
  if (request.folder.empty() || !is_name || !fs::exists(file, ignored)) {
    const auto where = request.folder.empty() ? "no configuration folder" : request.folder.string();
    return into.problem("unknown environment " + in_quotes(request.environment) + " in " + where +
                        "; there are: " + environments_in(request.folder));
  }
  into.apply_file(file);
}

bool holds_defaults(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "default.yaml", ignored);
}

}  // namespace

std::variant<loaded_options, failure> load_options(const config_request& request) {
  builder layers;
  if (!request.folder.empty()) {
    layers.apply_file(request.folder / "default.yaml");
    layers.values().config_folder = request.folder.string();
  }
  if (!request.environment.empty()) apply_environment(request, layers);
  if (!request.user_file.empty()) layers.apply_file(request.user_file);
  for (const auto& [variable, value] : request.variables) layers.apply_variable(variable, value);
  for (const auto& [key, value] : request.overrides) layers.apply(key, value, "command line", key);
  return std::move(layers).finish();
}

std::optional<failure> check_file(const fs::path& file) {
  builder layers;
  layers.apply_file(file);
  auto result = std::move(layers).finish();
  if (auto* why = std::get_if<failure>(&result)) return std::move(*why);
  return std::nullopt;
}

std::variant<std::pair<std::string, std::string>, failure> parse_override(std::string_view text) {
  const auto split = text.find('=');
  if (split == std::string_view::npos || split == 0) {
    return failure{errc::bad_config,
                   "command line: " + in_quotes(text) + " is not of the form section.key=value"};
  }
  return std::pair{std::string(text.substr(0, split)), std::string(text.substr(split + 1))};
}

std::variant<fs::path, failure> find_config_folder(const std::optional<fs::path>& named,
                                                   const std::optional<std::string>& variable,
                                                   const std::vector<fs::path>& candidates) {
  const auto must_hold = [](const fs::path& folder,
                            const std::string& who) -> std::variant<fs::path, failure> {
    if (holds_defaults(folder)) return folder;
    return failure{errc::bad_config,
                   folder.string() + ": no default.yaml in this folder, which " + who + " names"};
  };
  if (named) return must_hold(*named, "the command line");
  if (variable && !variable->empty()) return must_hold(*variable, "TROUPE_CONFIG_DIR");
  const auto found = std::ranges::find_if(candidates, holds_defaults);
  return found == candidates.end() ? fs::path{} : *found;
}

std::vector<fs::path> config_folders_beside(const fs::path& folder) {
  std::vector<fs::path> candidates{
      (folder / ".." / "share" / "troupe" / "config").lexically_normal()};
  // A build tree lies inside its source tree: build/<preset>/bin. A stray config/ further up is
  // told apart by the list of keys, which only the source tree has.
  std::error_code ignored;
  auto around = folder.lexically_normal();
  for (int up = 0; up < 4 && around.has_relative_path(); ++up, around = around.parent_path()) {
    if (fs::exists(around / "runtime" / "config" / "options.hpp", ignored)) {
      candidates.push_back(around / "config");
    }
  }
  return candidates;
}

}  // namespace troupe
