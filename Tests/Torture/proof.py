#!/usr/bin/env python3
"""Shows that the torture finds faults: each planted one must be found, and a run without any must pass."""

import os
import subprocess
import sys
import time

from plants import PLANTS

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run.py")


def run(name, *options):
    """One run; returns whether it ended as it must, and how long it took."""
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    status = subprocess.run([sys.executable, RUN, "--seed", "1", *options], check=False).returncode
    return name, status == 0, time.monotonic() - started


def main(arguments):
    events = sorted({event for names in PLANTS.values() for event in names})
    outcomes = [run("nothing planted", "--minutes", "1", "--only", ",".join(events), *arguments)]
    outcomes += [
        run(name, "--plant", name, "--minutes", "0.7", "--settle", "40", *arguments) for name in PLANTS
    ]
    print()
    for name, is_right, seconds in outcomes:
        word = ("passed" if is_right else "FAILED") if name == "nothing planted" else "found" if is_right else "NOT FOUND"
        print(f"{name:24}{word:12}{seconds:6.0f} s")
    return 0 if all(is_right for _, is_right, _ in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
