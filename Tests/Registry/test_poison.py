"""One poison record in 100,000: exactly one dead letter, and all the others are rows."""

import json

import pytest

from cells import HEADERS, POISON
from letters import check_context, check_ingestion, check_letter, errors_context, misc_context
from processes import wait_until
from sink import DONE, JSON
from tables import DATABASE
from topics import Record

COUNT, PARTITIONS = 100_000, 4


@pytest.fixture(scope="module")
def topic(rig):
    """Makes a topic of 100,000 records with a bad one where the seed decides; returns that one with its place."""

    def fill(name, value):
        rig.topic(name, PARTITIONS)
        place = rig.random("poison", name).randrange(COUNT)
        records = [
            Record(b"%d" % number, json.dumps({"id": number, "doc": "x" * (number % 90)}).encode(), (), partition=number % PARTITIONS)
            for number in range(COUNT)
        ]
        records[place] = Record(b"the key", value(place), HEADERS, 1_600_000_000_000, place % PARTITIONS)
        return rig.kafka.write(name, records)[place], place

    return fill


def poisoned(place):
    return json.dumps({"id": place, "doc": POISON}).encode()


def check(rig, sink, name, table, place, record, letters, timeout=900):
    """All other records are rows, once each, and the bad one is the only dead letter."""
    wait_until(
        lambda: rig.cluster.count(table) >= COUNT - 1 and rig.kafka.read(letters), f"{name} is done", timeout, 0.5,
        alive=[sink.process],
    )
    sink.await_done()
    # A letter is there a moment before the worker hears that it is.
    wait_until(lambda: sink.look() and sink.metric("kusto_sink_dlqrecordssent_total"), f"{name} has counted its letter", 60)
    assert sink.stop() == DONE, sink.last_words()
    ids = [row[0] for row in rig.cluster.exact_rows(table, ("id",))]
    assert len(ids) == COUNT - 1 and len(set(ids)) == COUNT - 1
    assert place not in ids
    (letter,) = rig.kafka.read(letters)
    check_letter(letter, record)
    assert sink.metric("kusto_sink_dlqrecordssent_total") == 1
    assert sink.metric("kusto_sink_records_dropped_total") == 0
    return letter


def test_a_record_that_cannot_be_converted(rig, topic):
    routes = [route_of(rig, "poison-converter")]
    record, place = topic("poison-converter", lambda place: b'{"id": %d, "doc": \x00' % place)
    sink = rig.sink(
        "poison-converter", routes, JSON, errors__tolerance="all", errors__deadletterqueue__topic__name="poison-converter-errors",
        errors__deadletterqueue__topic__replication__factor=1, errors__deadletterqueue__context__headers__enable="true",
    ).start()
    letter = check(rig, sink, "poison-converter", routes[0]["table"], place, record, "poison-converter-errors")
    check_context(letter, record, errors_context(
        sink, "poison-converter", record.offset, "VALUE_CONVERTER", JSON, record.partition,
    ))


@pytest.mark.parametrize("when, behavior", [("at once", "log"), ("after queueing", "ignore")])
def test_a_record_that_adx_rejects(rig, topic, when, behavior):
    """The batch is split until the record is found, whether ADX says so at once or after it has taken the batch."""
    name = f"poison-{when.replace(' ', '-')}"
    is_at_once = when == "at once"
    routes = [route_of(rig, name, streaming=is_at_once)]
    letters = rig.topic(f"{name}-letters")
    record, place = topic(name, poisoned)
    rig.cluster.add(rig.cluster.poison(routes[0]["table"], POISON, is_at_once))
    settings = {} if is_at_once else {"ingestion__report": "failures"}
    sink = rig.sink(
        name, routes, JSON, behavior__on__error=behavior, misc__deadletterqueue__bootstrap__servers=rig.kafka.address,
        misc__deadletterqueue__topic__name=letters, **settings,
    ).start()
    letter = check(rig, sink, name, routes[0]["table"], place, record, letters)
    check_context(letter, record, misc_context(sink, name, record.offset, True, record.partition))
    check_ingestion(letter, record, DATABASE, routes[0]["table"], True)


def route_of(rig, name, streaming=False):
    """The table; the topic is made by the fixture."""
    table = name.replace("-", "_").capitalize()
    rig.cluster.create(table, paths={"id": "$.id", "doc": "$.doc"}, streaming=streaming)
    result = {"topic": name, "table": table, "format": "json", "mapping": "rows"}
    return result | {"streaming": True} if streaming else result
