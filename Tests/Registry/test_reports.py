"""What ADX says of a batch after it has taken it: offsets that wait for it, and reports that a worker's end survives."""

import json
import time

import pytest

from cells import POISON
from letters import check_ingestion, check_letter
from processes import wait_until
from sink import DONE, JSON, STOPPED_BY_DATA
from tables import DATABASE
from topics import Record

COUNT, BAD = 50, 7


@pytest.fixture(scope="module")
def slow(rig):
    """An emulator that reads what was queued only when a test lets it, as ADX does after a while."""
    return rig.new_cluster()


def let_read(slow, may_read):
    """Whether ADX reads its queues from now on."""
    slow.ask("POST", f"{slow.control_url}/mode", {"discard": not may_read})


def prepare(rig, slow, name, is_poisoned):
    """Makes a topic, a table and dead letters; returns the route, what was written and the settings."""
    table = name.replace("-", "_").capitalize()
    rig.topic(name)
    slow.create(table, paths={"id": "$.id", "doc": "$.doc"})
    texts = [POISON if is_poisoned and number == BAD else f"t{number}" for number in range(COUNT)]
    records = [Record(b"k", json.dumps({"id": number, "doc": text}).encode(), (("h", b"v"),)) for number, text in enumerate(texts)]
    written = rig.kafka.write(name, records)
    if is_poisoned:
        slow.add(slow.poison(table, POISON, is_at_once=False))
    route = {"topic": name, "table": table, "format": "json", "mapping": "rows"}
    settings = {
        "ingestion__report": "failures", "behavior__on__error": "log", "misc__deadletterqueue__topic__name": rig.topic(f"{name}-letters"),
        "misc__deadletterqueue__bootstrap__servers": rig.kafka.address,
    }
    return route, written, settings


def waiting(slow):
    """How many queued batches nobody has read."""
    queues = slow.ask("GET", f"{slow.control_url}/state")["queues"]
    return sum(count for name, count in queues.items() if "readyforaggregation" in name)


def test_offsets_wait_for_the_rows(rig, slow):
    """With `commit.after=ingested` the offset passes once the rows are in the table, and not before."""
    route, _, settings = prepare(rig, slow, "reports-commit", False)
    let_read(slow, False)
    sink = rig.sink("reports-commit", [route], JSON, slow, commit__after="ingested", **settings).start()
    wait_until(lambda: waiting(slow), "the batch is queued", 60, alive=[sink.process])
    # Many times as long as it takes to commit what may be committed.
    end = time.monotonic() + 2
    while time.monotonic() < end:
        assert not sink.committed().get(0), "an offset has passed before its rows were there"
    let_read(slow, True)
    sink.await_done()
    assert slow.count(route["table"]) == COUNT
    assert sink.stop() == DONE


@pytest.mark.parametrize("end", ["killed", "stopped"])
def test_reports_survive_the_end_of_a_worker(rig, slow, end):
    """A batch is rejected while no worker is there; the next one learns of it, and its record becomes a dead letter."""
    name = f"reports-{end}"
    route, written, settings = prepare(rig, slow, name, True)
    let_read(slow, False)
    # A worker that is killed stays in its group for a session.
    sink = rig.sink(name, [route], JSON, slow, consumer__override__session__timeout__ms=6000, **settings).start()
    # The offset has passed, so no worker reads the record from Kafka for any other reason.
    sink.await_done()
    if end == "killed":
        sink.kill()
    else:
        assert sink.stop() == DONE
    let_read(slow, True)
    wait_until(lambda: any(each["table"] == route["table"] for each in slow.failures()), "ADX has rejected the batch", 60, 0.2)
    sink.start()
    letters = settings["misc__deadletterqueue__topic__name"]
    wait_until(lambda: rig.kafka.read(letters), "there is a dead letter", 180, 0.5, alive=[sink.process])
    sink.await_rows(route["table"], COUNT - 1, 120)
    assert sink.stop() == DONE
    assert sorted(row[0] for row in slow.exact_rows(route["table"], ("id",))) == [each for each in range(COUNT) if each != BAD]
    (letter,) = rig.kafka.read(letters)
    check_letter(letter, written[BAD])
    check_ingestion(letter, written[BAD], DATABASE, route["table"], True)


def test_a_report_stops_the_worker(rig, slow):
    """With `behavior.on.error=fail` a batch that ADX rejects ends the worker, whose last line says which it was."""
    route, _, settings = prepare(rig, slow, "reports-stop", True)
    let_read(slow, True)
    sink = rig.sink("reports-stop", [route], JSON, slow, **settings | {"behavior__on__error": "fail"}).start()
    assert sink.await_end(120) == STOPPED_BY_DATA
    assert "reports-stop" in sink.last_words() or route["table"] in sink.last_words()
    assert rig.kafka.read(settings["misc__deadletterqueue__topic__name"]) == []
