"""Avro messages that nobody can read among many that everybody can."""

import pytest

import serializers
from documents import documents, route
from letters import check_context, check_letter, errors_context
from sink import AVRO, DONE, STOPPED_BY_DATA
from topics import Record

SCHEMA = {"type": "record", "name": "Bad", "fields": [{"name": "id", "type": "long"}, {"name": "text", "type": "string"}]}


@pytest.fixture(scope="module")
def good(rig):
    return serializers.avro(rig, "bad-tolerated", SCHEMA)


def bad_values(good):
    """Messages that cannot be converted, each with what is wrong."""
    value = good.bytes({"id": 99, "text": "x"})
    return {
        "unknown id": b"\x00\x7f\xff\xff\xfe" + value[5:],
        "another magic byte": b"\x02" + value[1:],
        "plain JSON": b'{"id": 1}',
        "only a magic byte": b"\x00",
        "a cut id": value[:4],
        "no payload": value[:5],
        "a cut payload": value[:-1],
        "bytes after the datum": value + b"\x00",
        "a length beyond the end": value[:5] + b"\x02\xfe\xff\xff\xff\x0f",
        "a negative length": value[:5] + b"\x02\x01",
        "an endless number": value[:5] + b"\xff" * 20,
        "text that is not UTF-8": value[:5] + b"\x02\x02\xff",
        "an unknown GUID": b"\x01" + bytes(16) + value[5:],
    }


def test_each_of_them_is_a_dead_letter(rig, good):
    """With `errors.tolerance=all` exactly these are dead letters, and all others are rows."""
    routes = [route(rig, "bad-tolerated")]
    values = bad_values(good)
    records, expected = [], []
    for number, value in enumerate(values.values()):
        records += [good.record({"id": 2 * number, "text": "good"}), Record(b"key", value, (("h", b"v"),))]
        records.append(good.record({"id": 2 * number + 1, "text": "good"}))
        expected.append(records[-2])
    written = rig.kafka.write("bad-tolerated", records)
    letters = "bad-tolerated-errors"
    sink = rig.sink(
        "bad-tolerated", routes, AVRO, errors__tolerance="all", errors__deadletterqueue__topic__name=letters,
        errors__deadletterqueue__topic__replication__factor=1, errors__deadletterqueue__context__headers__enable="true",
    ).start()
    found = documents(sink, "Bad_tolerated", 2 * len(values))
    assert sorted(found) == list(range(2 * len(values)))
    sink.await_done()
    assert sink.stop() == DONE
    dead = rig.kafka.read(letters)
    assert [each.value for each in dead] == list(values.values())
    bad = [record for record in written if record.value in values.values()]
    for letter, record in zip(dead, bad):
        check_letter(letter, record)
        check_context(letter, record, errors_context(sink, "bad-tolerated", record.offset, "VALUE_CONVERTER", AVRO))
    assert sink.metric("kusto_sink_recordsfailed_total") == len(values)


def test_the_first_of_them_stops_the_worker(rig):
    writer = serializers.avro(rig, "bad-stops", SCHEMA)
    routes = [route(rig, "bad-stops")]
    records = [writer.record({"id": number, "text": "good"}) for number in range(5)]
    rig.kafka.write("bad-stops", [*records, Record(None, b"\x00\x7f\xff\xff\xfe\x02"), *records])
    sink = rig.sink("bad-stops", routes, AVRO).start()
    assert sink.await_end(60) == STOPPED_BY_DATA
    assert sink.committed() == {0: 5}
    # An offset may pass as soon as its batch is queued.
    rig.cluster.await_count("Bad_stops", 5, 60)
    assert rig.cluster.count("Bad_stops") == 5
    assert "bad-stops" in sink.last_words() and "5" in sink.last_words()
