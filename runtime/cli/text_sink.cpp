#include <algorithm>
#include <ostream>

#include "actors/pipeline/parser/parser.hpp"
#include "runtime/cli/report/group_report.hpp"
#include "runtime/cli/report/input_report.hpp"
#include "runtime/cli/sinks.hpp"

namespace troupe::cli {
namespace {

constexpr std::size_t samples_shown = 6;

std::vector<sample> samples_of(const traffic_group& input, const findings& found) {
  if (!found.grammar) return {};
  const parser executable(found.grammar);
  if (executable.refused()) return {};
  return choose_samples(input, *found.grammar, samples_shown, [&](std::uint32_t at) {
    const auto& message = input.messages[at];
    return executable.parse(input.payload(message), message.dir);
  });
}

class report_writer : public result_sink {
 public:
  report_writer(output to, style look) : to_(std::move(to)), look_(look) {}

  failure begin(const std::string& path, const ingest_result& input) override {
    stream_ = &to_.stream_for(stem_of(path), ".txt");
    if (!first_ && !to_.is_folder()) *stream_ << '\n';
    first_ = false;
    unused_ = input.report.refused;
    summary_.clear();
    *stream_ << input_header(path, input.report, input.groups, look_);
    return to_.flush();
  }

  failure add(const wire::group_answer& group) override {
    summary_.push_back(summary_of(group));
    const auto* result = std::get_if<discovery_result_ptr>(&group.outcome);
    if (const auto* why = std::get_if<failure>(&group.outcome)) {
      // Of those that nobody looked at, the summary says enough.
      if (why->code == errc::cancelled) return {};
      *stream_ << '\n' << group_line(*group.input, "no result: " + why->what, look_);
    } else if (*result != nullptr) {
      *stream_ << '\n'
               << group_report({group.input, *result, samples_of(*group.input, (*result)->found)},
                               look_);
    }
    stream_->flush();
    return {};
  }

  void end(const failure& problem) override {
    *stream_ << group_summary(summary_, look_) << unused_section(unused_, look_);
    if (problem) *stream_ << problem_line(problem, look_);
    stream_->flush();
    to_.end_part();
  }

  void refuse(const std::string&, const failure&) override {}  // said on the error stream
  failure finish(bool has_results) override { return to_.close(has_results); }
  bool shows_unused() const override { return true; }
  bool abandoned() const override { return to_.abandoned(); }

 private:
  output to_;
  style look_;
  std::ostream* stream_ = nullptr;
  std::vector<unused_input> unused_;
  std::vector<group_summary_row> summary_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<result_sink> text_sink(output to, style look) {
  return std::make_unique<report_writer>(std::move(to), look);
}

}  // namespace troupe::cli
