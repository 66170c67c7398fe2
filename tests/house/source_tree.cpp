#include "tests/house/source_tree.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>

namespace troupe::house {
namespace {

constexpr std::size_t size_limit_bytes = 1U << 20U;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Blanks comments and literals of one C++ text, line by line; newlines stay.
///
///   code --//--> line_comment --newline--> code      code --" or '--> literal --same mark--> code
///   code --/*--> block_comment --*/--> code          code --R"x(--> raw --)x"--> code
class blanker {
 public:
  explicit blanker(std::string_view text) : in_(text), out_(text) {}

  std::string run() {
    while (at_ < in_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const auto rest = in_.substr(at_);
    if (rest.starts_with("//")) return blank_to(in_.find('\n', at_));
    if (rest.starts_with("/*")) return blank_past(in_.find("*/", at_ + 2), 2);
    if (rest.starts_with("R\"") && !after_word()) return raw_string();
    // a mark inside a number (10'000) opens no literal
    if (rest.front() == '"' || (rest.front() == '\'' && !after_word()))
      return literal(rest.front());
    ++at_;
  }

  [[nodiscard]] bool after_word() const { return at_ > 0 && is_word(in_[at_ - 1]); }

  void raw_string() {
    const auto open = in_.find('(', at_);
    if (open == std::string_view::npos) return blank_to(open);
    std::string close(1, ')');
    close.append(in_.substr(at_ + 2, open - at_ - 2)).append(1, '"');
    blank_past(in_.find(close, open), close.size());
  }

  void literal(char mark) {
    auto end = at_ + 1;
    while (end < in_.size() && in_[end] != mark && in_[end] != '\n')
      end += in_[end] == '\\' ? 2U : 1U;
    blank_past(end, 1);
  }

  void blank_past(std::size_t end, std::size_t tail) {
    blank_to(end == std::string_view::npos ? end : end + tail);
  }

  void blank_to(std::size_t end) {
    for (end = std::min(end, in_.size()); at_ < end; ++at_) {
      if (in_[at_] != '\n') out_[at_] = ' ';
    }
  }

  std::string_view in_;
  std::string out_;
  std::size_t at_ = 0;
};

std::vector<std::string> cut(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool is_left_out(const std::string& name) {
  constexpr std::array names{"build", ".git", "node_modules", "__pycache__"};
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool is_cpp(std::string_view path) { return path.ends_with(".hpp") || path.ends_with(".cpp"); }

source_lines to_lines(std::string_view path, std::string_view text) {
  const auto texts = cut(text);
  const auto codes = is_cpp(path) ? cut(blanker(text).run()) : texts;
  source_lines lines;
  for (std::size_t i = 0; i < texts.size(); ++i) lines.push_back({texts[i], codes[i]});
  return lines;
}

std::vector<include_line> includes_of(const source_lines& lines) {
  std::vector<include_line> found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& text = lines[i].text;
    if (!lines[i].code.starts_with("#include")) continue;
    const auto open = text.find_first_of("\"<");
    if (open == std::string::npos) continue;
    const auto close = text.find(text[open] == '<' ? '>' : '"', open + 1);
    if (close == std::string::npos) continue;
    found.push_back({text.substr(open + 1, close - open - 1), text[open] == '"', i + 1});
  }
  return found;
}

source_tree read_tree(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  source_tree tree;
  for (auto entry = fs::recursive_directory_iterator(root);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (is_left_out(entry->path().filename().string())) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file() || entry->file_size() > size_limit_bytes) continue;
    std::ifstream file(entry->path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.find('\0') != std::string::npos) continue;  // not a text
    const auto path = fs::relative(entry->path(), root).generic_string();
    tree.emplace(path, to_lines(path, text));
  }
  return tree;
}

}  // namespace troupe::house
