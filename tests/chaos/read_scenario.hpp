#pragma once

#include <stdexcept>
#include <string>

#include "chaos/scenario/scenario.hpp"

namespace troupe::chaos {

inline scenario scenario_of(const std::string& text) {
  auto got = read_scenario(text, "test.yaml");
  if (const auto* why = std::get_if<failure>(&got)) throw std::runtime_error(why->what);
  return std::get<scenario>(std::move(got));
}

}  // namespace troupe::chaos
