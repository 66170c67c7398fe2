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

/// What the gateway's router repeats by itself: the answers that it brought last. A second level in
/// front of the cache shards (a "near cache"), which saves a repeated request four of six messages.
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
    if (!job.request.use_cache || !job.request.input || now >= job.deadline) return std::nullopt;
    forget_if_told(now);
    const auto found = held_.find(key_of(job), now);
    if (!found || found->result->input != job.input) return std::nullopt;
    return from_cache(*found->result, job.request, job.deadline - job.accepted, now - job.accepted,
                      found->age);
  }

  void keep(const coordinator_job& job, const discovery_result_ptr& answer,
            time_point now) override {
    if (!job.request.use_cache || !answer || answer->partial || answer->from_cache) return;
    if (answer->used != fallback::none) return;  // who takes none must not get it
    forget_if_told(now);
    held_.insert(key_of(job), valued(answer, model_version_, job.accepted), now);
  }

 private:
  [[nodiscard]] content_hash key_of(const coordinator_job& job) const {
    return cache_key(job.input, job.request, model_version_);
  }

  void forget_if_told(time_point now) {
    const auto told = invalidations_->load(std::memory_order_relaxed);
    if (std::exchange(seen_, told) != told) held_.invalidate(std::nullopt, now);
  }

  result_cache held_;
  std::uint64_t model_version_;
  std::shared_ptr<const std::atomic<std::uint64_t>> invalidations_;
  std::uint64_t seen_;
};

}  // namespace troupe
