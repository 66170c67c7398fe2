#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "actors/ingest/conversation.hpp"
#include "actors/ingest/group_build.hpp"
#include "actors/ingest/input.hpp"
#include "actors/ingest/message_pool.hpp"
#include "actors/ingest/tally.hpp"

namespace troupe::ingest {

/// The traffic groups while they are being read: holds streams until their framing is learnt, cuts
/// them, and keeps messages within the budgets.
///
///   TCP group: holding --4 MiB seen, or memory is short, or the end--> learn the rule --> cutting
class group_store {
 public:
  group_store(const ingest_options& options, std::deque<conversation>& flows)
      : options_(options), flows_(flows) {}

  /// A new flow, its key already set.
  void add_flow(conversation& flow);
  /// A message that the network delimits.
  void add_message(conversation& flow, byte_view bytes, bool from_a, const origin& from);
  /// Bytes of a TCP stream.
  void add_piece(conversation& flow, const stream_piece& piece, bool from_a);
  /// Something of a flow that makes no message.
  void add_unused(conversation& flow, std::string_view reason, std::uint64_t bytes,
                  const origin& from);

  /// All input was seen. Flows whose server turned out to be another one change groups, the rest is
  /// cut; then the groups are made. What belongs to no group is added to `refused`.
  [[nodiscard]] std::vector<traffic_group_ptr> finish(const service_census& census, tally& refused);

 private:
  struct bucket {
    message_pool pool;
    std::optional<framing> rule;  // TCP: known from when on streams are cut
    std::uint64_t held_bytes = 0;
    std::vector<std::uint32_t> flows;
    tally unused;
  };
  using bucket_map = std::map<service_key, bucket>;

  void pool_message(bucket& into, conversation& flow, const cut_message& message);
  void fit_budgets(bucket& last);
  void learn(bucket& from);
  void cut(bucket& into, conversation& flow, const stream_piece& piece, bool from_a);
  void cut_held(bucket& into, conversation& flow);
  void finish_cutting(bucket& into);
  void release_held();
  void release_pending();
  void regroup(const service_census& census);
  void move_messages(bucket_map::value_type& from);
  [[nodiscard]] std::vector<bucket_group> largest_first(tally& refused);

  const ingest_options& options_;
  std::deque<conversation>& flows_;
  bucket_map buckets_;
  std::uint64_t pooled_bytes_ = 0;
  std::uint64_t held_bytes_ = 0;
  std::uint64_t pending_bytes_ = 0;
  std::uint64_t serial_ = 0;
};

}  // namespace troupe::ingest
