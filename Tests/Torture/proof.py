#!/usr/bin/env python3
"""Shows that the torture finds faults: runs it once with each planted fault, which must be found."""

import os
import subprocess
import sys
import time

from plants import PLANTS

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run.py")


def main(arguments):
    outcomes = []
    for name in PLANTS:
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        status = subprocess.run([
            sys.executable, RUN, "--plant", name, "--seed", "1", "--minutes", "0.7", "--settle", "60", *arguments,
        ], check=False).returncode
        outcomes.append((name, status == 0, time.monotonic() - started))
    print()
    for name, is_found, seconds in outcomes:
        print(f"{name:24}{'found' if is_found else 'NOT FOUND':12}{seconds:6.0f} s")
    return 0 if all(is_found for _, is_found, _ in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
