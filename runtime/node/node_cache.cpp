// What a node does with its cache as a whole: forgets, shows, saves, hears that it was warmed.

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/node/implementation.hpp"
#include "runtime/store/saved_answers.hpp"

namespace troupe {

namespace {

using clock = std::chrono::steady_clock;

constexpr auto question_limit = std::chrono::seconds(1);
constexpr auto save_limit = std::chrono::seconds(5);
constexpr std::uint64_t ranks_at_once = 256;  // over all shards

}  // namespace

void node::implementation::invalidate_cache(std::optional<std::uint64_t> version) {
  log_.info("cache_invalidated", {{"model", version ? std::to_string(*version) : "all"}});
  who_->invalidate({version});
}

std::variant<std::string, failure> node::implementation::cache_page(std::uint64_t from) {
  const std::shared_lock hold(life_);
  if (!condition_->ready) return failure{errc::unavailable, "the node is starting or stopping"};
  return read_cache(from);
}

// Entries are numbered through the shards: number n is of rank n / shards in shard n % shards.
std::variant<std::string, failure> node::implementation::read_cache(std::uint64_t from) {
  const auto shards = who_->shards();
  if (shards.empty() || shards.size() < settings_.cache.shards) {
    return failure{errc::unavailable, "a part of the cache is not there: try again"};
  }
  page_writer page;
  const auto written = stamp_now();  // first: what is asked for later is younger at no entry's cost
  const auto first = from / shards.size();
  const auto ranks = std::max<std::uint64_t>(1, ranks_at_once / shards.size());
  std::vector<std::pair<std::uint64_t, cached_entry>> numbered;
  bool more = false;
  failure why;
  const visit of_this_thread;
  caf::scoped_actor self(world_->system);
  for (std::size_t i = 0; i < shards.size() && !why; ++i) {
    self->request(shards[i], question_limit, cache_sample{first, static_cast<std::uint32_t>(ranks)})
        .receive(
            [&](cache_sampled& got) {
              more = more || got.more;
              for (auto& [rank, entry] : got.entries) {
                numbered.emplace_back(rank * shards.size() + i, std::move(entry));
              }
            },
            [&](const caf::error& error) { why = to_failure(error); });
  }
  if (why) return why;
  std::ranges::sort(numbered, {}, &std::pair<std::uint64_t, cached_entry>::first);
  for (const auto& [number, entry] : numbered) {
    if (number >= from && !page.add(entry)) return page.finish(number, written);
  }
  return page.finish(more ? (first + ranks) * shards.size() : 0, written);
}

void node::implementation::save_cache(bool was_ready) {
  const auto& file = settings_.cache.save_to;
  if (file.empty() || !settings_.cache.enabled || !root_ || condition_->dead) return;
  if (!was_ready || condition_->warming.runs()) {  // what is there is less than the file has
    log_.warn("cache_not_saved",
              {{"file", file}, {"reason", "the node stops before its cache was warmed"}});
    return;
  }
  const auto until = clock::now() + save_limit;
  const auto saved_all =
      save_answers(file, [&](std::uint64_t from) -> std::variant<std::string, failure> {
        if (clock::now() < until) return read_cache(from);
        return failure{errc::deadline_exceeded, "the disk is too slow to save the cache"};
      });
  if (const auto* why = std::get_if<failure>(&saved_all)) {
    log_.warn("cache_not_saved", {{"file", file}, {"reason", why->what}});
    return;
  }
  const auto& [entries, bytes] = std::get<saved>(saved_all);
  log_.info(
      "cache_saved",
      {{"file", file}, {"entries", std::to_string(entries)}, {"bytes", std::to_string(bytes)}});
}

// Holds what it needs: an actor that a stop left behind may tell of it after the node is gone.
std::function<void(const warm_counts&, const failure&)> node::implementation::warmed_teller() {
  return [condition = condition_, log = log_, from = settings_.cache.warm_from](
             const warm_counts& counts, const failure& why) {
    condition->warming.over(why, clock::now());
    const auto kept = counts.of(warm_outcome::kept);
    std::uint64_t all = 0;
    for (const auto each : counts.by_outcome) all += each;
    const std::array<log_field, 4> fields{
        log_field{"from", from}, log_field{"kept", std::to_string(kept)},
        log_field{"refused", std::to_string(all - kept)}, log_field{"problem", why.what}};
    log.say(why ? log_level::warn : log_level::info, "cache_warmed", fields, {});
  };
}

}  // namespace troupe
