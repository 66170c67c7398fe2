#pragma once

#include <map>
#include <optional>
#include <random>
#include <set>
#include <unordered_map>

#include "actors/shell/dependencies.hpp"
#include "actors/shell/open_requests.hpp"
#include "runtime/supervision/restart_policy.hpp"
#include "runtime/supervision/supervisor_actor.hpp"

namespace troupe::supervision {

/// Carries out what `restart_policy` decides: spawns, monitors, stops and kills, tells the
/// listeners, keeps heirs, answers for the tree below. No decision is made here.
class supervisor_state {
 public:
  using handle = supervisor;
  static constexpr const char* name = "supervisor";

  /// What outlives an incarnation of one child.
  struct keepsake {
    heir_slot heir;
    std::uint64_t lives = 0;  // started so far: incarnations count on when the supervisor restarts
    std::string last_reason;
  };

  /// What outlives this supervisor: it lies in its own heir slot.
  struct keepsakes {
    std::map<std::string, keepsake> children;
    supervision_report counted;
    std::vector<caf::actor> orphans;  // children that ran when it died itself
  };

  struct dependencies {
    std::string path;  // "" for the top
    std::shared_ptr<const environment> shared;
    std::shared_ptr<keepsakes> kept;
    std::vector<child_listener> listeners;
    shell_time time = {};
  };

  supervisor_state(handle::pointer self, supervisor_plan plan, dependencies with);
  ~supervisor_state();
  supervisor_state(const supervisor_state&) = delete;
  supervisor_state& operator=(const supervisor_state&) = delete;

  handle::behavior_type make_behavior();

 private:
  struct member {
    supervised_child plan;
    std::string path;
    incarnation life;      // as the policy counts
    incarnation known_as;  // as everybody else does
    caf::actor handle;     // empty: does not run
    caf::actor shown;      // the same, decorated
    std::stop_source stop;
    bool down_told = false;
  };

  template <class Answer>
  using promise = caf::typed_response_promise<Answer>;

  [[nodiscard]] bool waits_for_orphans();
  void enlist(supervised_child child, child_key key);
  void carry_out(commands batch);
  void perform(const start& order);
  void perform(const stop& order);
  void perform(const kill& order);
  void perform(const wake_at& order);
  void perform(const ready& order);
  void perform(const forget& order);
  void perform(const give_up& order);
  void perform(const finished& order);

  [[nodiscard]] caf::actor spawn(member& one);
  void watch(child_key key, member& one);
  void start_failed(child_key key, member& one, const std::string& thrown);
  void on_down(const caf::down_msg& message);
  void child_ended(child_key key, member& one, const caf::error& reason);
  request_id note_killer(const member& one, const caf::error& reason, const failure& why);
  void answer(std::vector<std::uint64_t>& waiting, const caf::error& error);

  caf::result<caf::ok_atom> wait_for_start();
  caf::result<caf::ok_atom> stop_all();
  caf::result<std::string> add(const start_child& order);
  caf::result<caf::ok_atom> remove(const std::string& id);
  void listen(const child_listener& listener);
  void tick();

  caf::result<tree_snapshot> snapshot();
  caf::result<supervision_report> report();
  template <class Atom, class Answer>
  caf::result<Answer> gather(Atom question, std::vector<Answer> parts,
                             open_requests<promise<Answer>>& open);

  void tell_up(const member& one);
  void tell_down(child_key key, member& one, const failure& why);
  template <class Event>
  void tell(const Event& event);
  void log(lifecycle_event::kind what, const member& one, failure why,
           request_id killer = {}) const;
  [[nodiscard]] tree_entry describe(const member& one) const;
  [[nodiscard]] std::string path_of(const std::string& id) const;
  [[nodiscard]] double draw();
  [[nodiscard]] time_point now() const { return with_.time.now(self_); }

  handle::pointer self_;
  supervisor_spec rules_;
  dependencies with_;
  restart_policy policy_;
  std::map<child_key, member> members_;
  std::unordered_map<caf::actor_id, child_key> running_;
  std::mt19937_64 random_;
  std::deque<command> orders_;
  bool performing_ = false;
  std::set<caf::actor_id> orphans_;  // of the life before, not yet ended
  std::optional<time_point> orphans_until_;
  bool begun_ = false;
  bool ready_ = false;
  caf::error last_words_;  // what this supervisor ends with

  open_requests<promise<caf::ok_atom>> open_;
  std::vector<std::uint64_t> starts_waited_for_;
  std::vector<std::uint64_t> stops_waited_for_;
  std::multimap<child_key, std::uint64_t> removals_waited_for_;
  open_requests<promise<tree_snapshot>> open_snapshots_;
  open_requests<promise<supervision_report>> open_reports_;
};

}  // namespace troupe::supervision
