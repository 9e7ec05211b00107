"""What is logged of records that are skipped: a line for each of them, or a few lines that count them."""

import json

import pytest

from documents import documents
from planted import PLANTED
from sink import DONE, JSON
from topics import Record

SECRET = PLANTED["a record that is skipped"]
BAD, GOOD = 3_000, 10


@pytest.fixture(scope="module")
def text(rig):
    """Writes the records, once for all tests; each test reads them with a sink of its own."""
    rig.topic("logs")
    bad = [Record(b"key", f'{{"id": {number}, "doc": {SECRET}'.encode()) for number in range(BAD)]
    good = [Record(b"key", json.dumps({"id": number}).encode()) for number in range(GOOD)]
    rig.kafka.write("logs", bad + good)

    def run(name, **settings):
        rig.cluster.create(f"Logs_{name}", paths={"id": "$.id", "doc": "$"})
        routes = [{"topic": "logs", "table": f"Logs_{name}", "format": "json", "mapping": "rows"}]
        sink = rig.sink(f"logs-{name}", routes, JSON, errors__tolerance="all", **settings).start()
        assert len(documents(sink, f"Logs_{name}", GOOD)) == GOOD
        sink.await_done()
        assert sink.stop() == DONE
        assert SECRET not in sink.text()
        return sink

    return run


def about_skipped(sink):
    """The lines about records that were skipped."""
    return [line for line in sink.lines() if line.get("kafka.topic") == "logs" and line["level"] in ("warning", "error")]


def test_skipped_records_are_counted(text):
    """By default there is a line a second at most; together they count every record, and name the first."""
    lines = [line for line in about_skipped(text("default")) if "records.skipped" in line]
    assert sum(int(line["records.skipped"]) for line in lines) == BAD
    assert lines[0]["kafka.offset"] == 0
    assert len(lines) <= BAD // 10


def test_each_skipped_record_is_logged(text):
    """In the words of Kafka Connect, with `errors.log.enable=true`."""
    sink = text("each", errors__log__enable="true")
    start = "Error encountered in task logs-each-0. Executing stage 'VALUE_CONVERTER' with class "
    lines = [line for line in sink.lines() if line["message"].startswith(start)]
    assert len(lines) == BAD
    assert not any("where consumed record is" in line["message"] for line in lines)


def test_which_record_it_was(text):
    """With `errors.log.include.messages=true` the words say which record it was, and never what was in it."""
    sink = text("messages", errors__log__enable="true", errors__log__include__messages="true")
    messages = [line["message"] for line in sink.lines() if "where consumed record is" in line["message"]]
    assert len(messages) == BAD
    assert f"where consumed record is {{topic='logs', partition=0, offset={BAD - 1}, timestamp=" in messages[-1]
