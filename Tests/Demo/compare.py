#!/usr/bin/env python3
"""Compares the shape of what the demo printed with what the README shows of it.

    make demo | tee .build/demo.txt && Tests/Demo/compare.py .build/demo.txt

The README has a recorded run between the lines `<!-- demo -->` and `<!-- /demo -->`, in a block of code. Numbers, places
and times are other ones at each run, and so are the lines of a moment and what the worker, `check` and the metrics say:
these must be there. What comes before the demo's own first line, such as the output of a build, is passed over, and so is
a part that only `--kill` shows.
"""

import argparse
import difflib
import os
import re
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BEGINNING = "kusto-sink: records go from Kafka"
OPTIONAL = re.compile(r"The worker is killed|  consumer\.override\.(session\.timeout|heartbeat\.interval)\.ms=")
CHECK = "$ kusto-sink-worker check "
# How things go at a moment.
MOMENT = re.compile(r" +\d+\.\d s  ")
# In this order; what is left of a line after all of them is its shape.
RULES = (
    # The worker's own words, which may take several lines.
    (r"^  │ .*", "  │ …"),
    # Whether rows came twice is the run's luck.
    (r"^  ✓ No record is lost.*", "  ✓ No record is lost…"),
    (r"^  \w+(\{.*\})? [\d.e+-]+$", "  METRIC"),
    (r"https?://[\w.]+:\d+", "URL"),
    (r"\b127\.0\.0\.1:\d+", "ADDRESS"),
    (r"[\w./-]*/(?=demo\.properties)", "FOLDER/"),
    (r"(?<= are in )\S+(?=\.$)", "FOLDER"),
    (r"\b\d[\d,]*(\.\d+)? (KiB|MiB)\b", "SIZE"),
    (r"\b\d[\d,]*(\.\d+)?\b", "N"),
    (r"(?<=\S) +", " "),
)


def shape(text):
    """The lines of a run, each as what is the same at every run; lines that repeat are there once."""
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if line.startswith(BEGINNING)), None)
    if start is None:
        raise SystemExit(f"no line begins with '{BEGINNING}': this is not the output of 'make demo'")
    shapes, is_optional, is_check, moments = [], False, False, 0
    for line in lines[start:]:
        line = line.rstrip()
        if line and not line.startswith(" "):
            is_optional = bool(OPTIONAL.match(line))
        is_check = is_check and bool(line)
        if MOMENT.match(line):
            moments += 1
            continue
        if is_optional or OPTIONAL.match(line):
            continue
        # What fails is not shortened, so that it is seen.
        if is_check and not line.startswith("  ✗"):
            line = "  ✓ …"
        is_check = is_check or CHECK in line
        for pattern, replacement in RULES:
            line = re.sub(pattern, replacement, line)
        if not shapes or shapes[-1] != line:
            shapes.append(line)
    while shapes and not shapes[-1]:
        shapes.pop()
    return [*shapes, "moments are told" if moments > 4 else f"only {moments} moments are told"]


def recorded(readme):
    """The recorded run of a README."""
    found = re.search(r"<!-- demo -->\n(.*?)<!-- /demo -->", readme, re.DOTALL)
    block = found and re.search(r"^```\w*\n(.*?)^```$", found[1], re.DOTALL | re.MULTILINE)
    if not block:
        raise SystemExit("README.md has no block of code between <!-- demo --> and <!-- /demo -->")
    return block[1]


def differences(run, record):
    """The lines that differ, as of diff; empty when the shapes are the same."""
    return list(difflib.unified_diff(shape(record), shape(run), "README.md", "make demo", lineterm=""))


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", metavar="FILE", help="what the demo printed")
    parser.add_argument("--readme", metavar="FILE", default=os.path.join(ROOT, "README.md"))
    options = parser.parse_args(arguments)
    with open(options.run) as run, open(options.readme) as readme:
        lines = differences(run.read(), recorded(readme.read()))
    if lines:
        print("\n".join(lines))
        print(
            "README.md shows another demo: put what 'make demo' prints, without what the build prints, between <!-- demo --> and "
            "<!-- /demo -->"
        )
        return 1
    print("the demo is what README.md shows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
