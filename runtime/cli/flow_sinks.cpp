#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "runtime/cli/report/input_report.hpp"
#include "runtime/cli/report/table.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/cli/sinks.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

/// A conversation with its name.
struct named_flow {
  std::string l4;
  std::string client;
  std::string server;
  verdict named;
  std::string why_not;  // why there is no verdict; empty when there is
};

// Why a flow has no verdict; empty where the classifier looked at it.
std::string why_unnamed(const wire::group_answer& group, std::size_t at, bool has_messages) {
  if (const auto* why = std::get_if<failure>(&group.outcome)) return why->what;
  if (group.input->flows[at].opening.empty())
    return has_messages ? "opening not kept" : "no payload";
  const auto& result = std::get<discovery_result_ptr>(group.outcome);
  if (result == nullptr) return "payload cut by the capture";
  const auto* named = result->found.protocol.get();
  if (named == nullptr) return why_missing(*result, stage::classifier);
  if (at < named->flows.size() && named->flows[at].segments_used > 0) return {};
  return named->cut_short ? "not reached in time" : "not classified";
}

std::vector<bool> flows_with_messages(const traffic_group& input) {
  std::vector<bool> out(input.flows.size());
  for (const auto& one : input.messages) out[one.flow] = true;
  return out;
}

std::vector<named_flow> flows_of(const wire::group_answer& group) {
  const auto* result = std::get_if<discovery_result_ptr>(&group.outcome);
  const classification* named =
      result != nullptr && *result != nullptr ? (*result)->found.protocol.get() : nullptr;
  const auto has_messages = flows_with_messages(*group.input);
  std::vector<named_flow> out;
  for (std::size_t at = 0; at < group.input->flows.size(); ++at) {
    const auto& flow = group.input->flows[at];
    named_flow one{transport_name(*group.input), flow.client, flow.server, {}, {}};
    one.why_not = why_unnamed(group, at, has_messages[at]);
    if (one.why_not.empty()) one.named = named->flows[at];
    out.push_back(std::move(one));
  }
  return out;
}

// Also where the classifier looked and would not say.
std::string why_unknown(const named_flow& flow) {
  if (!flow.why_not.empty()) return flow.why_not;
  return flow.named.evidence.empty() ? "abstained" : flow.named.evidence.back();
}

/// The flows of one input in the order in which they came. Endpoints that talk again are the same
/// flow: its first name stands.
class flow_list {
 public:
  void add(named_flow flow) {
    // Sorted, so that both directions are one.
    const auto& [first, second] = std::minmax(flow.client, flow.server);
    const auto key = flow.l4 + ' ' + first + ' ' + second;
    const auto [known, is_new] = index_.try_emplace(key, flows_.size());
    if (is_new) {
      flows_.push_back(std::move(flow));
    } else if (!flows_[known->second].named.label && flow.named.label) {
      flows_[known->second] = std::move(flow);
    }
  }

  void clear() {
    flows_.clear();
    index_.clear();
  }

  [[nodiscard]] const std::vector<named_flow>& all() const noexcept { return flows_; }

 private:
  std::vector<named_flow> flows_;
  std::map<std::string, std::size_t> index_;
};

class flow_sink : public result_sink {
 public:
  flow_sink(output to, std::string ending) : to_(std::move(to)), ending_(std::move(ending)) {}

  failure begin(const std::string& path, const ingest_result& input) override {
    path_ = path;
    flows_.clear();
    stream_ = &to_.stream_for(stem_of(path), ending_);
    write_header(input);
    return {};
  }

  failure add(const wire::group_answer& group) override {
    for (auto& flow : flows_of(group)) flows_.add(std::move(flow));
    return {};
  }

  void end(const failure& problem) override {
    write(flows_.all(), problem);
    stream_->flush();
    to_.end_part();
  }

  void refuse(const std::string&, const failure&) override {}
  failure finish(bool has_results) override { return to_.close(has_results); }
  bool abandoned() const override { return to_.abandoned(); }

 protected:
  virtual void write_header(const ingest_result& input) = 0;
  virtual void write(const std::vector<named_flow>& flows, const failure& problem) = 0;

  [[nodiscard]] std::ostream& stream() { return *stream_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  output to_;
  std::string ending_;
  std::string path_;
  std::ostream* stream_ = nullptr;
  flow_list flows_;
};

class flow_lines : public flow_sink {
 public:
  explicit flow_lines(output to) : flow_sink(std::move(to), ".jsonl") {}

 protected:
  void write_header(const ingest_result&) override {}

  void write(const std::vector<named_flow>& flows, const failure&) override {
    for (const auto& flow : flows) {
      nlohmann::ordered_json line;
      line["file"] = wire::clean_text(base_name(path()));
      line["l4"] = flow.l4;
      line["endpoint_a"] = std::min(flow.client, flow.server);
      line["endpoint_b"] = std::max(flow.client, flow.server);
      line["label"] = nullptr;
      if (flow.named.label) line["label"] = wire::clean_text(*flow.named.label);
      line["confidence"] = flow.named.confidence;
      line["packets_used"] = flow.named.packets_used;
      if (!flow.named.label) line["why"] = wire::clean_text(why_unknown(flow));
      stream() << line.dump() << '\n';
    }
  }
};

class flow_table : public flow_sink {
 public:
  flow_table(output to, style look) : flow_sink(std::move(to), ".txt"), look_(look) {}

 protected:
  void write_header(const ingest_result& input) override {
    if (!first_) stream() << '\n';
    first_ = false;
    stream() << input_header(path(), input.report, input.groups, look_);
  }

  void write(const std::vector<named_flow>& flows, const failure& problem) override {
    const bool is_wide = look_.width >= 120;
    std::vector<column> columns{{"", false, false},      {"client", false, true},
                                {"server", false, true}, {"protocol", false, true},
                                {"sure", true, false},   {"packets", true, false}};
    if (is_wide) columns.push_back({"why", false, true});
    table rows(std::move(columns));
    for (const auto& flow : flows) {
      const auto& named = flow.named;
      std::vector<cell> cells{
          {flow.l4, ink::dim},
          {flow.client},
          {flow.server},
          named.label ? cell{wire::clean_text(*named.label), ink::strong} : unnamed(flow),
          named.label ? cell{percent(named.confidence), judged(named.confidence)} : cell{},
          {named.packets_used == 0 ? "" : std::to_string(named.packets_used)}};
      if (is_wide) cells.push_back({why(named), ink::dim});
      rows.add(std::move(cells));
    }
    if (!flows.empty()) stream() << rows.text(look_, 2);
    if (problem) stream() << problem_line(problem, look_);
  }

 private:
  static cell unnamed(const named_flow& flow) {
    if (!flow.why_not.empty()) return {wire::clean_text(flow.why_not), ink::dim};
    const auto& named = flow.named;
    if (named.candidates.empty()) return {"unknown", ink::doubtful};
    const auto& best = named.candidates.front();
    return {"unknown (" + wire::clean_text(best.label) + "? " + percent(best.confidence) + ")",
            ink::doubtful};
  }

  static std::string why(const verdict& named) {
    return named.evidence.empty() ? "" : wire::clean_text(named.evidence.front());
  }

  style look_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<result_sink> flow_table_sink(output to, style look) {
  return std::make_unique<flow_table>(std::move(to), look);
}

std::unique_ptr<result_sink> flow_lines_sink(output to) {
  return std::make_unique<flow_lines>(std::move(to));
}

}  // namespace troupe::cli
