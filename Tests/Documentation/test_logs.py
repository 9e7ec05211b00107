"""Log lines that pages show, and queries for logs, have the messages and fields that the programs write."""

import functools
import json
import re

import claims
import pages
from pages import ROOT

# Fields in a query; what a line has of the logger itself, and in LogQL what is the collector's.
FIELDS = re.compile(r'line\["([\w.]+)"\]|line\.(\w+)|[|,] (\w+) ?(?:=~?|!=) ?"|sum by \((\w+)\)')
GENERAL = {"time", "level", "logger", "message", "namespace", "container"}


@functools.cache
def sources():
    return "\n".join(path.read_text() for path in (ROOT / "Sources").rglob("*.swift"))


def unknown(messages, fields):
    """What of these no source file has as a text."""
    return [each for each in messages if each not in sources()] + [
        each for each in fields if each not in GENERAL
        # LogQL has underscores for dots.
        and not re.search(rf'"{re.escape(each).replace("_", "[._]")}"', sources())
    ]


def test_a_line_is_one_that_is_written():
    for block in pages.blocks():
        for line in block.text.splitlines() if claims.LOG_LINE.takes(block) else ():
            value = json.loads(line)
            assert unknown([value["message"]], value.keys()) == [], block


def test_a_query_asks_for_what_is_written():
    for block in pages.blocks():
        if claims.LOG_QUERY.takes(block):
            messages = re.findall(r'"([a-z]+(?: [a-z]+)+)"', block.text)
            fields = {next(filter(None, each)) for each in FIELDS.findall(block.text)}
            assert messages or fields, f"{block}: it asks for nothing that this test finds"
            assert unknown(messages, fields) == [], block


def test_what_nobody_writes_is_found():
    assert unknown(["no such message is written"], ["no_such.field", "time"]) == ["no such message is written", "no_such.field"]
