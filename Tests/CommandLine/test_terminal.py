"""What is printed on a terminal, in a pipe, and where nobody reads any more."""

import subprocess

import pytest

import programs

BOLD = "\x1b["


@pytest.mark.parametrize("columns", [50, 80, 132])
@pytest.mark.parametrize("arguments", [("--help",), ("init", "--help"), ("properties", "flush.size.bytes")])
def test_text_is_as_wide_as_the_terminal(columns, arguments):
    text = programs.on_terminal(columns, "kusto-sink-worker", *arguments, NO_COLOR="1")
    usage = ("Usage:", "       kusto")
    for line in text.splitlines():
        assert len(line) <= columns or line.startswith(usage) or len(line.split()) == 1, line


def test_colours_are_for_terminals():
    assert BOLD in programs.on_terminal(80, "kusto-sink-worker", "properties")
    assert BOLD not in programs.on_terminal(80, "kusto-sink-worker", "properties", NO_COLOR="1")
    assert BOLD not in programs.on_terminal(80, "kusto-sink-worker", "properties", TERM="dumb")
    assert BOLD not in programs.printed("kusto-sink-worker", "properties")


@pytest.mark.parametrize("arguments", [("properties",), ("properties", "--json"), ("man",), ("--help",)])
def test_a_reader_that_goes_ends_it_quietly(arguments):
    with subprocess.Popen(
        [programs.path("kusto-sink-worker"), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        child.stdout.close()
        errors = child.stderr.read()
        assert child.wait(programs.PATIENCE) == 0
    assert errors == b""


def test_a_full_disk_is_told():
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(
            [programs.path("kusto-sink-worker"), "properties", "topics"],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=programs.PATIENCE, check=False,
        )
    assert ended.returncode == 64
    assert "standard output cannot be written: No space left on device" in ended.stderr
