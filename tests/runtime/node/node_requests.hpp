#pragma once

#include <future>
#include <memory>
#include <utility>

#include "runtime/node/implementation.hpp"
#include "tests/support/shipped_grammar.hpp"

namespace troupe {

inline options quiet() {
  options settings;
  settings.log.level = "off";
  settings.models.classifier.clear();
  settings.config_folder = TROUPE_SOURCE_DIR "/config";
  settings.compute.priority = "normal";
  return settings;
}

inline discovery_request request_for(traffic_group_ptr input,
                                     duration budget = std::chrono::seconds(20)) {
  discovery_request request;
  request.input = std::move(input);
  request.budget = budget;
  return request;
}

inline const discovery_result& result_in(const discovery_outcome& got) {
  return *std::get<discovery_result_ptr>(got);
}

/// The real stages, with one replaced.
inline node_parts parts_with(stage which, stage_function instead) {
  auto table = make_stage_table(nullptr, test::shipped_grammar());
  table[static_cast<std::size_t>(which)] = std::move(instead);
  return {std::make_shared<const stage_table>(std::move(table)), 0, {}};
}

inline discovery_outcome ask(node::implementation& node, discovery_request request) {
  std::promise<discovery_outcome> answer;
  node.discover(std::move(request),
                [&](discovery_outcome got) { answer.set_value(std::move(got)); });
  return answer.get_future().get();
}

}  // namespace troupe
