#include "actors/cache/cache_shard_actor.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {
constexpr duration flush_period = std::chrono::milliseconds(100);  // metrics are read each second
constexpr duration finest_tick = std::chrono::milliseconds(1);     // of whoever waits
}  // namespace

cache_shard_state::cache_shard_state(handle::pointer self, dependencies with)
    : self_(self), with_(std::move(with)), random_(with_.seed), flights_(with_.flight) {}

cache_shard_state::~cache_shard_state() { with_.probe->update(with_.entries->count(), 0); }

caf::result<cache_answer> cache_shard_state::look_up(const cache_lookup& asked) {
  const auto now = with_.time.now(self_);
  auto found = with_.entries->find(asked.key, now, asked.accept_stale_up_to);
  const bool ask_store = with_.store_first && store_ && asked.wait_until > now;
  if (!found || (ask_store && found->result)) return missed(asked, now);
  cache_answer out{std::move(found->result), std::move(found->why), found->age, found->stale, 0};
  // One of those who are served something stale computes it anew; nobody waits for that.
  if (out.stale) out.ticket = flights_.ask(asked.key, 0, asked.deadline, now).ticket;
  if (out.ticket != 0) {
    with_.probe->revalidated();
    arm(now);
  }
  return out;
}

caf::result<cache_answer> cache_shard_state::missed(const cache_lookup& asked, time_point now) {
  if (asked.wait_until <= now) return cache_answer{};
  auto made = self_->make_response_promise<cache_answer>();
  const auto who = open_.add(made, std::min(asked.wait_until, asked.deadline));
  if (asked.last_up_to > duration{0}) {
    if (auto old = with_.entries->last(asked.key, now, asked.last_up_to)) {
      last_.emplace(who, *std::move(old));
    }
  }
  const auto seat = flights_.ask(asked.key, who, asked.deadline, now);
  if (seat.is == single_flight::role::follows) {
    with_.probe->followed();
    follows_.emplace(who, asked.key);
  } else if (seat.is == single_flight::role::leads && store_) {
    fetch(asked, who, seat.ticket, now);
  } else {
    lead(who, seat.ticket);
  }
  arm(now);
  return made;
}

// A ticket of 0 is nobody's: who has it computes for itself.
void cache_shard_state::lead(std::uint64_t who, std::uint64_t ticket) {
  cache_answer none;
  none.ticket = ticket;
  answer(who, std::move(none));
}

void cache_shard_state::fetch(const cache_lookup& asked, std::uint64_t who, std::uint64_t ticket,
                              time_point now) {
  fetching_.emplace(who, ticket);
  fetch_ends_.emplace_back(now + with_.store_patience, who);
  self_->request(store_, caf::infinite, store_get{asked.key, asked.model_version})
      .then([this, asked, who](const store_value& got) { fetched(asked, who, &got); },
            [this, asked, who](const caf::error&) { fetched(asked, who, nullptr); });
}

// A value that is no result for this key, too old, or of an invalidated model is none.
cache_answer cache_shard_state::accept(const cache_lookup& asked, const store_value& got,
                                       time_point now) {
  cache_answer out;
  if (!got.bytes) return out;
  auto read = decode(*got.bytes, asked.key, asked.model_version);
  if (const auto* why = std::get_if<misread>(&read)) {
    with_.probe->misread(*why);
    return out;
  }
  auto& stored = std::get<stored_result>(read);
  const auto age = std::max(stored.header.held_for - got.left, duration{0});
  if (age >= with_.entries->life(1)) return out;
  const auto begun = now - age;  // at the latest
  if (!with_.entries->insert(asked.key, valued(stored.result, asked.model_version, begun, age), now,
                             draw())) {
    return out;
  }
  out.result = std::move(stored.result);
  out.age = age;
  return out;
}

// What the store brings is kept and told even if who asked has begun to compute meanwhile.
void cache_shard_state::fetched(const cache_lookup& asked, std::uint64_t who,
                                const store_value* got) {
  const auto now = with_.time.now(self_);
  cache_answer out;
  if (got != nullptr) {
    out = accept(asked, *got, now);
  } else if (with_.store_first) {
    if (const auto held = with_.entries->find(asked.key, now, asked.accept_stale_up_to)) {
      out = {held->result, held->why, held->age, held->stale, 0};
    }
  }
  const auto waits = fetching_.extract(who);
  if (out.known()) {
    if (!waits.empty()) answer(who, out);
    tell_followers(asked.key, out);
  } else if (!waits.empty()) {
    lead(who, waits.mapped());
  }
}

