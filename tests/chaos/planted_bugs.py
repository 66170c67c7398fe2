#!/usr/bin/env python3
"""Plants one bug after another into a copy of the tree and asks the swarm, or a scenario, to find it.

    planted_bugs.py --tree . --work build/planted [--only NAME] [--seeds 800]

Prints for each bug the seed that found it, the broken rule and the time. Ends with 1 when one was not found, 2 when one
could not be planted (the code has changed: mend the list).
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

# name, file, the code as it is, the code with the bug, and where the swarm is not the one to find it: a scenario
BUGS = [
    ("a lost promise", "runtime/node/completion.hpp",
     "    if (!delivered_.exchange(true)) done_(std::move(outcome));",
     "    const auto* why = std::get_if<failure>(&outcome);\n"
     "    const bool lost = why != nullptr && why->code == errc::unavailable;\n"
     "    if (!delivered_.exchange(true) && !lost) done_(std::move(outcome));"),
    ("restart intensity off by one", "runtime/supervision/restart_policy.cpp",
     "return recent_restarts_.size() > rules_.max_restarts;",
     "return recent_restarts_.size() > rules_.max_restarts + 1;"),
    ("gives up one restart too soon", "runtime/supervision/restart_policy.cpp",
     "return recent_restarts_.size() > rules_.max_restarts;",
     "return recent_restarts_.size() >= rules_.max_restarts;"),
    ("restart intensity never forgets", "runtime/supervision/restart_policy.cpp",
     "while (recent_restarts_.front() < now - rules_.period) recent_restarts_.pop_front();",
     ";", "slow_deaths"),
    ("the rest is not restarted", "runtime/supervision/restart_policy.cpp",
     "  return rules_.how == strategy::one_for_all || rules_.how == strategy::rest_for_one;",
     "  return rules_.how == strategy::one_for_all;"),
    ("heirs and lives lost with a supervisor", "runtime/supervision/supervisor_state.cpp",
     "  one.known_as = with_.shared->lives->next(one.path);",
     "  one.known_as = {++kept.lives};"),
    ("a dead child is not noticed", "runtime/supervision/supervisor_state.cpp",
     "  self_->monitor(one.handle);\n  tell_up(one);",
     "  if (one.known_as.value != 3) self_->monitor(one.handle);\n  tell_up(one);"),
    ("a failed start leaves its actor", "runtime/supervision/supervisor_state.cpp",
     "    caf::anon_send_exit(spawned, caf::exit_reason::kill);  // nobody would ever stop it\n",
     ""),
    ("children of a dead supervisor live on", "runtime/supervision/supervisor_state.cpp",
     "    caf::anon_send_exit(one.handle, caf::exit_reason::kill);\n    with_.kept->orphans",
     "    with_.kept->orphans"),
    ("a poisonous message is tried for ever", "runtime/supervision/routing_table.cpp",
     "  settings_.backoff.attempts = settings.kills_limit;",
     "  settings_.backoff.attempts = settings_.kills_limit = 1000;", "poison"),
    ("a parked request is dropped", "runtime/supervision/routing_table.cpp",
     "  queue.insert(place, job);\n",
     "  if (queue.size() > 1000) queue.insert(place, job);\n"),
    ("a worker's place is never free again", "runtime/supervision/routing_table.cpp",
     "  if (from.in_flight > 0) --from.in_flight;\n}\n\nvoid routing_table::give_up_overdue",
     "  if (from.in_flight > 0 && from.losses == 0) --from.in_flight;\n}\n\nvoid routing_table::give_up_overdue"),
    ("the queue has no limit", "runtime/supervision/routing_table.cpp",
     "if (waiting_ >= settings_.waiting_limit) return admission::overloaded;",
     "", "short_queue"),
    ("the cache ignores the mode", "actors/discovery/cached_answer.cpp",
     "static_cast<std::uint64_t>(request.mode),",
     "std::uint64_t{0},"),
    ("what is stale is served for ever", "actors/cache/result_cache.cpp",
     "  if (stale && now - position->expires >= accept_stale_up_to) {",
     "  if (stale && accept_stale_up_to < duration{0}) {"),
    ("a cached answer keeps its first name", "actors/discovery/cached_answer.cpp",
     "  result->id = request.id;\n",
     ""),
    ("the deadline is not checked on dequeue", "actors/pipeline/worker/stage_worker_actor.cpp",
     "  if (now >= job.deadline) {\n    with_.probe->expired();",
     "  if (job.deadline == time_point{}) {\n    with_.probe->expired();"),
    ("an answer held up says that it is in time", "runtime/node/entrance_actor.cpp",
     "in_time || !result->in_time",
     "in_time || result->in_time"),
    ("an open breaker is ignored", "actors/discovery/stage_gate.cpp",
     "    case breaker_view::leave::refused:\n"
     "      return {verdict::refused, {}, breaker_refuses(which_, breaker_, now)};",
     "    case breaker_view::leave::refused: static_cast<void>(&breaker_refuses); break;"),
    ("probes that passed count for nothing", "actors/resilience/circuit_breaker.cpp",
     "  return well ? move(state::closed, cause::probes_passed, now, seen)",
     "  return well ? move(state::open, cause::probes_passed, now, seen)"),
    ("the permits of the dead are lost", "actors/resilience/circuit_breaker_actor.cpp",
     "  for (const auto probe : held) take_back(",
     "  for (const auto probe : held) if (probe == 0) take_back(", "callers_die_probing"),
    ("a call that was given up keeps its place in the bulkhead", "actors/resilience/bulkhead.cpp",
     "  if (one->inside) {\n    --inside_;",
     "  if (one->inside) {\n    if (one->deadline - now > std::chrono::milliseconds(10)) --inside_;"),
    ("nobody who waits is let in", "actors/resilience/bulkhead.cpp",
     "  while (inside_ < limits_.concurrent && !queue_.empty()) {",
     "  while (limits_.waiting == 0 && !queue_.empty()) {", "narrow_stage"),
    ("retries cost nothing", "actors/resilience/retry_budget.cpp",
     "  if (!shared && used >= reserve_) return false;",
     "  if (!shared && used >= 1000 * reserve_) return false;"),
    ("hedges cost nothing", "runtime/supervision/routing_hedges.cpp",
     "    if (!second || !retries_.try_take(retry_budget::extra::hedge, now)) continue;",
     "    if (!second) continue;"),
    ("the second worker's answer is lost", "runtime/supervision/routing_table.cpp",
     "  if (find(sent.job) == nullptr) {\n    ++counters_.late;\n    return false;",
     "  if (find(sent.job) == nullptr || find(sent.job)->hedge_sent == sent.sent) {\n"
     "    ++counters_.late;\n    return false;", "slow_worker"),
    ("what has ended keeps its turn", "actors/resilience/admission.cpp",
     "    --running_;\n  } else {",
     "    if (now < ended.deadline) --running_;\n  } else {"),
    ("whom admission forgets", "actors/resilience/admission.cpp",
     "    std::erase(queues_[place(ended.rank)], who);",
     "    if (ended.deadline == now) std::erase(queues_[place(ended.rank)], who);"),
    ("spent tokens never come back", "actors/resilience/token_bucket.cpp",
     "  if (now <= filled_ || grains_per_nanosecond_ == 0) return;",
     "  if (now <= filled_ || grains_per_nanosecond_ == 0 || grains_ < grains_per_token_) return;",
     "spent_rate"),
    ("who takes no part is given one", "actors/discovery/fallback.cpp",
     "  for (const auto way : order) {",
     "  static_cast<void>(order);\n"
     "  for (const auto way : {fallback::cached, fallback::fast, fallback::partial}) {"),
    ("answers are not checked", "runtime/node/entrance_actor.cpp",
     "  if (!result || result->id != asked.id || result->input != asked.input) {",
     "  if (!result) {"),
    ("a rate that limits nobody", "actors/resilience/token_bucket.cpp",
     "  filled_ = now;\n",
     "", "spent_rate"),
    ("a part is taken for the whole", "actors/discovery/fallback.cpp",
     "  if (!nothing && !found.partial && !in_fast) {",
     "  if (!nothing && !in_fast) {", "strict_callers"),
    ("who has landed is waited for", "actors/cache/single_flight.cpp",
     "  by_deadline_.erase({one.deadline, one.ticket, key});\n  flights_.erase(found);\n  return out;",
     "  one.followers.clear();\n  return out;", "shared_work"),
    ("every second follower is forgotten", "actors/cache/single_flight.cpp",
     "  for (const auto& each : one.followers) out.push_back(each.who);",
     "  for (const auto& each : one.followers) {\n    if (each.who % 2 == 0) out.push_back(each.who);\n  }",
     "shared_work"),
    ("what the store answers is never heard", "actors/cache/store_pipeline.cpp",
     "  if (one.timed_out) return false;\n",
     "  if (one.timed_out || good) return false;\n", "redis_stall"),
    ("what the store damaged is taken", "actors/cache/result_codec.cpp",
     "  if (sum != checksum_of(bytes.substr(checked_from))) return misread::damaged;",
     "  static_cast<void>(sum);", "redis_garbage"),
    ("what warms a cache is taken for new", "actors/cache/cache_shard_actor.cpp",
     "    what.age = one.age;\n",
     "", "warm_start"),
    ("nobody counts who was refused", "runtime/node/entrance_actor.cpp",
     "  if (code == errc::overloaded) ++refused_now_;\n}",
     "}", "overload"),
    ("once overloaded, always overloaded", "actors/resilience/overload_gate.cpp",
     "             share_of(sum_since(settings_.rise_after, newest)) <= settings_.rise_share) {",
     "             share_of(sum_since(settings_.rise_after, newest)) < 0) {", "overload"),
]


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def copy_of(tree, work):
    """A worktree of its own, at the same commit; its build is kept between runs. What is not committed is not in it."""
    if not (work / ".git").exists():
        shutil.rmtree(work, ignore_errors=True)
        run(["git", "-C", str(tree), "worktree", "prune"])
        made = run(["git", "-C", str(tree), "worktree", "add", "--detach", "--force", str(work), "HEAD"])
        if made.returncode != 0:
            sys.exit(f"planted_bugs: {made.stderr}")
    head = run(["git", "-C", str(tree), "rev-parse", "HEAD"]).stdout.strip()
    run(["git", "-C", str(work), "checkout", "--force", "--detach", head])


def build(work, jobs):
    folder = work / "build" / "release"
    if not (folder / "build.ninja").exists():
        configured = run(["cmake", "--preset", "release", "-DTROUPE_BUILD_TESTS=OFF", "-DTROUPE_BUILD_BENCH=OFF"],
                         cwd=work)
        if configured.returncode != 0:
            sys.exit(f"planted_bugs: {configured.stderr}")
    built = run(["ninja", "-C", str(folder), "-j", str(jobs), "troupe-chaos"])
    return built.returncode == 0, built.stdout


def search_scenario(program, scenario):
    """The same with one scenario, whose wanted cases must come up as well."""
    began = time.monotonic()
    for seed in range(1, 4):
        got = run([program, "simulate", scenario, "--seed", str(seed), "--json"])
        if got.returncode == 2:  # nothing was played
            sys.exit(f"planted_bugs: {got.stderr}")
        if got.returncode not in (0, 1, 3):
            return seed, f"the simulator itself ended with {got.returncode}", time.monotonic() - began
        told = json.loads(got.stdout)
        if got.returncode != 0:
            return seed, f"{scenario}: {told['verdict']}: {told['reasons'][0]}", time.monotonic() - began
    return None


def search(work, seeds, jobs, scenario):
    """The first seed that fails, what it says, and how long it took; None when none does."""
    program = str(work / "build" / "release" / "bin" / "troupe-chaos")
    if scenario:
        return search_scenario(program, scenario)
    began = time.monotonic()
    step = 25
    for first in range(1, seeds + 1, step):
        got = run([program, "swarm", "--seeds", str(min(step, seeds + 1 - first)), "--first", str(first), "--jobs",
                   str(jobs), "--output", str(work / "build" / "found")])
        found = re.search(r"FAIL seed (\d+): (.*)", got.stdout)
        if found:
            return int(found[1]), found[2], time.monotonic() - began
        if got.returncode not in (0, 1):
            return first, f"the simulator itself ended with {got.returncode}", time.monotonic() - began
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--only", default="", help="bugs whose name has this in it; several: name|name")
    parser.add_argument("--seeds", type=int, default=800)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    tree = asked.tree.resolve()
    work = asked.work.resolve()
    copy_of(tree, work)
    missed = 0
    planted = 0
    not_planted = 0
    for name, file, before, after, *scenario in BUGS:
        if not any(part in name for part in asked.only.split("|")):
            continue
        path = work / file
        text = path.read_text(encoding="utf-8")
        if text.count(before) != 1:
            print(f"CANNOT PLANT  {name}: {file} has changed", flush=True)
            not_planted += 1
            continue
        path.write_text(text.replace(before, after), encoding="utf-8")
        try:
            good, output = build(work, asked.jobs)
            if not good:
                print(f"CANNOT PLANT  {name}: it does not compile\n{output[-2000:]}", flush=True)
                not_planted += 1
                continue
            planted += 1
            found = search(work, asked.seeds, asked.jobs, *scenario or [""])
        finally:
            path.write_text(text, encoding="utf-8")
        if found:
            seed, why, took = found
            print(f"found   seed {seed:4}  {took:6.1f} s  {name}: {why}", flush=True)
        else:
            missed += 1
            print(f"MISSED  {asked.seeds} seeds   {name}", flush=True)
    print(f"{planted - missed} of {planted} planted bugs found")
    return 2 if not_planted else 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
