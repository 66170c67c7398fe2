#pragma once

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/ids.hpp"

namespace troupe::chaos {

/// Problems of one file, each with its line.
class problems {
 public:
  explicit problems(std::string file) : file_(std::move(file)) {}

  void add(const YAML::Node& where, const std::string& what) {
    const auto line = std::max(where.Mark().line, 0) + 1;  // yaml-cpp counts from 0; -1: nowhere
    lines_ += (lines_.empty() ? "" : "\n") + file_ + ":" + std::to_string(line) + ": " + what;
  }
  [[nodiscard]] bool none() const noexcept { return lines_.empty(); }
  [[nodiscard]] const std::string& text() const noexcept { return lines_; }

 private:
  std::string file_;
  std::string lines_;
};

/// The fields of one YAML map. Whoever reads it asks for every field that it knows; what is left
/// then is a mistake, and `finish` says so.
class yaml_fields {
 public:
  yaml_fields(YAML::Node map, std::string what, problems& into);

  void text(std::string_view name, std::string& into);
  void number(std::string_view name, double& into, double least, double most);
  void count(std::string_view name, std::size_t& into, std::size_t least, std::size_t most);
  /// "5%" or 0.05.
  void share(std::string_view name, double& into);
  /// "20/s" or 20.
  void rate(std::string_view name, double& into);
  void time(std::string_view name, duration& into);
  void bytes(std::string_view name, double& into);
  /// One of these words.
  void word(std::string_view name, std::string& into, const std::vector<std::string_view>& words);
  /// Calls `read` with the node, when there is one.
  void part(std::string_view name, const std::function<void(const YAML::Node&)>& read);

  void finish();

 private:
  [[nodiscard]] YAML::Node take(std::string_view name);
  [[nodiscard]] bool scalar(std::string_view name, std::string& text, YAML::Node& at);

  YAML::Node map_;
  std::string what_;
  problems& into_;
  std::vector<std::string_view> known_;
};

}  // namespace troupe::chaos
