#include <nlohmann/json.hpp>
#include <ostream>

#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "runtime/cli/sinks.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

using nlohmann::ordered_json;

// The number of a message in its file: the line from 0, or the place in the group where the file
// is a capture (one packet can hold several messages).
std::uint64_t index_of(const traffic_group& input, std::uint32_t at) {
  const bool has_lines = input.l4 == transport::none && input.messages[at].source > 0;
  return has_lines ? input.messages[at].source - 1 : at;
}

class score_object {
 public:
  explicit score_object(const traffic_group& input) : input_(input) {}

  void add(std::uint32_t at, const parsed_message& parsed) {
    const auto index = index_of(input_, at);
    auto boundaries = ordered_json::array();
    for (const auto& leaf : parsed.fields) {
      if (leaf.offset > 0 && leaf.size > 0) boundaries.push_back(leaf.offset);
      add_type(index, input_.payload(input_.messages[at]), leaf);
    }
    messages_.push_back({{"index", index}, {"boundaries", std::move(boundaries)}});
    clusters_.push_back({{"index", index}, {"label", parsed.type}});
  }

  ordered_json finish(const std::string& path, const discovery_result& result) {
    ordered_json out;
    out["protocol"] = wire::clean_text(stem_of(path));
    out["group"] = wire::clean_text(input_.name);
    out["messages"] = std::move(messages_);
    out["types"] = std::move(types_);
    out["clusters"] = std::move(clusters_);
    out["seconds"] = std::chrono::duration<double>(result.took).count();
    return out;
  }

 private:
  void add_type(std::uint64_t index, std::span<const std::uint8_t> message,
                const parsed_field& leaf) {
    const auto name = score_type_name(leaf.kind, message.subspan(leaf.offset, leaf.size));
    if (name.empty() || leaf.size == 0) return;
    types_.push_back(
        {{"index", index}, {"offset", leaf.offset}, {"length", leaf.size}, {"type", name}});
  }

  const traffic_group& input_;
  ordered_json messages_ = ordered_json::array();
  ordered_json types_ = ordered_json::array();
  ordered_json clusters_ = ordered_json::array();
};

class score_writer : public result_sink {
 public:
  score_writer(output to, bool as_list) : to_(std::move(to)), as_list_(as_list) {}

  failure begin(const std::string& path, const ingest_result& input) override {
    path_ = path;
    // Several groups of one capture are several objects, so they need a list too.
    listed_ = as_list_ || input.groups.size() > 1;
    if (to_.is_folder()) any_ = false;
    stream_ = &to_.stream_for(stem_of(path), ".json");
    return {};
  }

  failure add(const wire::group_answer& group) override {
    const auto* result = std::get_if<discovery_result_ptr>(&group.outcome);
    if (result == nullptr || *result == nullptr) return {};
    score_object object(*group.input);
    if ((*result)->found.grammar) {
      const parser executable((*result)->found.grammar);
      for (std::uint32_t at = 0; at < group.input->messages.size(); ++at) {
        const auto& message = group.input->messages[at];
        object.add(at, executable.parse(group.input->payload(message), message.dir));
      }
    }
    if (listed_) *stream_ << (any_ ? ",\n" : "[\n");
    *stream_ << object.finish(path_, **result).dump();
    any_ = true;
    return {};
  }

  void end(const failure&) override {
    if (to_.is_folder()) close_list();
    to_.end_part();
  }

  void refuse(const std::string&, const failure&) override {}

  failure finish(bool has_results) override {
    if (!to_.is_folder()) {
      if (stream_ == nullptr) stream_ = &to_.stream_for("", "");
      close_list();
    }
    return to_.close(has_results);
  }

  bool abandoned() const override { return to_.abandoned(); }

 private:
  void close_list() {
    const bool list = listed_ || as_list_ || !any_;
    if (list) *stream_ << (any_ ? "\n]" : "[]");
    *stream_ << '\n';
  }

  output to_;
  bool as_list_;
  bool listed_ = false;
  bool any_ = false;
  std::string path_;
  std::ostream* stream_ = nullptr;
};

}  // namespace

std::unique_ptr<result_sink> score_sink(output to, bool as_list) {
  const bool list = as_list && !to.is_folder();
  return std::make_unique<score_writer>(std::move(to), list);
}

}  // namespace troupe::cli
