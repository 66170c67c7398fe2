#!/usr/bin/env python3
"""How good a format is that was refined, against one that was found in all messages at once.

    score_refining.py --troupe build/release/bin/troupe --labelled FOLDER --output build/refining

For each <protocol>.jsonl.gz of the folder: a format from the first half of the messages is refined by
the second half, and judged on all of them. Writes refined.json and whole.json, which the scorer of the
labelled messages reads (score_discovery.py --result). Needs Python 3.9.
"""

import argparse
import gzip
import json
import pathlib
import subprocess


def asked(line):
    one = json.loads(line)
    return json.dumps({key: one[key] for key in ("hex", "direction", "t", "flow")}) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--troupe", required=True, help="the program")
    parser.add_argument("--labelled", type=pathlib.Path, required=True, help="<protocol>.jsonl.gz files")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="a folder")
    chosen = parser.parse_args()
    chosen.output.mkdir(parents=True, exist_ok=True)
    stored, refined = chosen.output / "stored.json", chosen.output / "stored-refined.json"

    def discover(*arguments):
        command = [chosen.troupe, "discover", *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    results = {"whole": [], "refined": []}
    for path in sorted(chosen.labelled.glob("*.jsonl.gz")):
        with gzip.open(path, "rt") as file:
            lines = [asked(line) for line in file]
        half = len(lines) // 2
        parts = {"first": lines[:half], "second": lines[half:], "all": lines}
        for name, part in parts.items():
            folder = chosen.output / name
            folder.mkdir(exist_ok=True)
            parts[name] = folder / path.name[:-3]
            parts[name].write_text("".join(part))
        discover("--format", "json", "--output", stored, parts["first"])
        discover("--refine", stored, "--format", "json", "--output", refined, parts["second"])
        results["whole"].append(json.loads(discover("--format", "score", parts["all"])))
        results["refined"].append(json.loads(discover("--refine", refined, "--format", "score", parts["all"])))
    for name, result in results.items():
        (chosen.output / f"{name}.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
