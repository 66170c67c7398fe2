#include "actors/ingest/group_store.hpp"

#include <algorithm>

#include "actors/ingest/framing_rule.hpp"
#include "actors/ingest/group_build.hpp"

namespace troupe::ingest {

namespace {

// A group's framing is learnt from so much of its streams; more of them are cut as they come.
constexpr std::uint64_t enough_to_learn_bytes = std::uint64_t{4} << 20U;

constexpr std::uint64_t with_slack(std::uint64_t budget) noexcept { return budget + budget / 4; }

// Adds the pieces of one conversation to the streams that a rule is learnt from.
void add_stretches(const conversation& flow, std::vector<stretch>& to) {
  std::optional<std::size_t> current[2];
  std::size_t at = 0;
  const auto& held = flow.tcp->held;
  for (std::size_t i = 0; i < held.size(); ++i) {
    const auto& one = held[i];
    auto& mine = current[one.from_a ? 0 : 1];
    if (!mine || one.piece.gap_before || one.piece.begins) {
      mine = to.size();
      to.emplace_back().begins = one.piece.begins;
    }
    auto& into = to[*mine];
    const auto bytes = byte_view(flow.tcp->held_bytes).subspan(at, one.size);
    into.bytes.insert(into.bytes.end(), bytes.begin(), bytes.end());
    const bool turn = i + 1 == held.size() || held[i + 1].from_a != one.from_a;
    into.marks.push_back({static_cast<std::uint32_t>(into.bytes.size()), turn});
    at += one.size;
  }
}

}  // namespace

void group_store::add_flow(conversation& flow) { buckets_[flow.key].flows.push_back(flow.id); }

void group_store::add_message(conversation& flow, byte_view bytes, bool from_a,
                              const origin& from) {
  auto& into = buckets_[flow.key];
  const auto kept = at_most(bytes, options_.message_limit_bytes);
  pool_message(into, flow, {kept, from.packet, from, from_a, bytes.size()});
}

void group_store::add_unused(conversation& flow, std::string_view reason, std::uint64_t bytes,
                             const origin& from) {
  buckets_[flow.key].unused.add(reason, 1, bytes, packet_place(from.packet));
}

void group_store::pool_message(bucket& into, conversation& flow, const cut_message& message) {
  ++flow.messages;
  flow.bytes += message.wire_bytes;
  if (message.wire_bytes > message.bytes.size()) {
    into.unused.add("end of a message over the limit of " +
                        std::to_string(options_.message_limit_bytes) + " bytes",
                    1, message.wire_bytes - message.bytes.size(),
                    packet_place(message.from.packet));
  }
  pooled_message made;
  made.order = message.order;
  made.serial = ++serial_;
  made.source = message.from.packet;
  made.time = message.from.time;
  made.flow = flow.id;
  made.from_a = message.from_a;
  pooled_bytes_ -= into.pool.used_bytes();
  into.pool.add(made, message.bytes, options_.seed);
  pooled_bytes_ += into.pool.used_bytes();
  fit_budgets(into);
}

void group_store::fit_budgets(bucket& last) {
  if (last.pool.payload_bytes() > with_slack(options_.group_budget_bytes) ||
      last.pool.messages().size() > with_slack(options_.group_budget_messages)) {
    pooled_bytes_ -= last.pool.used_bytes();
    last.pool.shrink(options_.group_budget_bytes, options_.group_budget_messages);
    pooled_bytes_ += last.pool.used_bytes();
  }
  if (pooled_bytes_ <= options_.total_budget_bytes) return;
  // Lower the largest groups to one level, so that a quarter is free again.
  const auto goal = options_.total_budget_bytes - options_.total_budget_bytes / 4;
  std::vector<bucket*> by_size;
  for (auto& [key, one] : buckets_) by_size.push_back(&one);
  std::sort(by_size.begin(), by_size.end(), [](const bucket* a, const bucket* b) {
    return a->pool.used_bytes() < b->pool.used_bytes();
  });
  auto left = goal;
  for (std::size_t i = 0; i < by_size.size(); ++i) {
    const auto level = left / (by_size.size() - i);
    auto& pool = by_size[i]->pool;
    const auto used = pool.used_bytes();
    if (used > level) {
      const auto payload = static_cast<double>(pool.payload_bytes());
      const auto share = static_cast<double>(level) / static_cast<double>(used);
      const auto count = static_cast<double>(pool.messages().size());
      pool.shrink(static_cast<std::uint64_t>(payload * share),
                  static_cast<std::uint64_t>(count * share));
    }
    left -= std::min(left, pool.used_bytes());
    pooled_bytes_ = pooled_bytes_ - used + pool.used_bytes();
  }
}

void group_store::add_piece(conversation& flow, const stream_piece& piece, bool from_a) {
  auto& into = buckets_[flow.key];
  auto& tcp = *flow.tcp;
  if (into.rule) {
    if (!tcp.held.empty() || !tcp.cutter) cut_held(into, flow);
    return cut(into, flow, piece, from_a);
  }
  const auto size = static_cast<std::uint32_t>(piece.bytes.size());
  tcp.held.push_back({piece, size, from_a});
  tcp.held.back().piece.bytes = {};
  tcp.held_bytes.insert(tcp.held_bytes.end(), piece.bytes.begin(), piece.bytes.end());
  const auto cost = size + sizeof(held_piece);
  into.held_bytes += cost;
  held_bytes_ += cost;
  if (into.held_bytes > enough_to_learn_bytes) learn(into);
  if (held_bytes_ > options_.held_budget_bytes) release_held();
}

void group_store::learn(bucket& from) {
  std::vector<stretch> streams;
  std::uint64_t total = 0;
  for (const auto id : from.flows) {
    if (from.rule || total > enough_to_learn_bytes) break;
    if (!flows_[id].tcp || flows_[id].tcp->held.empty()) continue;
    add_stretches(flows_[id], streams);
    total += flows_[id].tcp->held_bytes.size();
  }
  if (!from.rule) from.rule = learn_framing(streams);
  streams.clear();
  for (const auto id : from.flows) {
    if (flows_[id].tcp) cut_held(from, flows_[id]);
  }
  held_bytes_ -= std::min(held_bytes_, from.held_bytes);
  from.held_bytes = 0;
}

void group_store::cut(bucket& into, conversation& flow, const stream_piece& piece, bool from_a) {
  const auto keep = [&](const cut_message& message) { pool_message(into, flow, message); };
  auto& cutter = *flow.tcp->cutter;
  pending_bytes_ -= cutter.pending_bytes();
  cutter.feed(piece, from_a, keep);
  pending_bytes_ += cutter.pending_bytes();
  if (pending_bytes_ > options_.held_budget_bytes) release_pending();
}

// Too many connections are in the middle of a message: the longest ones end here, so that a quarter
// of the budget is free again.
void group_store::release_pending() {
  std::vector<std::pair<std::uint64_t, conversation*>> by_size;
  for (auto& flow : flows_) {
    if (!flow.tcp || !flow.tcp->cutter) continue;
    if (const auto size = flow.tcp->cutter->pending_bytes(); size > 0) {
      by_size.emplace_back(size, &flow);
    }
  }
  std::stable_sort(by_size.begin(), by_size.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [size, flow] : by_size) {
    if (pending_bytes_ <= options_.held_budget_bytes / 4 * 3) break;
    auto& into = buckets_[flow->key];
    flow->tcp->cutter->finish(
        [&, owner = flow](const cut_message& message) { pool_message(into, *owner, message); });
    pending_bytes_ -= size;
  }
}

void group_store::cut_held(bucket& into, conversation& flow) {
  auto& tcp = *flow.tcp;
  if (!tcp.cutter) tcp.cutter.emplace(*into.rule, options_.message_limit_bytes);
  // A hole that was given up late delivers pieces behind those of the other side.
  std::vector<std::size_t> starts;
  std::size_t at = 0;
  for (const auto& one : tcp.held) {
    starts.push_back(at);
    at += one.size;
  }
  std::vector<std::uint32_t> sequence(tcp.held.size());
  for (std::uint32_t i = 0; i < sequence.size(); ++i) sequence[i] = i;
  std::stable_sort(sequence.begin(), sequence.end(), [&](std::uint32_t a, std::uint32_t b) {
    return tcp.held[a].piece.order < tcp.held[b].piece.order;
  });
  for (const auto i : sequence) {
    auto& one = tcp.held[i];
    one.piece.bytes = byte_view(tcp.held_bytes).subspan(starts[i], one.size);
    cut(into, flow, one.piece, one.from_a);
  }
  tcp.held = {};
  tcp.held_bytes = {};
}

void group_store::release_held() {
  std::vector<bucket*> by_size;
  for (auto& [key, one] : buckets_) {
    if (one.held_bytes > 0) by_size.push_back(&one);
  }
  std::sort(by_size.begin(), by_size.end(),
            [](const bucket* a, const bucket* b) { return a->held_bytes > b->held_bytes; });
  for (auto* one : by_size) {
    if (held_bytes_ <= options_.held_budget_bytes - options_.held_budget_bytes / 4) break;
    learn(*one);
  }
}

void group_store::finish_cutting(bucket& into) {
  for (const auto id : into.flows) {
    auto& flow = flows_[id];
    if (!flow.tcp || !flow.tcp->cutter) continue;
    flow.tcp->cutter->finish(
        [&](const cut_message& message) { pool_message(into, flow, message); });
    into.unused.add(flow.tcp->cutter->unused().records());
    flow.tcp.reset();
  }
}

// Flows whose server is known better now go to its group, unless their messages were cut by the
// rule of the group that they are in.
void group_store::regroup(const service_census& census) {
  bucket_map old;
  old.swap(buckets_);
  for (auto& [key, from] : old) {
    auto& kept = buckets_[key];
    kept.rule = std::move(from.rule);
    kept.pool = std::move(from.pool);
    kept.unused.add(from.unused.records());
  }
  for (auto& flow : flows_) {
    const bool cut = flow.tcp && flow.tcp->cutter;
    if (!cut && (flow.key.l4 == transport::tcp || flow.key.l4 == transport::udp)) {
      flow.key.number = a_serves(flow, census) ? flow.a.port : flow.b.port;
    }
    auto& into = buckets_[flow.key];
    into.flows.push_back(flow.id);
    if (flow.tcp) into.held_bytes += flow.tcp->held_bytes.size();
  }
  std::vector<bucket_map::value_type*> all;
  for (auto& one : buckets_) all.push_back(&one);
  for (auto* one : all) move_messages(*one);
}

void group_store::move_messages(bucket_map::value_type& from) {
  auto& messages = from.second.pool.messages();
  for (const auto& message : messages) {
    const auto& key = flows_[message.flow].key;
    if (key == from.first) continue;
    buckets_[key].pool.add(message, from.second.pool.bytes_of(message), options_.seed);
  }
  from.second.pool.remove_if(
      [&](const pooled_message& message) { return flows_[message.flow].key != from.first; });
}

std::vector<bucket_group> group_store::largest_first(tally& refused) {
  std::vector<bucket_group> all;
  for (auto& [key, from] : buckets_) {
    if (from.flows.empty()) {
      refused.add(from.unused.records());
      continue;
    }
    bucket_group one{key, &from.pool, from.rule, {}, &from.unused};
    for (const auto id : from.flows) one.flows.push_back(&flows_[id]);
    all.push_back(std::move(one));
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.messages_seen() > b.messages_seen();
  });
  for (auto i = std::size_t{options_.groups_limit}; i < all.size(); ++i) {
    std::uint64_t packets = 0;
    for (const auto* flow : all[i].flows) packets += flow->packets;
    refused.add("packets of groups over the limit of " + std::to_string(options_.groups_limit),
                packets, all[i].bytes_seen(), group_name(all[i].key));
    *all[i].pool = {};
  }
  if (all.size() > options_.groups_limit) all.resize(options_.groups_limit);
  return all;
}

std::vector<traffic_group_ptr> group_store::finish(const service_census& census, tally& refused) {
  regroup(census);
  for (auto& [key, one] : buckets_) {
    if (key.l4 != transport::tcp) continue;
    learn(one);
    finish_cutting(one);
  }
  std::vector<traffic_group_ptr> groups;
  for (auto& one : largest_first(refused)) {
    one.pool->shrink(options_.group_budget_bytes, options_.group_budget_messages);
    groups.push_back(make_group(one, census, options_));
  }
  return groups;
}

}  // namespace troupe::ingest
