#include <ostream>

#include "runtime/cli/sinks.hpp"

namespace troupe::cli {
namespace {

/// Collects one input at a time and writes it as one object.
class json_writer : public result_sink {
 public:
  json_writer(output to, bool as_list) : to_(std::move(to)), as_list_(as_list) {}

  failure begin(const std::string& path, const ingest_result& input) override {
    answer_ = {};
    answer_.input = path;
    answer_.unused = input.report.refused;
    return {};
  }

  failure add(const wire::group_answer& group) override {
    answer_.groups.push_back(group);
    return {};
  }

  void end(const failure& problem) override {
    answer_.error = problem;
    write();
  }

  void refuse(const std::string& path, const failure& why) override {
    answer_ = {};
    answer_.input = path;
    answer_.error = why;
    write();
  }

  failure finish(bool has_results) override {
    if (as_list_) to_.stream_for("", "") << (any_ ? "]\n" : "[]\n");
    return to_.close(has_results);
  }

  bool shows_unused() const override { return true; }

  bool abandoned() const override { return to_.abandoned(); }

 private:
  void write() {
    auto& stream = to_.stream_for(stem_of(answer_.input), ".json");
    if (as_list_) stream << (any_ ? ",\n" : "[\n");
    stream << wire::to_json(answer_, true);
    if (!as_list_) stream << '\n';
    to_.end_part();
    any_ = true;
    answer_ = {};
  }

  output to_;
  bool as_list_;
  bool any_ = false;
  wire::answer answer_;
};

}  // namespace

std::unique_ptr<result_sink> json_sink(output to, bool as_list) {
  const bool list = as_list && !to.is_folder();
  return std::make_unique<json_writer>(std::move(to), list);
}

}  // namespace troupe::cli
