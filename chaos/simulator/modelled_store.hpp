#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chaos/simulator/simulation.hpp"
#include "messages/store_io.hpp"

namespace troupe::chaos {

/// The Redis that the nodes of a simulation share, as far as they see it: answers in order and
/// after a while, forgets what its time is over, can stall (takes calls, answers none) and can give
/// back something else than was put.
class modelled_store : public std::enable_shared_from_this<modelled_store> {
 public:
  explicit modelled_store(simulation& in) : in_(in) {}
  modelled_store(const modelled_store&) = delete;
  modelled_store& operator=(const modelled_store&) = delete;

  /// A node's way to it.
  [[nodiscard]] std::unique_ptr<store_io> link();

  /// Set: no call is answered; told of each. Empty: all that waited are answered.
  void stall(std::function<void()> told);
  /// Set: what becomes of a value on its way back.
  void spoil(std::function<std::string(std::string)> how) { spoil_ = std::move(how); }

 private:
  class way;
  struct connection;
  struct value {
    std::shared_ptr<const std::string> bytes;
    time_point until;
  };
  using name = std::pair<std::uint64_t, content_hash>;  // model version and key

  void connect(const std::shared_ptr<connection>& who);
  void answer(const std::shared_ptr<connection>& who);
  [[nodiscard]] store_reply carry_out(std::uint64_t call, const store_io::command& what);

  simulation& in_;
  std::map<name, value> holds_;
  std::function<void()> stalled_;
  std::function<std::string(std::string)> spoil_;
  std::vector<std::weak_ptr<connection>> connections_;
};

}  // namespace troupe::chaos
