"""Values without a registry: files as messages, JSON in its envelope, text in other character sets."""

import base64
import io
import json

import fastavro
import pyarrow
import pyarrow.orc
import pyarrow.parquet
import pytest

from documents import documents, route
from letters import check_letter
from sink import BYTES, DONE, JSON, STRING
from tables import Uploads
from topics import Record

SCHEMA = {"type": "record", "name": "Row", "fields": [{"name": "id", "type": "long"}, {"name": "text", "type": "string"}]}
KINDS = {"avro": "Avro", "apacheavro": "ApacheAvro", "parquet": "Parquet", "orc": "Orc"}


def file_bytes(format, number):
    """A whole file of that format, with some rows."""
    rows = [{"id": number * 100 + index, "text": "é\n" * index} for index in range(1 + number % 5)]
    output = io.BytesIO()
    if format in ("avro", "apacheavro"):
        fastavro.writer(output, SCHEMA, rows, codec="deflate" if number % 2 else "null")
    elif format == "parquet":
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), output)
    else:
        pyarrow.orc.write_table(pyarrow.Table.from_pylist(rows), output)
    return output.getvalue()


@pytest.mark.parametrize("with_mapping", [False, True], ids=["plain", "mapping"])
def test_files_as_messages(rig, with_mapping):
    """One message is one blob, byte for byte and not packed, and the message to ADX says the right format and mapping."""
    cluster = rig.new_cluster("--discard")
    word, routes, written = "mapped" if with_mapping else "plain", [], {}
    for format in KINDS:
        topic, table = f"files-{word}-{format}", f"Files_{word}_{format}"
        rig.topic(topic)
        # A mapping of its kind alone, so that a wrong kind finds none.
        cluster.create(table, "id: long, text: string", format, {"id": "$.id", "text": "$.text"} if with_mapping else None)
        routes.append({"topic": topic, "table": table, "format": format} | ({"mapping": "rows"} if with_mapping else {}))
        written[table] = [file_bytes(format, number) for number in range(6)] + [b"\n", b"\x00" * 3, b"no file at all\n"]
        rig.kafka.write(topic, [Record(None, value) for value in written[table]])
    sink = rig.sink(f"files-{word}", routes, BYTES, cluster).start()
    sink.await_done()
    assert sink.stop() == DONE
    uploads = Uploads(cluster).take()
    for format, target in zip(KINDS, routes):
        found = [each for each in uploads if each.table == target["table"]]
        assert sorted(each.bytes for each in found) == sorted(written[target["table"]])
        for each in found:
            assert each.name.lower().endswith(f".{format}"), each.name
            assert (each.format, each.size) == (format, len(each.bytes))
            if with_mapping:
                assert (each.mapping, each.mapping_kind) == ("rows", KINDS[format])


def envelope(fields, payload, optional=False):
    """A message as Kafka's JsonConverter writes it with `schemas.enable=true`."""
    schema = {"type": "struct", "optional": optional, "name": "Row", "fields": [
        {"optional": False} | field | {"field": name} for name, field in fields.items()
    ]}
    return json.dumps({"schema": schema, "payload": payload}).encode()


