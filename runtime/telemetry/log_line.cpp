#include "runtime/telemetry/log_line.hpp"

#include <algorithm>

#include "runtime/telemetry/json_text.hpp"

namespace troupe {
namespace {

/// Whether a value can stand in a text line as it is, without being taken for something else.
bool is_plain(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
  });
}

void append_value(std::string& line, std::string_view value, bool plain_allowed) {
  if (plain_allowed && is_plain(value) && value.size() <= log_value_limit) {
    line += value;
  } else if (value.size() <= log_value_limit) {
    append_json(line, value);
  } else {
    const auto cut = value.size() - log_value_limit;
    append_json(line, std::string(value.substr(0, log_value_limit)) + "... and " +
                          std::to_string(cut) + " bytes");
  }
}

void append_text(std::string& line, std::string_view key, std::string_view value) {
  line += ' ';
  line += key;
  line += '=';
  append_value(line, value, true);
}

void append_member(std::string& line, std::string_view key, std::string_view value) {
  line += ',';
  append_json(line, key);
  line += ':';
  append_value(line, value, false);
}

template <class Append>
void append_all(std::string& line, std::span<const log_field> fields, const log_context& context,
                Append append) {
  for (const auto& field : fields) append(line, field.key, field.value);
  if (context.request) append(line, "request", std::to_string(context.request.value));
  if (context.trace != trace_id{}) append(line, "trace", to_string(context.trace));
}

}  // namespace

std::string render_text(std::string_view event, std::span<const log_field> fields,
                        const log_context& context) {
  std::string line(event);
  append_all(line, fields, context, append_text);
  return line;
}

std::string render_json(std::string_view event, std::span<const log_field> fields,
                        const log_context& context) {
  std::string line = "\"event\":";
  append_json(line, event);
  append_all(line, fields, context, append_member);
  return line;
}

}  // namespace troupe
