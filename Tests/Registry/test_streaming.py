"""Streaming ingestion: rows are there at once, and what does not fit or is refused for now is queued instead."""

import json

import pytest

from documents import documents
from sink import DONE, JSON
from topics import Record


@pytest.fixture(scope="module")
def cluster(rig):
    """An emulator that nobody else ingests into."""
    return rig.new_cluster()


def statistics(cluster):
    return cluster.ask("GET", f"{cluster.control_url}/state")["ingestion"]


def prepare(rig, cluster, name, count):
    """Makes a topic with records and a table; returns what the sink's mapping says."""
    table = name.replace("-", "_").capitalize()
    cluster.create(table, paths={"id": "$.id", "doc": "$"}, streaming=True)
    rig.kafka.write(rig.topic(name), records(count))
    return {"topic": name, "table": table, "format": "json", "mapping": "rows", "streaming": True}


def records(count, size=10):
    return [Record(None, json.dumps({"id": number, "text": "x" * size}).encode()) for number in range(count)]


def test_rows_are_streamed(rig, cluster):
    target = prepare(rig, cluster, "streaming-rows", 200)
    before = statistics(cluster)
    sink = rig.sink("streaming-rows", [target], JSON, cluster).start()
    found = documents(sink, "Streaming_rows", 200)
    sink.await_done()
    assert sink.stop() == DONE
    after = statistics(cluster)
    assert found == {number: {"id": number, "text": "x" * 10} for number in range(200)}
    assert after["streamed"] > before["streamed"] and after["messages"] == before["messages"]


def test_what_is_refused_for_now_is_queued(rig, cluster):
    """The service is busy or away for streaming, and never for queued ingestion."""
    target = prepare(rig, cluster, "streaming-away", 100)
    cluster.add({"endpoint": "streaming", "contains": "/Streaming_away", "kind": "answer", "status": 503})
    before = statistics(cluster)
    sink = rig.sink("streaming-away", [target], JSON, cluster).start()
    assert len(documents(sink, "Streaming_away", 100, 120)) == 100
    sink.await_done()
    assert sink.stop() == DONE
    assert statistics(cluster)["messages"] > before["messages"]
