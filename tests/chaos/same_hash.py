#!/usr/bin/env python3
"""Plays one scenario many times, each in a process of its own, and counts the event log hashes.

    same_hash.py build/release/bin/troupe-chaos build/dev/bin/troupe-chaos

Several programs (a release and a debug build) must agree as well. Exit code 0: one hash, 1: more.
"""
import argparse
import collections
import concurrent.futures
import json
import subprocess
import sys


def play(program, scenario, seed):
    done = subprocess.run([program, "simulate", scenario, "--seed", str(seed), "--json", "--no-control"],
                          capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"{program}: {done.stderr}")
    return json.loads(done.stdout)["event_log_hash"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--scenario", default="everything_at_once")
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    hashes = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for program in given.programs:
            for one in pool.map(lambda _, p=program: play(p, given.scenario, given.seed), range(given.times)):
                hashes[one] += 1
    for one, times in hashes.items():
        print(f"{one} {times} times")
    sys.exit(0 if len(hashes) == 1 else 1)


if __name__ == "__main__":
    main()
