#pragma once

#include <functional>
#include <memory>
#include <variant>

#include "messages/store.hpp"

namespace troupe {

/// The way to a store outside of the process, for the one actor that links to it. Every call has
/// one reply, in the order of the calls; all are `lost` when the connection breaks. It connects by
/// itself, again and again, and says so (`up`, `down`).
///
/// No call blocks. `tell` may be called on any thread, but not after `stop` has returned.
class store_io {
 public:
  using command = std::variant<store_get, store_put, store_forget>;

  store_io() = default;
  store_io(const store_io&) = delete;
  store_io& operator=(const store_io&) = delete;
  virtual ~store_io() = default;

  virtual void start(std::function<void(store_reply)> tell) = 0;
  virtual void submit(std::uint64_t call, command what) = 0;
  /// The connection is of no use: break it and begin anew.
  virtual void drop() = 0;
  virtual void stop() = 0;
};

/// Makes the way for one incarnation of the link.
using store_io_maker = std::function<std::unique_ptr<store_io>()>;

}  // namespace troupe