void cache_shard_state::answer(std::uint64_t who, cache_answer what) {
  follows_.erase(who);
  if (const auto old = last_.extract(who); !old.empty() && !what.known()) {
    what.last = old.mapped().result;
    what.last_age = old.mapped().age;
  }
  open_.answer(who, std::move(what));
}

void cache_shard_state::tell_followers(const content_hash& key, const cache_answer& what) {
  for (const auto who : flights_.done(key)) answer(who, what);
}

double cache_shard_state::draw() { return std::uniform_real_distribution<double>(0, 1)(random_); }

void cache_shard_state::keep(const cache_insert& insert) {
  if (!insert.result && !insert.why) return;  // says nothing
  const auto now = with_.time.now(self_);
  const auto drawn = draw();
  result_cache::value what;
  what.result = insert.result;
  what.why = insert.why;
  what.bytes = insert.result ? weight_of(*insert.result) : weight_of(insert.why);
  what.model_version = insert.model_version;
  what.begun = insert.begun;
  const bool kept = with_.entries->insert(insert.key, std::move(what), now, drawn);
  if (kept && store_ && insert.result) {
    const auto hold = with_.entries->life(drawn);
    self_->send(store_, store_put{insert.key, insert.model_version,
                                  std::make_shared<const std::string>(encode(
                                      *insert.result, {insert.key, insert.model_version, hold})),
                                  hold});
  }
  if (kept) return tell_followers(insert.key, {insert.result, insert.why});
  // Of a model that was invalidated meanwhile: whoever asked after that computes anew.
  for (const auto who : flights_.done(insert.key)) lead(who, 0);
}

cache_sampled cache_shard_state::sample(const cache_sample& asked) {
  const auto held = with_.entries->count().entries;
  return {with_.entries->sample(asked.first, asked.count, with_.time.now(self_)),
          held > asked.first && held - asked.first > asked.count};
}

warm_counts cache_shard_state::warm(const cache_warm& with) {
  warm_counts out;
  const auto now = with_.time.now(self_);
  for (const auto& one : with.entries) {
    result_cache::value what;
    what.result = one.result;
    what.bytes = one.bytes;
    what.model_version = one.model_version;
    what.age = one.age;
    what.begun = now - one.age;  // at the latest
    out.add(with_.entries->warm(one.key, std::move(what), now, draw()));
  }
  return out;
}

void cache_shard_state::promote(const std::optional<single_flight::successor>& next) {
  if (!next) return;
  with_.probe->took_over();
  lead(next->who, next->ticket);
}

void cache_shard_state::tick() {
  const auto now = with_.time.now(self_);
  for (; !fetch_ends_.empty() && fetch_ends_.front().first <= now; fetch_ends_.pop_front()) {
    const auto late = fetching_.extract(fetch_ends_.front().second);
    if (!late.empty()) lead(late.key(), late.mapped());
  }
  while (const auto who = open_.first_due(now)) {
    if (const auto found = follows_.find(*who); found != follows_.end()) {
      flights_.leave(found->second, *who);
    }
    const auto turn = fetching_.extract(*who);
    lead(*who, turn.empty() ? 0 : turn.mapped());
  }
  for (const auto& next : flights_.overdue(now)) promote(next);
  if (now - last_flush_ >= flush_period || now < last_flush_) {
    last_flush_ = now;
    with_.probe->update(with_.entries->count(), flights_.waiting());
  }
  arm(now);
}

// Timers are not taken back: an earlier one makes the later one find nothing to do.
void cache_shard_state::arm(time_point now) {
  auto due = last_flush_ + flush_period;
  if (!fetch_ends_.empty()) due = std::min(due, fetch_ends_.front().first);
  if (const auto first = open_.next_due()) due = std::min(due, *first);
  if (const auto first = flights_.next_due()) due = std::min(due, *first);
  due = std::max(due, now + finest_tick);
  if (armed_for_ > now && armed_for_ <= due) return;
  armed_for_ = due;
  with_.time.after(self_, due - now, tick_atom::value);
}

cache_shard_state::handle::behavior_type cache_shard_state::make_behavior() {
  last_flush_ = with_.time.now(self_);
  arm(last_flush_);
  return {
      [this](const cache_lookup& asked) { return look_up(asked); },
      [this](const cache_sample& asked) { return sample(asked); },
      [this](const cache_warm& with) { return warm(with); },
      [this](const cache_insert& insert) { keep(insert); },
      [this](const cache_abandon& one) {
        promote(flights_.abandon(one.key, one.ticket, with_.time.now(self_)));
      },
      [this](const cache_invalidate& which) {
        with_.entries->invalidate(which.model_version, with_.time.now(self_));
      },
      [this](const store_route& route) { store_ = route.actor; },
      [this](tick_atom) { tick(); },
  };
}

}  // namespace troupe
