#include "chaos/simulator/modelled_store.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace troupe::chaos {

namespace {

using kind = store_reply::kind;

constexpr duration answer_time = std::chrono::microseconds(150);
constexpr duration reconnect_time = std::chrono::milliseconds(100);

}  // namespace

struct modelled_store::connection {
  std::function<void(store_reply)> tell;  // empty: its link has ended
  bool up = false;
  std::deque<std::pair<std::uint64_t, store_io::command>> calls;  // not answered
};

class modelled_store::way final : public store_io {
 public:
  explicit way(std::shared_ptr<modelled_store> to) : to_(std::move(to)) {}

  void start(std::function<void(store_reply)> tell) override {
    mine_->tell = std::move(tell);
    to_->connections_.push_back(mine_);
    to_->connect(mine_);
  }
  void submit(std::uint64_t call, command what) override {
    if (!mine_->up) return mine_->tell({call, kind::lost});
    mine_->calls.emplace_back(call, std::move(what));
    if (to_->stalled_) return to_->stalled_();
    to_->answer(mine_);
  }
  void drop() override {
    if (!mine_->up) return;
    mine_->up = false;
    mine_->calls.clear();
    mine_->tell({0, kind::down, {}, {}, "it does not answer"});
    to_->connect(mine_);
  }
  void stop() override {
    mine_->tell = {};
    mine_->calls.clear();
  }

 private:
  std::shared_ptr<modelled_store> to_;
  std::shared_ptr<connection> mine_ = std::make_shared<connection>();
};

std::unique_ptr<store_io> modelled_store::link() {
  return std::make_unique<way>(shared_from_this());
}

void modelled_store::connect(const std::shared_ptr<connection>& who) {
  in_.after(reconnect_time, [this, self = weak_from_this(), weak = std::weak_ptr(who)] {
    const auto alive = self.lock();
    const auto one = weak.lock();
    if (!alive || !one || !one->tell) return;
    if (stalled_) return connect(one);
    one->up = true;
    one->tell({0, kind::up});
  });
}

// The oldest call of this connection.
void modelled_store::answer(const std::shared_ptr<connection>& who) {
  in_.after(answer_time, [this, self = weak_from_this(), weak = std::weak_ptr(who)] {
    const auto alive = self.lock();
    const auto one = weak.lock();
    if (!alive || !one || !one->tell || stalled_ || one->calls.empty()) return;
    const auto [call, what] = std::move(one->calls.front());
    one->calls.pop_front();
    one->tell(carry_out(call, what));
  });
}

void modelled_store::stall(std::function<void()> told) {
  stalled_ = std::move(told);
  std::erase_if(connections_, [](const auto& one) { return one.expired(); });
  if (stalled_) return;
  for (const auto& weak : connections_) {
    const auto one = weak.lock();
    for (std::size_t i = 0; i < one->calls.size(); ++i) answer(one);
  }
}

store_reply modelled_store::carry_out(std::uint64_t call, const store_io::command& what) {
  const auto now = in_.now();
  if (const auto* put = std::get_if<store_put>(&what)) {
    holds_[{put->model_version, put->key}] = {put->bytes, now + put->hold};
    return {call, kind::done};
  }
  if (const auto* which = std::get_if<store_forget>(&what)) {
    std::erase_if(holds_, [&](const auto& one) {
      return !which->model_version || one.first.first == *which->model_version;
    });
    return {call, kind::done};
  }
  const auto& asked = std::get<store_get>(what);
  const auto found = holds_.find({asked.model_version, asked.key});
  if (found == holds_.end()) return {call, kind::value};
  if (now >= found->second.until) {
    holds_.erase(found);
    return {call, kind::value};
  }
  auto bytes = found->second.bytes;
  if (spoil_) bytes = std::make_shared<const std::string>(spoil_(*bytes));
  return {call, kind::value, std::move(bytes), found->second.until - now};
}

}  // namespace troupe::chaos
