#include "runtime/config/pages.hpp"

#include <string_view>

#include "runtime/config/keys.hpp"
#include "runtime/config/objectives.hpp"
#include "runtime/config/texts.hpp"

namespace troupe {
namespace {

/// A value as YAML text: quoted where it would otherwise be empty.
std::string yaml_value(const config_key& key, const options& defaults) {
  const auto value = text_of(key, defaults);
  return value.empty() ? "\"\"" : value;
}

constexpr std::string_view yaml_head =
    R"(# Every key of Troupe with its default. Made from runtime/config/keys.cpp; a test compares the two.
# Overlaid by <environment>.yaml, a file of yours (--config), TROUPE__SECTION__KEY variables and the
# command line. Durations: ns us ms s m h. Sizes: B KiB MiB GiB. `troupe config show` says what holds.
)";

constexpr std::string_view page_head = R"(# Configuration

Every key of `config/default.yaml`. This page is made from `runtime/config/keys.cpp`; a test compares
the two.

Later sources win: built-in values, `default.yaml`, `<environment>.yaml` beside it (`development`,
`production`), a file of yours, environment variables, the command line. The variable of the key
`http.port` is `TROUPE__HTTP__PORT`. An unknown key or a bad value stops the start and names file,
line, key, value and what is allowed. `troupe config show` prints every value and where it came from;
`troupe config check FILE` judges a file.

The folder is the one on the command line, or else `TROUPE_CONFIG_DIR`, or else the one installed
beside the executable (`../share/troupe/config`), or else the source tree's. Without any, the built-in
values serve: they are those of this page.

Durations are written with ns, us, ms, s, m or h (`100ms`), sizes with B, KiB, MiB or GiB (`64MiB`).
)";

}  // namespace

std::string default_yaml() {
  const options defaults;
  std::string text(yaml_head);
  std::string_view section;
  for (const auto& key : config_keys()) {
    if (key.section() != section) {
      section = key.section();
      text += concat({"\n", section, ":\n"});
    }
    const auto value = yaml_value(key, defaults);
    text += concat({"  # ", key.meaning, "\n  ", key.member(), ": ", value, "\n"});
  }
  return text + objectives_yaml();
}

std::string configuration_page() {
  const options defaults;
  std::string text(page_head);
  std::string_view section;
  for (const auto& key : config_keys()) {
    if (key.section() != section) {
      section = key.section();
      text += concat(
          {"\n## ", section, "\n\n| key | default | takes | meaning |\n|---|---|---|---|\n"});
    }
    const auto value = yaml_value(key, defaults);
    const auto takes = allowed_values(key);
    text += concat({"| `", key.name, "` | `", value, "` | ", takes, " | ", key.meaning, " |\n"});
  }
  return text + objectives_page();
}

}  // namespace troupe
