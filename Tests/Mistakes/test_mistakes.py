"""Each mistake gets the sentences and the exit code that it should, and `check` says what the sink says."""

import re

import pytest

import table
from outcome import matcher, sentence
from planted import MARK

# What stands nowhere: secrets, and what a program prints that does not know what happens to it.
NEVER = (MARK, "Fatal error", "Optional(", "internal error", "Traceback")
# What no sentence has that is meant for a user: the words of libraries and the names of their threads.
UNHELPFUL = ("Local: ", "rdkafka#", "[thrd:", "state CONNECT", "(_", "curl", "SSL routines")


def test_there_are_mistakes_enough():
    names = [mistake.name for mistake in table.MISTAKES]
    assert len(names) == len(set(names)), "two mistakes have one name"
    assert len(names) >= 120


@pytest.mark.parametrize("mistake", table.MISTAKES, ids=str)
def test_it_is_said(mistake, outcome, places):
    said = outcome.command or outcome.check
    found = told(said) if outcome.command else outcome.problems
    assert said.code == mistake.code, (found, said.errors)
    expected = [places.put(text, outcome.names) for text in mistake.all("says")]
    check_all(expected, found)
    if outcome.command:
        for text in mistake.all("warns"):
            assert f"warning: {places.put(text, outcome.names)}" in said.errors.splitlines()
        return
    assert outcome.report["exitCode"] == outcome.run.code == mistake.code, outcome.run.errors
    check_last(expected, outcome)
    for text in mistake.all("warns"):
        expression = matcher(places.put(text, outcome.names))
        assert any(map(expression.fullmatch, outcome.report["warnings"])), outcome.report["warnings"]
        assert any(map(expression.search, outcome.run.errors.replace('\\"', '"').splitlines())), outcome.run.errors


@pytest.mark.parametrize("mistake", table.MISTAKES, ids=str)
def test_nothing_else_is_said(mistake, outcome, places):
    never = [*NEVER, *(places.put(text, outcome.names) for text in mistake.all("never"))]
    for said in outcome.all:
        for text in never:
            assert text not in said.output + said.errors
    sentences = told(outcome.command) if outcome.command else [*outcome.problems, outcome.run.last]
    for text in UNHELPFUL:
        assert not [sentence for sentence in sentences if text in sentence]


def told(said):
    """The problems that a command tells, or else what it prints last."""
    lines = [line for line in said.errors.splitlines() if line.strip() and not line.startswith("warning: ")]
    marks = ("problem: ", "- ")
    problems = [line.removeprefix(mark) for line in lines for mark in marks if line.startswith(mark)]
    return problems or [sentence(line) for line in lines[-1:]]


def check_all(expected, found):
    """Each expected sentence is one of those that were found, and nothing else was found."""
    rest = list(found)
    for text in expected:
        same = [each for each in rest if matcher(text).fullmatch(each)]
        assert same, f"nobody says: {text}\nbut: " + "\n     ".join(found)
        rest.remove(same[0])
    assert not rest, "also said: " + "\n".join(rest)


def check_last(expected, outcome):
    """The sink's last line says what `check` has found, all of it and in the same order, and how many there are."""
    if not expected:
        return
    ordered = [next(text for text in expected if matcher(text).fullmatch(problem)) for problem in outcome.problems]
    count = f"{len(ordered)} problems: " if len(ordered) > 1 else ""
    whole = re.escape(count) + r"[;\s]+(?:- )?".join(matcher(text).pattern for text in ordered)
    assert re.fullmatch(whole, outcome.run.last, re.S), f"{outcome.run.last}\nis not: {ordered}"
