"""Avro as container files: read by fastavro as ADX would find them, and by the emulator as rows."""

import io
import json

import fastavro
import pytest

import serializers
from generators import Schemas
from sink import AVRO, DONE
from tables import Uploads
from test_avro import random_records

FEW, MANY = 100, 1_000
PARTITIONS = 3


@pytest.fixture(scope="module")
def discarding(rig):
    """An emulator that keeps what is uploaded to it."""
    return rig.new_cluster("--discard")


@pytest.mark.parametrize("format", ["avro", "apacheavro"])
def test_fastavro_reads_the_container_files(rig, discarding, format):
    """Each file has the writer's schema and the very bytes that came after the message's prefix, in their order."""
    topic, table = f"containers-{format}", f"Containers_{format}"
    rig.topic(topic, PARTITIONS)
    discarding.create(table, "id: long")
    schemas = Schemas(rig.random(topic), format.capitalize())
    records, _ = random_records(rig, topic, schemas, MANY if rig.is_long else FEW, PARTITIONS)
    # Few schemas alternate in long runs, and many change with every record.
    writer = serializers.avro(rig, topic, {"type": "record", "name": "Long", "fields": [{"name": "id", "type": "long"}]})
    records += [writer.record({"id": 10**6 + number}, partition=number % PARTITIONS) for number in range(5_000)]
    rig.kafka.write(topic, records)
    sink = rig.sink(topic, [{"topic": topic, "table": table, "format": format}], AVRO, discarding).start()
    sink.await_done(300)
    assert sink.stop() == DONE
    uploads = Uploads(discarding).of(table)
    assert {each.format for each in uploads} == {format}
    assert not any(each.name.endswith(".gz") for each in uploads)
    by_partition = {number: [] for number in range(PARTITIONS)}
    files = 0
    for upload in sorted(uploads, key=lambda each: offset_of(each, topic)):
        partition, _ = offset_of(upload, topic)
        assert upload.size == len(upload.bytes), "the size that ADX is told is that of the file"
        files += 1
        for block in fastavro.block_reader(io.BytesIO(upload.bytes)):
            by_partition[partition].append((block.num_records, block.bytes_.read(), upload))
        check_values(upload)
    for partition, blocks in by_partition.items():
        written = [record for record in records if record.partition == partition]
        assert sum(count for count, _, _ in blocks) == len(written)
        assert b"".join(content for _, content, _ in blocks) == b"".join(record.value[5:] for record in written)
        check_schemas(rig, topic, blocks, written)
    # The 5,000 records of one schema are not a file each.
    assert files < len(records) - 4_000


def offset_of(upload, topic):
    """The partition and the first offset that a blob's name tells."""
    partition, offset = upload.name.partition(f"kafka_{topic}_")[2].split("__")[0].split("_")[:2]
    return int(partition), int(offset)


def check_schemas(rig, topic, blocks, written):
    """Each block's file has the schema that the registry has for its records, logical types and defaults included."""
    records, texts = iter(written), {}
    for count, _, upload in blocks:
        reader = fastavro.reader(io.BytesIO(upload.bytes))
        for _ in range(count):
            number = int.from_bytes(next(records).value[1:5], "big")
            if number not in texts:
                answer = rig.registry.ask("GET", f"/schemas/ids/{number}?subject={topic}-value")
                texts[number] = fastavro.parse_schema(json.loads(answer["schema"]))
            assert fastavro.schema.to_parsing_canonical_form(reader.writer_schema) == (
                fastavro.schema.to_parsing_canonical_form(texts[number])
            )
            assert logical(reader.writer_schema) == logical(texts[number])


def logical(schema):
    """The logical types of a schema, in their order, with what belongs to them."""
    if isinstance(schema, list):
        return [each for part in schema for each in logical(part)]
    if not isinstance(schema, dict):
        return []
    own = [tuple(schema.get(name) for name in ("logicalType", "precision", "scale"))] if "logicalType" in schema else []
    inner = [schema.get("items"), schema.get("values"), *(field["type"] for field in schema.get("fields", ()))]
    if isinstance(schema.get("type"), (dict, list)):
        inner.append(schema["type"])
    return own + [each for part in inner for each in logical(part)]


def check_values(upload):
    """fastavro decodes every record of a file."""
    reader = fastavro.reader(io.BytesIO(upload.bytes))
    for value in reader:
        assert isinstance(value["id"], int)


def test_rows_by_name_and_by_mapping(rig):
    """What lands in the table when ADX reads the containers: columns by the fields' names, or by a mapping."""
    columns = "id: long, name: string, price: real, ok: bool, note: string, tags: dynamic, inner: dynamic"
    schema = {"type": "record", "name": "ByName", "fields": [
        {"name": "price", "type": "double"}, {"name": "id", "type": "long"}, {"name": "name", "type": "string"},
        {"name": "ok", "type": "boolean"}, {"name": "note", "type": ["null", "string"]},
        {"name": "tags", "type": {"type": "array", "items": "int"}},
        {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [{"name": "x", "type": "int"}]}},
    ]}
    more = schema | {"fields": [*schema["fields"], {"name": "more", "type": "string", "default": ""}]}
    routes, names = [], ("id", "name", "price", "ok", "note", "tags", "inner")
    for kind in ("names", "mapping"):
        rig.topic(f"container-{kind}")
        paths = None if kind == "names" else {"id": "$.id", "name": "$.note", "price": "$.price", "inner": "$.inner.x"}
        rig.cluster.create(f"Container_{kind}", columns, "avro", paths)
        routes.append({"topic": f"container-{kind}", "table": f"Container_{kind}", "format": "avro"})
        writers = [serializers.avro(rig, f"container-{kind}", each) for each in (schema, more)]
        values = [
            {"id": number, "name": f"n{number}", "price": number / 4, "ok": number % 2 == 0, "note": None if number % 3 else "é",
             "tags": [number, -number], "inner": {"x": number}, "more": "m"} for number in range(60)
        ]
        rig.kafka.write(f"container-{kind}", [writers[number // 7 % 2].record(value) for number, value in enumerate(values)])
    routes[1]["mapping"] = "rows"
    sink = rig.sink("container-rows", routes, AVRO).start()
    sink.await_rows("Container_names", 60)
    sink.await_rows("Container_mapping", 60)
    assert sink.stop() == DONE
    by_name = {row[0]: row for row in rig.cluster.exact_rows("Container_names", names)}
    by_mapping = {row[0]: row for row in rig.cluster.exact_rows("Container_mapping", names)}
    for value in values:
        expected = [value[name] if value[name] is not None else "" for name in names]
        assert [float(each) if name == "price" else each for name, each in zip(names, by_name[value["id"]])] == expected
        assert by_mapping[value["id"]][1] == (value["note"] or "")
        assert by_mapping[value["id"]][6] == value["inner"]["x"]
    assert [each for each in rig.cluster.failures() if each["table"].startswith("Container")] == []
