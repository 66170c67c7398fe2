#pragma once

#include <prometheus/registry.h>

#include <memory>
#include <utility>

namespace troupe::test {

/// A probe together with the registry that it writes to: actors may use it until they end.
template <class Probe, class... Args>
std::shared_ptr<Probe> make_probe(Args... args) {
  struct both {
    explicit both(Args... with) : probe(registry, std::move(with)...) {}
    prometheus::Registry registry;
    Probe probe;
  };
  auto made = std::make_shared<both>(std::move(args)...);
  return {made, &made->probe};
}

}  // namespace troupe::test
