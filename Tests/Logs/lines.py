#!/usr/bin/env python3
"""Looks whether all that programs with a log in JSON have written is JSON, and fails when a line is not.

    Tests/Logs/lines.py FOLDER|FILE…

A file is taken for such a log when its first line is a line of one. Everything after it must be one, too, the last words
of a process included: whoever collects lines reads nothing else. It says the file and the line.
"""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Secrecy"))

from scan import files as files_below

# What every line has, and of what type.
KEYS = {"time": str, "level": str, "logger": str, "message": str}
LEVELS = ("trace", "debug", "info", "warning", "error")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def problem(line):
    """What is wrong with a line of a log, or None."""
    try:
        found = json.loads(line)
    except ValueError as error:
        return f"no JSON: {error}"
    if not isinstance(found, dict):
        return "no object"
    for name, kind in KEYS.items():
        if not isinstance(found.get(name), kind):
            return f"no {name}, or none that is a {kind.__name__}"
    if found["level"] not in LEVELS:
        return f"the level {found['level']}"
    return None if TIME.fullmatch(found["time"]) else f"the time {found['time']}"


def problems(text):
    """The number of each line that is none of a log in JSON, and why; nothing when the text is not such a log."""
    if not is_log(text):
        return
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        # A process that was killed may have begun a line that it did not end.
        if number == len(lines) and line.startswith("{"):
            continue
        if why := problem(line):
            yield number, why


def is_log(text):
    """Whether the text begins as a log in JSON."""
    return problem(next((line for line in text.split("\n") if line.strip()), "")) is None


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 64
    logs, lines, hits = 0, 0, 0
    for path in files_below(paths):
        with open(path, errors="replace") as file:
            text = file.read()
        if not is_log(text):
            continue
        logs, lines = logs + 1, lines + text.count("\n")
        for number, why in problems(text):
            hits += 1
            if hits <= 100:
                print(f"{path}:{number}: error: {why}")
    print(f"{logs} logs in JSON, {lines} lines: {hits} that are not JSON")
    return 1 if hits or not logs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