def test_json_in_its_envelope(rig):
    """The payload becomes the row, with members that are missing as null or as their defaults; the rest is an error."""
    routes = [route(rig, "envelope")]
    kinds = {
        "id": {"type": "int64"}, "name": {"type": "string", "optional": True}, "size": {"type": "int32", "default": 7},
        "price": {"type": "bytes", "name": "org.apache.kafka.connect.data.Decimal", "parameters": {"scale": "2"}, "optional": True},
        "tags": {"type": "array", "items": {"type": "string", "optional": False}, "optional": True},
    }
    unscaled = base64.b64encode((1234).to_bytes(2, "big")).decode()
    good = {
        1: ({"id": 1, "name": "a", "size": 2, "price": unscaled, "tags": ["x"]}, {"id": 1, "name": "a", "size": 2, "price": "12.34", "tags": ["x"]}),
        2: ({"id": 2, "name": None, "size": None}, {"id": 2, "name": None, "size": 7, "price": None, "tags": None}),
        3: ({"id": 2**53 + 1}, {"id": 2**53 + 1, "name": None, "size": 7, "price": None, "tags": None}),
    }
    bad = [
        b'{"id": 1}', b'{"schema": null, "payload": {"id": 1}, "more": 1}', b"", b"[]",
        envelope(kinds, {"name": "without its id"}), envelope(kinds, {"id": None}),
        envelope(kinds, {"id": 9, "price": "not base64!"}),
    ]
    records = [Record(None, envelope(kinds, payload)) for payload, _ in good.values()]
    records += [Record(None, value) for value in bad] + [Record(None, b'{"schema": null, "payload": {"id": 5, "free": [1.5]}}')]
    written = rig.kafka.write("envelope", records)
    sink = rig.sink(
        "envelope", routes, JSON, value__converter__schemas__enable="true", errors__tolerance="all",
        errors__deadletterqueue__topic__name="envelope-errors", errors__deadletterqueue__topic__replication__factor=1,
    ).start()
    found = documents(sink, "Envelope", 4)
    sink.await_done()
    assert sink.stop() == DONE
    for _, expected in good.values():
        row = dict(found[expected["id"]])
        row["price"] = str(row["price"]) if row["price"] is not None else None
        assert row == expected
    assert found[5]["id"] == 5
    # An empty value is no record at all, which is no error of the producer.
    dead = rig.kafka.read("envelope-errors")
    assert [each.value for each in dead if each.value] == [value for value in bad if value]
    for letter in dead:
        check_letter(letter, next(each for each in written if each.value == letter.value))


def test_rows_of_arrays_and_of_texts(rig):
    """An array of objects is its objects, and a text that holds an object is that object; other values are errors."""
    routes = [route(rig, "arrays")]
    values = [b'[{"id": 1}, {"id": 2, "x": 1e400}]', json.dumps('{"id": 3}').encode(), b'{"id": 4}', b"[]", b"null", None]
    bad = [b"[1, 2]", b'["x"]', b'[{"id": 9}, 3]', b'"text"', b"7", b"true", b'{"id": 9} trailing', b'{"id": 9}{"id": 9}']
    rig.kafka.write("arrays", [Record(None, value) for value in values + bad])
    sink = rig.sink(
        "arrays", routes, JSON, errors__tolerance="all", errors__deadletterqueue__topic__name="arrays-errors",
        errors__deadletterqueue__topic__replication__factor=1,
    ).start()
    found = documents(sink, "Arrays", 4)
    sink.await_done()
    assert sink.stop() == DONE
    assert sorted(found) == [1, 2, 3, 4]
    assert [each.value for each in rig.kafka.read("arrays-errors")] == bad


@pytest.mark.parametrize("charset", ["ISO-8859-1", "UTF-16", "windows-1252"])
def test_text_in_another_character_set(rig, charset):
    """The row is the text, whatever its bytes were."""
    name = f"charset-{charset.lower()}"
    table = name.replace("-", "_").capitalize()
    rig.topic(name)
    rig.cluster.create(table, "id: long, text: string")
    texts = ["plain", "é ü ß", "£100"] + (["日本語", "😀"] if charset == "UTF-16" else [])
    records = [Record(None, f'{number},"{text}"'.encode(charset)) for number, text in enumerate(texts)]
    rig.kafka.write(name, records)
    routes = [{"topic": name, "table": table, "format": "csv"}]
    sink = rig.sink(name, routes, STRING, value__converter__converter__encoding=charset).start()
    sink.await_rows(table, len(texts))
    assert sink.stop() == DONE
    assert sorted(rig.cluster.exact_rows(table, ("id", "text"))) == [[number, text] for number, text in enumerate(texts)]
