#include "chaos/live/attached_world.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "chaos/live/wire_answer.hpp"
#include "chaos/verdict/words.hpp"
#include "runtime/node/process_identity.hpp"

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
  const auto refuse = [&](std::string_view why) {
    throw std::runtime_error(words({url_, ": ", why}));
  };
  const auto text = [](const nlohmann::json& in, const char* name) -> std::string {
    const bool is_there = in.is_object() && in.contains(name) && in[name].is_string();
    return is_there ? in[name].get<std::string>() : std::string();
  };
  if (got.status == 0) refuse(got.error);
  if (got.status != 200) {
    const auto why = body.is_object() && body.contains("error") ? text(body["error"], "what") : "";
    refuse(why.empty() ? words({"HTTP status ", std::to_string(got.status)}) : why);
  }
  const bool has_number =
      body.is_object() && body.contains("process") && body["process"].is_number_integer();
  number_ = has_number ? body["process"].get<pid_t>() : 0;
  process_ = number_ > 0 ? static_cast<int>(syscall(SYS_pidfd_open, number_, 0)) : -1;
  const auto identity = text(body, "identity");
  if (process_ < 0 || identity.empty() || identity != process_identity(number_)) {
    refuse("its process is not on this machine, or not in this container");
  }
}

std::vector<place> attached_world::places() const { return {{1, "", actor_kind::supervisor}}; }

world::open_jobs attached_world::count_jobs() {
  open_jobs out;
  if (pause_ticket_ != 0) return out;
  const auto page = client_.get(url_ + "/metrics", question_limit);
  out.known = page.status == 200;
  if (out.known) count_jobs_on(page.body, out);
  return out;
}

void attached_world::ask(std::uint32_t, std::uint32_t, discovery_request request,
                         answer_call done) {
  ask_node(client_, loop(), url_, request, std::move(done));
}

bool attached_world::pause_node(std::uint32_t) {
  if (pause_ticket_ != 0) return false;
  pause_ticket_ = guard().will_continue(number_);
  return syscall(SYS_pidfd_send_signal, process_, SIGSTOP, nullptr, 0) == 0;
}

void attached_world::resume_node(std::uint32_t) {
  if (pause_ticket_ == 0) return;
  syscall(SYS_pidfd_send_signal, process_, SIGCONT, nullptr, 0);
  guard().forget(std::exchange(pause_ticket_, 0));
}

}  // namespace troupe::chaos
