#include "runtime/node/thread_priority.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace troupe {

void set_thread_priority(const std::string& priority) noexcept {
  if (priority == "idle") {
    const sched_param none{};
    static_cast<void>(sched_setscheduler(0, SCHED_IDLE, &none));
  } else if (priority == "nice") {
    static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 19));
  }
}

}  // namespace troupe
