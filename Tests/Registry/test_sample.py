"""What `sample` shows of Avro records is what a run then ingests."""

import decimal

import serializers
from documents import documents, route
from sink import AVRO, DONE
from topics import Record

SCHEMA = {"type": "record", "name": "Sampled", "fields": [
    {"name": "id", "type": "long"}, {"name": "note", "type": ["null", "string"]},
    {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 30, "scale": 2}},
]}
MORE = SCHEMA | {"fields": [*SCHEMA["fields"], {"name": "tags", "type": {"type": "array", "items": "double"}, "default": []}]}


def test_rows_of_avro_are_those_of_a_run(rig):
    """As rows of JSON, and as container files, of which the datums are shown as JSON."""
    routes = [route(rig, "sample-json", partitions=2)]
    rig.topic("sample-file")
    rig.cluster.create("Sample_file", "id: long, note: string", "avro", None)
    routes.append({"topic": "sample-file", "table": "Sample_file", "format": "avro"})
    for each in routes:
        writers = [serializers.avro(rig, each["topic"], schema) for schema in (SCHEMA, MORE)]
        values = [
            {"id": number, "note": None if number % 2 else f"n{number}", "price": decimal.Decimal("10.25"), "tags": [number / 4]}
            for number in range(12)
        ]
        rig.kafka.write(each["topic"], [writers[number % 2].record(value) for number, value in enumerate(values)])
    sink = rig.sink("sample", routes, AVRO)
    code, lines = sink.sample("--records", "100")
    assert code == DONE
    *records, summary = lines
    assert (summary["records"], summary["rows"], summary["failed"]) == (24, 24, 0)
    sampled = {
        topic: {record["row"]["id"]: record["row"] for record in records if record["topic"] == topic}
        for topic in ("sample-json", "sample-file")
    }
    assert not any(sink.committed(topic) for topic in sink.topics), "a sample commits nothing"
    assert rig.cluster.exact_rows("Sample_json") == [], "nor does it ingest"
    # The mapping takes the whole document, and the table without a mapping its columns by name.
    coverage = {each["topic"]: each for each in summary["coverage"]}
    assert [column["missing"] for column in coverage["sample-json"]["columns"]] == [0, 0]
    assert {column["name"]: column["null"] for column in coverage["sample-file"]["columns"]} == {"id": 0, "note": 6}
    assert {each["name"] for each in coverage["sample-file"]["untaken"]} == {"price", "tags"}

    sink.start()
    ingested = documents(sink, "Sample_json", 12)
    sink.await_rows("Sample_file", 12)
    assert sink.stop() == DONE
    assert ingested == sampled["sample-json"]
    by_name = {row[0]: row[1] for row in rig.cluster.exact_rows("Sample_file", ("id", "note"))}
    assert by_name == {identifier: row["note"] or "" for identifier, row in sampled["sample-file"].items()}


def test_a_record_that_is_no_avro_is_told_with_its_reason(rig):
    routes = [route(rig, "sample-wrong")]
    rig.kafka.write("sample-wrong", [Record(None, b"\x01no Avro"), Record(None, b"\x00\x00\x0f\xff\xff\x02")])
    sink = rig.sink("sample-wrong", routes, AVRO, errors__tolerance="all")
    code, (framed, unknown, summary) = sink.sample()
    assert code == DONE and summary["failed"] == 2
    assert {framed["result"], unknown["result"]} == {"failed"}
    assert framed["reason"] != unknown["reason"] and not framed["stops"]
