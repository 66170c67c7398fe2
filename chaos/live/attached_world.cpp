#include "chaos/live/attached_world.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "chaos/live/wire_answer.hpp"
#include "chaos/verdict/words.hpp"

namespace troupe::chaos {

namespace {

constexpr duration question_limit = std::chrono::seconds(2);

}  // namespace

attached_world::~attached_world() {
  switch_all_off();
  if (process_ >= 0) close(process_);
}

void attached_world::start() {
  const auto got = client_.get(url_ + "/v1/chaos", question_limit, "X-Chaos-Key: " + key_);
  const auto body = nlohmann::json::parse(got.body, nullptr, false);
  if (got.status != 200) {
    const auto why = got.status == 0 ? got.error
                     : body.is_object() && body.contains("error")
                         ? body["error"].value("what", "")
                         : words({"HTTP status ", std::to_string(got.status)});
    throw std::runtime_error(words({url_, ": ", why}));
  }
  number_ = body.is_object() ? body.value("process", 0) : 0;
  process_ = number_ > 0 ? static_cast<int>(syscall(SYS_pidfd_open, number_, 0)) : -1;
  if (process_ < 0) {
    throw std::runtime_error(
        words({url_, ": its process ", std::to_string(number_), " is not on this machine"}));
  }
}

std::vector<place> attached_world::places() const { return {{1, "", actor_kind::supervisor}}; }

world::open_jobs attached_world::count_jobs() {
  open_jobs out;
  if (pause_ticket_ != 0) return out;
  const auto page = client_.get(url_ + "/metrics", question_limit);
  if (page.status == 200) count_jobs_on(page.body, out);
  return out;
}

void attached_world::ask(std::uint32_t, std::uint32_t, discovery_request request,
                         answer_call done) {
  ask_node(client_, loop(), url_, request, std::move(done));
}

void attached_world::pause_node(std::uint32_t) {
  if (pause_ticket_ != 0) return;
  pause_ticket_ = guard().will_continue(number_);
  syscall(SYS_pidfd_send_signal, process_, SIGSTOP, nullptr, 0);
}

void attached_world::resume_node(std::uint32_t) {
  if (pause_ticket_ == 0) return;
  syscall(SYS_pidfd_send_signal, process_, SIGCONT, nullptr, 0);
  guard().forget(std::exchange(pause_ticket_, 0));
}

}  // namespace troupe::chaos
