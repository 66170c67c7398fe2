#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "actors/cache/result_cache.hpp"
#include "actors/discovery/cached_answer.hpp"
#include "messages/coordinator.hpp"
#include "runtime/supervision/router.hpp"

namespace troupe {

/// What is repeated by whoever brought it last: a level in front of the cache shards (a "near
/// cache"). The gateway's router has one, which saves a repeated request four of six messages; so
/// has the node's front (`front_cache`).
///
/// Holds only answers that were computed, so that nothing grows older than cache.time_to_live.
class near_cache final : public shortcut<coordinator_job, discovery_result_ptr> {
 public:
  /// `invalidations` counts: whenever it has changed, everything here is forgotten.
  near_cache(result_cache::options limits, std::uint64_t model_version,
             std::shared_ptr<const std::atomic<std::uint64_t>> invalidations)
      : held_(limits),
        model_version_(model_version),
        invalidations_(std::move(invalidations)),
        seen_(*invalidations_) {}

  [[nodiscard]] std::optional<discovery_result_ptr> find(const coordinator_job& job,
                                                         time_point now) override {
    forget_if_told([&] { return now; });
    const auto found = look_up(job, now);
    if (!found) return std::nullopt;
    return answer(*found, job, now);
  }

  void keep(const coordinator_job& job, const discovery_result_ptr& answer,
            time_point now) override {
    auto what = kept_of(job, answer);
    if (!what) return;
    forget_if_told([&] { return now; });
    insert(job, *std::move(what), now);
  }

  // The steps of both, for who holds a lock over some of them.

  /// `now()` is asked after it was seen that everything is to be forgotten.
  template <class Now>
  void forget_if_told(const Now& now) {
    const auto told = invalidations_->load();
    if (std::exchange(seen_, told) != told) held_.invalidate(std::nullopt, now());
  }

  [[nodiscard]] std::optional<result_cache::known> look_up(const coordinator_job& job,
                                                           time_point now) {
    if (!job.request.use_cache || !job.request.input || now >= job.deadline) return std::nullopt;
    auto found = held_.find(key_of(job), now);
    if (!found || found->result->input != job.input) return std::nullopt;
    return found;
  }

  [[nodiscard]] static discovery_result_ptr answer(const result_cache::known& found,
                                                   const coordinator_job& job, time_point now) {
    return from_cache(*found.result, job.request, job.deadline - job.accepted, now - job.accepted,
                      found.age);
  }

  /// What is to be kept of an answer; nothing of one that is not whole or not new.
  [[nodiscard]] std::optional<result_cache::value> kept_of(
      const coordinator_job& job, const discovery_result_ptr& answer) const {
    if (!job.request.use_cache || !answer || answer->partial || answer->from_cache) return {};
    if (answer->used != fallback::none) return {};  // who takes none must not get it
    return valued(answer, model_version_, job.accepted);
  }

  void insert(const coordinator_job& job, result_cache::value what, time_point now) {
    held_.insert(key_of(job), std::move(what), now);
  }

 private:
  [[nodiscard]] content_hash key_of(const coordinator_job& job) const {
    return cache_key(job.input, job.request, model_version_);
  }

  result_cache held_;
  std::uint64_t model_version_;
  std::shared_ptr<const std::atomic<std::uint64_t>> invalidations_;
  std::uint64_t seen_;
};

}  // namespace troupe
