#include "chaos/live/child_process_world.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "chaos/live/wire_answer.hpp"
#include "chaos/verdict/words.hpp"

namespace troupe::chaos {

namespace {

using namespace std::chrono_literals;

constexpr duration start_limit = 20s;
constexpr duration stop_limit = 20s;
constexpr duration poll_distance = 10ms;
constexpr duration metrics_limit = 1s;
constexpr std::uint64_t disk_bytes = 4U << 20U;

}  // namespace

child_process_world::child_process_world(std::uint64_t seed, std::uint32_t nodes,
                                         const overrides& settings, bool needs_disk)
    : live_world(seed, nodes), settings_(settings), troupe_(find_troupe()) {
  if (needs_disk) disk_ = std::make_unique<small_disk>(guard(), disk_bytes);
}

child_process_world::~child_process_world() {
  switch_all_off();
  stopping_ = true;
}

std::vector<std::string> child_process_world::arguments_of(std::uint32_t number) const {
  const auto name = words({"n", std::to_string(number)});
  std::vector<std::pair<std::string, std::string>> keys{
      {"http.port", "0"},
      {"node.name", name},
      {"log.file", disk_ ? (disk_->folder() / name).string() : "/dev/null"},
      {"log.level", disk_ ? "debug" : "warn"}};
  keys.insert(keys.end(), settings_.begin(), settings_.end());
  std::vector<std::string> out{"node"};
  for (const auto& [key, value] : keys) {
    out.emplace_back("--set");
    out.push_back(words({key, "=", value}));
  }
  return out;
}

bool child_process_world::all_are(bool up) const {
  return std::ranges::all_of(nodes_, [up](const auto& one) {
    return up ? !one.second.url.empty() : one.second.child == nullptr;
  });
}

void child_process_world::start() {
  for (std::uint32_t number = 1; number <= nodes(); ++number) start_node(number);
  const auto limit = now() + start_limit;
  while (!all_are(true) && now() < limit) run_until(now() + poll_distance);
  if (!all_are(true)) throw std::runtime_error("a child node did not start; its message is above");
}

void child_process_world::start_node(std::uint32_t number) {
  if (stopping_) return;
  auto& node = nodes_[number];
  const auto start = ++node.start;
  node.end_expected = false;
  node.child = std::make_unique<child_node>(
      guard(), troupe_, arguments_of(number),
      child_node::calls{[this, number, start](const std::string& url) {
                          loop().post([this, number, start, url] { came_up(number, start, url); });
                        },
                        [this, number, start](const child_node::ending& how) {
                          loop().post([this, number, start, how] { gone(number, start, how); });
                        }});
}

void child_process_world::came_up(std::uint32_t number, std::uint64_t start,
                                  const std::string& url) {
  auto& node = nodes_.at(number);
  if (node.start != start || !node.child) return;
  node.url = url;
  record({event_record::kind::node_up, now(), number, "", "", start, true, 0, {}});
}

void child_process_world::gone(std::uint32_t number, std::uint64_t start,
                               const child_node::ending& how) {
  auto& node = nodes_.at(number);
  if (node.start != start || !node.child) return;
  const bool orderly = stopping_ && how.clean;
  record({event_record::kind::node_down, now(), number, "", how.why, start, orderly, 0, {}});
  if (!orderly && !node.end_expected) {
    told().unexpected_ends.push_back(words({"n", std::to_string(number), ": ", how.why}));
  }
  resume_node(number);  // nobody need be told any more
  node.child.reset();
  node.url.clear();
  if (stopping_) return;
  const auto down = node.end_expected ? node.down : duration{1s};  // its operator, else
  after(down, [this, number] { start_node(number); });
}

void child_process_world::stop() {
  stopping_ = true;
  for (auto& [number, node] : nodes_) {
    if (node.child) node.child->signal(SIGTERM);
  }
  const auto limit = now() + stop_limit;
  while (!all_are(false) && now() < limit) run_until(now() + poll_distance);
}

std::size_t child_process_world::actors_running() {
  return static_cast<std::size_t>(
      std::ranges::count_if(nodes_, [](const auto& one) { return one.second.child != nullptr; }));
}

std::vector<place> child_process_world::places() const {
  std::vector<place> out;
  for (const auto& [number, node] : nodes_) {
    if (node.child) out.push_back({number, "", actor_kind::supervisor});
  }
  return out;
}

// Asked of nodes that can answer; a node that stands still keeps its own counsel.
world::open_jobs child_process_world::count_jobs() {
  open_jobs out;
  for (const auto& [number, node] : nodes_) {
    if (node.url.empty() || node.pause_ticket != 0) continue;
    const auto page = client_.get(node.url + "/metrics", metrics_limit);
    if (page.status == 200) {
      count_jobs_on(page.body, out);
    } else {
      out.known = false;
    }
  }
  return out;
}

void child_process_world::ask(std::uint32_t, std::uint32_t served_by, discovery_request request,
                              answer_call done) {
  const auto& node = nodes_[served_by];
  if (node.url.empty()) {
    return done(failure{errc::unavailable, "the node is not running"}, now());
  }
  ask_node(client_, loop(), node.url, request, std::move(done));
}

bool child_process_world::crash_node(std::uint32_t number, duration down) {
  auto& node = nodes_.at(number);
  if (!node.child || node.url.empty()) return false;
  node.end_expected = true;
  node.down = down;
  node.child->signal(SIGKILL);
  return true;
}

bool child_process_world::pause_node(std::uint32_t number) {
  auto& node = nodes_.at(number);
  if (!node.child || node.pause_ticket != 0) return false;
  node.pause_ticket = guard().will_continue(node.child->process());
  return node.child->signal(SIGSTOP);
}

void child_process_world::resume_node(std::uint32_t number) {
  auto& node = nodes_.at(number);
  if (!node.child || node.pause_ticket == 0) return;
  node.child->signal(SIGCONT);
  guard().forget(std::exchange(node.pause_ticket, 0));
}

// One disk for all of them: it is full for each when it is for one.
void child_process_world::fill_disk(std::uint32_t, std::function<void()> failed) {
  if (!disk_) return;
  if (!failed) return disk_->clear();
  if (disk_->fill() > 0) failed();
}

}  // namespace troupe::chaos
