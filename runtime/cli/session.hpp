#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "actors/ingest/input.hpp"
#include "actors/pipeline/grammar/grammar_model.hpp"
#include "messages/discovery.hpp"
#include "runtime/cli/console.hpp"
#include "runtime/cli/progress_line.hpp"
#include "runtime/config/options.hpp"
#include "runtime/node.hpp"
#include "runtime/wire/answer.hpp"
#include "runtime/wire/stored_format.hpp"

namespace troupe::cli {

/// Where results go: one kind for each --format.
class result_sink {
 public:
  result_sink() = default;
  result_sink(const result_sink&) = delete;
  result_sink& operator=(const result_sink&) = delete;
  virtual ~result_sink() = default;

  /// An input was read; its groups follow. Refuses what it could not write anyway.
  [[nodiscard]] virtual failure begin(const std::string& path, const ingest_result& input) = 0;
  /// One group: a result, the reason why there is none, or neither (no payload to look at). The
  /// failure says why nothing of it is in the output, where that is so.
  [[nodiscard]] virtual failure add(const wire::group_answer& group) = 0;
  /// The last group of the input was added; `problem` says why that is not everything.
  virtual void end(const failure& problem) = 0;
  /// An input of which nothing could be read.
  virtual void refuse(const std::string& path, const failure& why) = 0;
  /// All inputs are through; without any result a report of an earlier run stays. The failure says
  /// what could not be written.
  [[nodiscard]] virtual failure finish(bool has_results) = 0;
  /// Whether the output says what of the input was not used.
  [[nodiscard]] virtual bool shows_unused() const { return false; }
  /// Nobody reads the output any more.
  [[nodiscard]] virtual bool abandoned() const = 0;
};

/// What is asked about each group.
struct question {
  quality_mode mode = quality_mode::accurate;
  validation_level level = validation_level::standard;
  duration budget = std::chrono::seconds(60);
  std::uint64_t seed = 0;
  std::vector<stage> only;                                         // empty: all
  std::vector<std::string> groups;                                 // names; empty: all
  std::shared_ptr<const std::vector<wire::stored_format>> stored;  // to be refined; nothing: none
  std::shared_ptr<const grammar_model> grammar;                    // to refine with
};

/// Reads inputs one after another and asks a node, started when the first one can be read, about
/// each of their groups. One input is in memory at a time.
class session {
 public:
  session(console& io, options settings, question what);
  ~session();

  [[nodiscard]] exit_code run(const std::vector<std::string>& files, result_sink& to);

 private:
  struct counts {
    std::size_t done = 0;
    std::size_t refused = 0;
    std::size_t late = 0;
  };

  void handle(const std::string& path, result_sink& to);
  void handle_groups(const std::string& path, const ingest_result& input, result_sink& to);
  [[nodiscard]] std::vector<traffic_group_ptr> wanted(const ingest_result& input);
  /// Hands the groups on and says how many of them were asked about.
  [[nodiscard]] std::size_t answer_groups(const std::string& path,
                                          const std::vector<traffic_group_ptr>& groups,
                                          result_sink& to);
  [[nodiscard]] std::variant<discovery_result_ptr, failure> ask(const std::string& path,
                                                                const traffic_group_ptr& group,
                                                                std::size_t before,
                                                                std::size_t groups);
  [[nodiscard]] std::variant<discovery_result_ptr, failure> ask_refined(
      const std::string& path, const traffic_group_ptr& group, bool only_one);
  void count(const std::string& path, const wire::group_answer& answer, const failure& left_out);
  void tell_unused(const std::string& path, const ingest_result& input, const result_sink& to);
  [[nodiscard]] exit_code check_group_names();
  [[nodiscard]] failure start_node();
  [[nodiscard]] bool interrupted();
  [[nodiscard]] exit_code verdict() const;

  console& io_;
  options settings_;
  question what_;
  time_point started_;
  std::unique_ptr<node> node_;
  counts counts_;
  std::set<std::string> group_names_;  // of all inputs, where some were asked for by name
  failure fatal_;                      // the node did not start, or the output cannot be written
  std::string signal_;                 // that asked to stop
  std::string stopped_at_;             // " after 3 of 9 groups of x.pcap"
};

}  // namespace troupe::cli
