// The only file of this room that sees nlohmann::json.
#include "actors/ingest/json_line.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

namespace troupe::ingest {

namespace {

// Picks the four keys out of the events of nlohmann's SAX parser; no tree is built, so that deeply
// nested lines cost nothing. The names of the members are the parser's.
class line_events : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::optional<std::string> hex;
  std::optional<std::string> direction;
  std::optional<double> seconds;
  std::optional<std::string> flow;
  bool is_object = false;

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(std::int64_t value) override {
    return number(static_cast<double>(value), std::to_string(value));
  }
  bool number_unsigned(std::uint64_t value) override {
    return number(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(double value, const std::string& text) override { return number(value, text); }
  bool string(std::string& value) override {
    if (depth_ != 1) return true;
    if (key_ == "hex") hex = std::move(value);
    if (key_ == "direction") direction = std::move(value);
    if (key_ == "flow") flow = std::move(value);
    return true;
  }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*size*/) override {
    is_object = is_object || depth_ == 0;
    ++depth_;
    return true;
  }
  bool key(std::string& value) override {
    if (depth_ == 1) key_ = std::move(value);
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t /*size*/) override {
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*what*/) override {
    error_at = position;
    return false;
  }

  std::size_t error_at = 0;

 private:
  bool number(double value, const std::string& text) {
    if (depth_ != 1) return true;
    if (key_ == "t") seconds = value;
    if (key_ == "flow") flow = text;
    return true;
  }

  std::string key_;
  int depth_ = 0;
};

int digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::variant<line_message, line_error> to_message(line_events& seen) {
  // Eight hundred years: sums of times stay within 64 bits of nanoseconds.
  constexpr double longest_seconds = 2.5e9;
  if (!seen.is_object) return line_error("not a JSON object");
  if (!seen.hex) return line_error("no key \"hex\" with a text");
  if (!seen.direction) return line_error("no key \"direction\" with a text");
  if (!seen.seconds) return line_error("no key \"t\" with a number");
  if (!seen.flow) return line_error("no key \"flow\" with a number or a text");
  if (*seen.direction != "c2s" && *seen.direction != "s2c") {
    return line_error("\"direction\" is neither \"c2s\" nor \"s2c\"");
  }
  if (!std::isfinite(*seen.seconds) || std::fabs(*seen.seconds) > longest_seconds) {
    return line_error("\"t\" is out of range");
  }
  auto bytes = parse_hex(*seen.hex);
  if (const auto* why = std::get_if<line_error>(&bytes)) return "\"hex\": " + *why;
  line_message made;
  made.bytes = std::get<std::vector<std::uint8_t>>(std::move(bytes));
  if (*seen.direction == "s2c") made.dir = direction::server_to_client;
  made.seconds = *seen.seconds;
  made.flow = std::move(*seen.flow);
  return made;
}

}  // namespace

std::variant<line_message, line_error> parse_json_line(std::string_view line) {
  line_events seen;
  if (!nlohmann::json::sax_parse(line.begin(), line.end(), &seen)) {
    return line_error("not JSON");
  }
  return to_message(seen);
}

std::variant<std::vector<std::uint8_t>, line_error> parse_hex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '\t') {
      ++i;
      continue;
    }
    const int high = digit(text[i]);
    if (high < 0) return line_error("not a hexadecimal digit");
    if (i + 1 == text.size()) return line_error("an odd number of digits");
    const int low = digit(text[i + 1]);
    if (low < 0) {
      return line_error(text[i + 1] == ' ' ? "an odd number of digits" : "not a hexadecimal digit");
    }
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    i += 2;
  }
  if (bytes.empty()) return line_error("no bytes");
  return bytes;
}

}  // namespace troupe::ingest
