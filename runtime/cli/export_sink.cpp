#include <ostream>

#include "actors/pipeline/formats/format_text.hpp"
#include "actors/pipeline/formats/state_machine.hpp"
#include "actors/pipeline/parser/kaitai_export.hpp"
#include "actors/pipeline/parser/lua_export.hpp"
#include "actors/pipeline/parser/parser.hpp"
#include "actors/pipeline/parser/scapy_export.hpp"
#include "runtime/cli/report/words.hpp"
#include "runtime/cli/sinks.hpp"

namespace troupe::cli {
namespace {

std::string_view ending_of(export_kind kind) {
  switch (kind) {
    case export_kind::kaitai: return ".ksy";
    case export_kind::lua: return ".lua";
    case export_kind::scapy: return ".py";
    case export_kind::grammar: return ".grammar";
    case export_kind::dot: break;
  }
  return ".dot";
}

std::string exported(export_kind kind, const format& what, const std::string& name,
                     const traffic_group& input) {
  const export_place place{input.l4, input.server_port, input.frames};
  switch (kind) {
    case export_kind::kaitai: return to_kaitai(what, name);
    case export_kind::lua: return to_wireshark_lua(what, name, place);
    case export_kind::scapy: return to_scapy(what, name, place);
    case export_kind::grammar: return to_grammar_text(what, name, input);
    case export_kind::dot: break;
  }
  return to_dot(infer_state_machine(what, input), what, name);
}

class export_writer : public result_sink {
 public:
  export_writer(output to, export_kind kind)
      : to_(std::move(to)), kind_(kind), ending_(ending_of(kind)) {}

  // Two parsers in one file are none: without a folder there is one group, over all inputs.
  failure begin(const std::string& path, const ingest_result& input) override {
    path_ = path;
    if (to_.is_folder()) return {};
    std::string names;
    for (const auto& group : input.groups) {
      if (group->messages.empty()) continue;
      ++groups_;
      names += (names.empty() ? "" : ", ") + group->name;
    }
    if (groups_ <= 1) return {};
    return {errc::bad_config, "one " + ending_ + " holds one group: choose one with --group (" +
                                  path + " has " + names +
                                  ") or name a folder with --output FOLDER/"};
  }

  failure add(const wire::group_answer& group) override {
    const auto* result = std::get_if<discovery_result_ptr>(&group.outcome);
    if (result == nullptr) return {};  // the failure is told already
    if (*result == nullptr) return no_format("it has no payload");
    if (!(*result)->found.grammar) return no_format(why_missing(**result, stage::grammar));
    const auto& grammar = *(*result)->found.grammar;
    const parser executable(grammar);
    if (executable.refused()) return no_format(executable.refused().what);
    const bool from_text = group.input->l4 == transport::none;
    const auto name =
        from_text ? stem_of(path_) : stem_of(path_) + "_" + file_name_of(group.input->name);
    to_.stream_for(name, ending_) << exported(kind_, grammar, name, *group.input);
    to_.end_part();
    return {};
  }

  void end(const failure&) override {}
  void refuse(const std::string&, const failure&) override {}
  failure finish(bool has_results) override { return to_.close(has_results); }
  bool abandoned() const override { return to_.abandoned(); }

 private:
  static failure no_format(const std::string& why) {
    return {errc::grammar_failed, "no format to export: " + why};
  }

  output to_;
  export_kind kind_;
  std::string ending_;
  std::string path_;
  std::size_t groups_ = 0;
};

}  // namespace

std::unique_ptr<result_sink> export_sink(output to, export_kind kind) {
  return std::make_unique<export_writer>(std::move(to), kind);
}

}  // namespace troupe::cli
