"""The error matrix: behavior.on.error, dead-letter topics, and each way in which records fail."""

import concurrent.futures

import pytest

import cells
from cells import BAD, COUNT, Cell
from letters import check_context, check_ingestion, check_letter, errors_context, misc_context
from sink import DONE, JSON, STOPPED_BY_DATA
from tables import DATABASE


@pytest.fixture(scope="module")
def outcomes(rig, request):
    """Runs the chosen cells, some at a time."""
    chosen = {item.callspec.params["cell"] for item in request.session.items if "cell" in getattr(item, "callspec", _NONE).params}
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        running = {cell: pool.submit(cells.Run(rig, cell).go) for cell in sorted(chosen, key=str)}
        concurrent.futures.wait(running.values())
    return running


class _NONE:
    params = {}


OTHERS = [number for number in range(COUNT) if number != BAD]


@pytest.mark.parametrize("cell", cells.all_cells(), ids=str)
def test_cell(outcomes, cell):
    outcome = outcomes[cell].result()
    if outcome.problem:
        pytest.fail(outcome.problem, pytrace=False)
    EXPECTED[cell.kind](cell, outcome)


def stopped(cell, outcome):
    """The worker ended by itself because of the data, and says where; nothing unaccounted for was committed."""
    assert outcome.exit == STOPPED_BY_DATA, outcome.sink.last_words()
    assert f"cell-{cell.name}" in outcome.sink.last_words()
    assert set(range(outcome.committed)) <= set(outcome.rows), "an offset has passed a record that is nowhere"


def went_on(cell, outcome):
    """The worker went on to the end, and ended well when it was told to."""
    assert outcome.exit == DONE, outcome.sink.last_words()
    assert outcome.committed == COUNT


def conversion(cell, outcome):
    """Whatever `behavior.on.error` says, `errors.tolerance` decides, and the errors queue gets the record in both cases."""
    is_key = cell.kind.startswith("key")
    assert [each.content for each in outcome.misc] == []
    assert len(outcome.errors) == (1 if cell.has_queues else 0)
    if cell.has_queues:
        check_letter(outcome.errors[0], outcome.written[BAD])
        check_context(outcome.errors[0], outcome.written[BAD], errors_context(
            outcome.sink, cells.Run(None, cell).topic, BAD, "KEY_CONVERTER" if is_key else "VALUE_CONVERTER", JSON,
        ))
    if "tolerated" not in cell.kind:
        stopped(cell, outcome)
        # What came before it is safe.
        assert (outcome.rows, outcome.committed) == (list(range(BAD)), BAD)
        return
    went_on(cell, outcome)
    assert outcome.rows == OTHERS
    assert outcome.sink.metric("kusto_sink_recordsfailed_total") == 1
    assert outcome.sink.metric("kusto_sink_dlqrecordssent_total") == (1 if cell.has_queues else 0)
    assert outcome.sink.metric("kusto_sink_records_dropped_total") == 0
    # Silence is what users complain about: it is logged even with errors.log.enable=false.
    assert outcome.sink.lines_about(cells.Run(None, cell).topic, BAD), "no log line names the record that was skipped"


def lost_or_dead(cell, outcome, dead):
    """Under `log` and `ignore`: these records are dead letters, or dropped and named when there is no queue."""
    went_on(cell, outcome)
    names = cells.Run(None, cell)
    assert outcome.errors == []
    assert outcome.sink.metric("kusto_sink_ingestionfailures_total") >= 1
    if cell.has_queues:
        assert [each.value for each in sorted(outcome.misc, key=lambda each: each.timestamp)] == (
            [outcome.written[number].value for number in dead]
        )
        for letter in outcome.misc:
            record = next(each for each in outcome.written if each.value == letter.value)
            check_letter(letter, record)
            is_permanent = cell.kind != "exhausted"
            check_context(letter, record, misc_context(outcome.sink, names.topic, record.offset, is_permanent))
            check_ingestion(letter, record, DATABASE, names.table, is_permanent)
        assert outcome.rows == [number for number in range(COUNT) if number not in dead]
        assert outcome.sink.metric("kusto_sink_dlqrecordssent_total") == len(dead)
        assert outcome.sink.metric("kusto_sink_dead_letters_total", queue="misc", outcome="sent") == len(dead)
        assert outcome.sink.metric("kusto_sink_records_dropped_total") == 0
        return
    assert outcome.misc == []
    dropped = outcome.sink.metric("kusto_sink_records_dropped_total")
    assert set(outcome.rows).isdisjoint(dead)
    assert len(outcome.rows) == len(set(outcome.rows)), "a record is there twice"
    assert len(outcome.rows) + dropped == COUNT
    # Lost records are an error in the log, even under `ignore`.
    assert [line for line in outcome.sink.lines() if line.get("level", "").lower() == "error" and "dropped" in line["message"]]


def ingestion(cell, outcome):
    dead = [BAD] if cell.kind.startswith("poison") else list(range(COUNT))
    if cell.behavior != "fail":
        return lost_or_dead(cell, outcome, dead)
    stopped(cell, outcome)
    assert set(outcome.rows).isdisjoint(dead)
    assert outcome.errors == outcome.misc == []


def broken_queue(cell, outcome):
    """Where a dead letter cannot be written the worker stops, and nothing passes that is nowhere."""
    stopped(cell, outcome)
    assert outcome.committed <= (BAD if cell.kind.startswith("errors") else 0)
    assert outcome.errors == outcome.misc == []


EXPECTED = {kind: conversion for kind in cells.CONVERSION} | {kind: ingestion for kind in cells.INGESTION} | {
    kind: broken_queue for kind in cells.BROKEN
}


def test_every_cell_has_a_row():
    assert len(cells.all_cells()) == len(set(cells.all_cells())) == 54
    assert {cell.kind for cell in cells.all_cells()} == set(EXPECTED)
    assert Cell("poison", "ignore", False) in cells.all_cells()
