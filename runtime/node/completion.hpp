#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "messages/caf.hpp"
#include "runtime/node.hpp"

namespace troupe {

/// The duty to answer one caller outside the actor world, exactly once: the first `deliver` wins,
/// and letting go of it undelivered answers `unavailable`. Thread-safe.
class completion {
 public:
  explicit completion(std::function<void(discovery_outcome)> done) : done_(std::move(done)) {}
  completion(const completion&) = delete;
  completion& operator=(const completion&) = delete;
  ~completion() { deliver(failure{errc::unavailable, "the actor that held this request ended"}); }

  void deliver(discovery_outcome outcome) {
    if (!delivered_.exchange(true)) done_(std::move(outcome));
  }

 private:
  std::function<void(discovery_outcome)> done_;
  std::atomic<bool> delivered_ = false;
};

/// A completion as a table of open requests wants it.
struct completion_promise {
  std::shared_ptr<completion> whom;

  void deliver(discovery_result_ptr result) { whom->deliver(std::move(result)); }
  void deliver(const caf::error& error) { whom->deliver(to_failure(error)); }
};

}  // namespace troupe
