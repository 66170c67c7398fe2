#include "runtime/config/reader.hpp"

#include "runtime/config/objectives.hpp"
#include "runtime/config/texts.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <sstream>

namespace troupe {
namespace {

/// Ends the parse at the first thing that no configuration has. Never leaves this file.
struct refused {
  std::size_t line;
  std::string why;
};

std::size_t line_of(const YAML::Mark& mark) {
  return mark.line < 0 ? 0 : static_cast<std::size_t>(mark.line) + 1;
}

/// Takes the parser's events. No tree is built, so nesting and aliases cost nothing.
class collector final : public YAML::EventHandler {
 public:
  std::vector<written_setting> settings;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw refused{line_of(mark), "a second document begins"};
  }
  void OnDocumentEnd() override {}
  void OnMapEnd() override {
    field_.reset();
    if (--depth_ < 2) section_.reset();
    key_.reset();
  }
  void OnSequenceEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    if (depth_ == 0) return;                               // a file of comments only
    if (depth_ == 1 && section_) return section_.reset();  // a section without keys
    if ((depth_ == 2 && key_) || field_) throw refused{key_line_, name() + " has no value"};
    throw refused{line_of(mark), "a key is missing"};
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    throw refused{line_of(mark), "aliases (*name) are not part of a configuration"};
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {
    throw refused{line_of(mark), where() + "a list stands where a value belongs"};
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    if (depth_ == 1 && !section_) throw refused{line_of(mark), "a mapping stands as a key"};
    if (depth_ == 2 && !key_) throw refused{line_of(mark), where() + "a mapping stands as a key"};
    if (depth_ == 3 || (depth_ == 2 && *section_ != objectives_section))
      throw refused{line_of(mark), where() + "a mapping stands where a value belongs"};
    ++depth_;
  }
  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    switch (depth_) {
      case 0: throw refused{line_of(mark), "expected sections, found the text " + in_quotes(value)};
      case 1: return take_section(mark, value);
      case 2: return take_key(mark, value);
      default: return take_field(mark, value);
    }
  }

 private:
  void take_section(const YAML::Mark& mark, const std::string& value) {
    if (section_) {
      throw refused{line_of(mark), "section " + in_quotes(*section_) +
                                       " needs keys below it, found the text " + in_quotes(value)};
    }
    section_ = value;
    remember(value, mark, "section ");
  }

  void take_key(const YAML::Mark& mark, const std::string& value) {
    if (!key_) return begin(key_, mark, value);
    if (*section_ == objectives_section) {
      throw refused{line_of(mark), in_quotes(name()) + " needs fields below it, found the text " +
                                       in_quotes(value)};
    }
    take_value(key_, mark, value);
  }

  void take_field(const YAML::Mark& mark, const std::string& value) {
    if (!field_) return begin(field_, mark, value);
    take_value(field_, mark, value);
  }

  void begin(std::optional<std::string>& level, const YAML::Mark& mark, const std::string& value) {
    level = value;
    key_line_ = line_of(mark);
    remember(name(), mark, "key ");
  }

  void take_value(std::optional<std::string>& level, const YAML::Mark& mark,
                  const std::string& value) {
    if (settings.size() >= config_text_limit::settings) {
      throw refused{line_of(mark), "more than 4096 keys"};
    }
    settings.push_back({name(), value, line_of(mark)});
    level.reset();
  }

  void remember(const std::string& word, const YAML::Mark& mark, std::string_view kind) {
    const auto [entry, is_new] = seen_.emplace(word, line_of(mark));
    if (is_new) return;
    throw refused{line_of(mark), std::string(kind) + in_quotes(word) +
                                     " stands twice, first in line " +
                                     std::to_string(entry->second)};
  }

  [[nodiscard]] std::string name() const {
    return *section_ + "." + *key_ + (field_ ? "." + *field_ : "");
  }
  [[nodiscard]] std::string where() const {
    if (section_ && key_) return in_quotes(name()) + ": ";
    return section_ ? in_quotes(*section_) + ": " : "";
  }

  int documents_ = 0;
  int depth_ = 0;
  std::optional<std::string> section_;
  std::optional<std::string> key_;
  std::optional<std::string> field_;  // of an objective, which is a mapping itself
  std::size_t key_line_ = 0;
  std::map<std::string, std::size_t> seen_;
};

failure bad(const std::string& name, std::size_t line, const std::string& why) {
  const auto place = line == 0 ? name : name + ":" + std::to_string(line);
  return {errc::bad_config, place + ": " + why};
}

}  // namespace

std::variant<std::vector<written_setting>, failure> read_settings(std::string_view text,
                                                                  const std::string& name) {
  if (text.size() > config_text_limit::bytes) {
    return bad(name, 0, "larger than 256KiB: this is not a configuration file");
  }
  if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
    return bad(name, 0,
               "has a zero byte at offset " + std::to_string(zero) + ": this is not a text file");
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    collector events;
    while (parser.HandleNextDocument(events)) {
    }
    return std::move(events.settings);
  } catch (const refused& reason) {
    return bad(name, reason.line, reason.why);
  } catch (const YAML::Exception& error) {
    return bad(name, line_of(error.mark), "not valid YAML: " + error.msg);
  } catch (const std::exception& error) {
    return bad(name, 0, std::string("cannot be read as YAML: ") + error.what());
  }
}

}  // namespace troupe
