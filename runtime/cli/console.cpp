#include "runtime/cli/console.hpp"

#include <algorithm>
#include <ostream>

#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

// https://no-color.org: set and not empty.
bool colours_unwanted(const console& io) {
  const auto unwanted = io.environment.find("NO_COLOR");
  if (unwanted != io.environment.end() && !unwanted->second.empty()) return true;
  const auto terminal = io.environment.find("TERM");
  return terminal != io.environment.end() && terminal->second == "dumb";
}

}  // namespace

void complain(console& io, std::string_view what) {
  // Several problems come as several lines; each is cleaned apart.
  while (!what.empty()) {
    const auto end = std::min(what.find('\n'), what.size());
    io.err << "troupe: " << wire::clean_text(what.substr(0, end)) << '\n';
    what.remove_prefix(std::min(end + 1, what.size()));
  }
  io.err.flush();
}

style style_for(const console& io, std::string_view color) {
  style look;
  look.colour =
      color == "always" || (color == "auto" && io.out_is_terminal && !colours_unwanted(io));
  look.unicode = io.unicode;
  look.width = std::clamp<std::size_t>(io.width, 60, 200);
  return look;
}

}  // namespace troupe::cli
