"""Avro that Confluent's serializer wrote, as rows of JSON and of CSV."""

import datetime
import decimal
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies

import serializers
from documents import documents, exact, route
from generators import Schemas, difference
from sink import AVRO, DONE
from topics import Record

# How many random schemas, and records of each.
FEW, MANY, RECORDS = 250, 2_500, 3

PERSON = {"type": "record", "name": "Person", "namespace": "people", "fields": [
    {"name": "name", "type": "string"}, {"name": "born", "type": {"type": "int", "logicalType": "date"}},
]}
ORDER = {"type": "record", "name": "Order", "namespace": "orders", "fields": [
    {"name": "id", "type": "long"}, {"name": "buyer", "type": "people.Person"},
    {"name": "others", "type": {"type": "array", "items": "people.Person"}},
]}
TOPICS = {"random": 4, "drawn": 1, "evolving": 1, "references": 1, "logical": 1, "header": 1, "guid": 1, "strategies": 1}


@pytest.fixture(scope="module")
def avro(rig):
    """One worker that reads the topics of all tests of this file."""
    routes = [route(rig, f"avro-{name}", partitions=partitions) for name, partitions in TOPICS.items()]
    rig.topic("avro-csv")
    rig.cluster.create(
        "Avro_csv", "id: long, name: string, price: real, ok: bool, none: string, amount: decimal, tags: dynamic, data: string"
    )
    routes.append({"topic": "avro-csv", "table": "Avro_csv", "format": "csv"})
    # By way of the proxy, which knows schemas by GUID, too.
    sink = rig.sink("avro", routes, AVRO, value__converter__schema__registry__url=rig.proxy.url()).start()
    yield sink
    # Nothing here is a bad record, so it has gone on and ends well.
    assert sink.stop() == DONE, sink.last_words()


def random_records(rig, topic, schemas, count, partitions, first=0):
    """Records of so many random schemas, and what is expected of each by its number."""
    records, expected = [], {}
    for _ in range(count):
        schema = schemas.record()
        writer = serializers.avro(rig, topic, schemas.text(schema))
        for _ in range(RECORDS):
            identifier = first + len(records)
            case = schemas.case(schema, identifier)
            expected[identifier] = schema, case
            records.append(writer.record(case.datum, partition=identifier % partitions))
    return records, expected


def check(expected, found):
    for identifier, (schema, case) in expected.items():
        problem = difference(case.expected, found[identifier])
        assert problem is None, f"record {identifier}: {problem}; its schema is {json.dumps(schema)}"


def test_random_schemas(rig, avro):
    schemas = Schemas(rig.random("avro"), "Json")
    records, expected = random_records(rig, "avro-random", schemas, MANY if rig.is_long else FEW, TOPICS["random"])
    rig.kafka.write("avro-random", records)
    check(expected, documents(avro, "Avro_random", len(records), 900))


def test_drawn_schemas(rig, avro):
    """The same with hypothesis, which looks for a smaller schema when one fails; a few in the short form."""
    seen = [0]

    @settings(
        max_examples=200 if rig.is_long else 5, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.randoms(use_true_random=False))
    def draw(numbers):
        schemas = Schemas(numbers, f"Drawn{seen[0]}")
        records, expected = random_records(rig, "avro-drawn", schemas, 2, 1, first=seen[0])
        rig.kafka.write("avro-drawn", records)
        seen[0] += len(records)
        found = documents(avro, "Avro_drawn", seen[0])
        check(expected, found)

    draw()


def test_schemas_of_one_topic_evolve(rig, avro):
    """Old and new schemas alternate: members come, go and change their order."""
    fields = {"id": "long", "a": "string", "b": ["null", "int"], "c": {"type": "array", "items": "double"}}
    versions = [("id", "a"), ("id", "a", "b"), ("b", "id", "c"), ("id",)]
    values = {"a": "text", "b": 7, "c": [1.5, 2.5]}
    writers = [
        serializers.avro(rig, "avro-evolving", {
            "type": "record", "name": "Evolving", "fields": [{"name": name, "type": fields[name]} for name in names],
        }) for names in versions
    ]
    expected, records = {}, []
    for identifier in range(200):
        number = rig.random("evolving", identifier).randrange(len(versions))
        expected[identifier] = {name: (values | {"id": identifier})[name] for name in versions[number]}
        records.append(writers[number].record(expected[identifier]))
    rig.kafka.write("avro-evolving", records)
    found = documents(avro, "Avro_evolving", len(records))
    assert {identifier: exact(document) for identifier, document in expected.items()} == found


def test_a_schema_that_refers_to_another_subject(rig, avro):
    rig.registry.register("people-Person", json.dumps(PERSON))
    writer = serializers.avro(rig, "avro-references", ORDER, [("people.Person", "people-Person", 1)])
    person = {"name": "Ada", "born": datetime.date(1815, 12, 10)}
    rig.kafka.write("avro-references", [writer.record({"id": 1, "buyer": person, "others": [person, person]})])
    expected = {"name": "Ada", "born": -56270}
    assert documents(avro, "Avro_references", 1)[1] == {"id": 1, "buyer": expected, "others": [expected, expected]}


def test_logical_types(rig, avro):
    """Dates and times that Python has types for are the numbers that stand in the message."""
    kinds = {
        "day": "date", "ms": "timestamp-millis", "us": "timestamp-micros", "clock": "time-millis", "local": "local-timestamp-millis",
    }
    bases = {"date": "int", "time-millis": "int"}
    fields = [{"name": "id", "type": "long"}, {"name": "key", "type": {"type": "string", "logicalType": "uuid"}}]
    fields += [{"name": name, "type": {"type": bases.get(kind, "long"), "logicalType": kind}} for name, kind in kinds.items()]
    fields.append({"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 2}})
    writer = serializers.avro(rig, "avro-logical", {"type": "record", "name": "Logical", "fields": fields})
    moment = datetime.datetime(2024, 2, 29, 12, 30, 15, 123000, datetime.timezone.utc)
    values = {
        "id": 1, "key": "00000000-0000-0000-0000-00000000abcd", "day": moment.date(), "ms": moment, "us": moment,
        "clock": moment.time(), "local": moment.replace(tzinfo=None), "price": decimal.Decimal("-123456789012345678901234567890.12"),
    }
    rig.kafka.write("avro-logical", [writer.record(values)])
    number = int(moment.timestamp()) * 1000 + 123
    assert documents(avro, "Avro_logical", 1)[1] == values | {
        "day": 19782, "ms": number, "us": number * 1000, "clock": number % 86_400_000, "local": number,
    }


def test_a_schema_id_in_a_header(rig, avro):
    """As a number and as a GUID, which only a header serializer writes; the last such header counts."""
    schema = {"type": "record", "name": "InHeader", "fields": [{"name": "id", "type": "long"}, {"name": "t", "type": "string"}]}
    plain = serializers.avro(rig, "avro-header", schema)
    header = serializers.avro(rig, "avro-header", schema, schema__id__serializer=serializers.in_header)
    by_guid = header.record({"id": 1, "t": "guid"})
    assert by_guid.headers[0][0] == "__value_schema_id" and by_guid.headers[0][1][0] == 1
    by_number = serializers.with_number_in_header(plain.record({"id": 2, "t": "number"}))
    both = Record(None, by_number.value, (("__value_schema_id", b"\x00\x7f\xff\xff\xff"), ("x", b""), *by_number.headers))
    rig.kafka.write("avro-header", [by_guid, by_number, Record(None, both.value.replace(b"\x04", b"\x06", 1), both.headers)])
    found = documents(avro, "Avro_header", 3)
    assert found == {1: {"id": 1, "t": "guid"}, 2: {"id": 2, "t": "number"}, 3: {"id": 3, "t": "number"}}


def test_a_guid_before_the_payload(rig, avro):
    schema = {"type": "record", "name": "ByGuid", "fields": [{"name": "id", "type": "long"}]}
    records = [serializers.avro(rig, "avro-guid", schema).record({"id": number}) for number in range(5)]
    number = int.from_bytes(records[0].value[1:5], "big")
    rig.kafka.write("avro-guid", [serializers.with_guid(each, number) if index % 2 else each for index, each in enumerate(records)])
    assert documents(avro, "Avro_guid", 5) == {number: {"id": number} for number in range(5)}


def test_other_subject_names(rig, avro):
    """The serializer may register under the record's name; the schema's number is enough to find it."""
    from confluent_kafka.schema_registry import record_subject_name_strategy, topic_record_subject_name_strategy

    records = []
    for identifier, strategy in enumerate((record_subject_name_strategy, topic_record_subject_name_strategy)):
        schema = {"type": "record", "name": f"Named{identifier}", "namespace": "n", "fields": [{"name": "id", "type": "long"}]}
        records.append(serializers.avro(rig, "avro-strategies", schema, subject__name__strategy=strategy).record({"id": identifier}))
    rig.kafka.write("avro-strategies", records)
    assert documents(avro, "Avro_strategies", 2) == {0: {"id": 0}, 1: {"id": 1}}


def test_csv(rig, avro):
    """The top-level fields in the schema's order become columns."""
    fields = {
        "id": "long", "name": "string", "price": "double", "ok": "boolean", "none": ["null", "string"],
        "amount": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 3},
        "tags": {"type": "map", "values": "int"}, "data": "bytes",
    }
    schema = {"type": "record", "name": "Row", "fields": [{"name": name, "type": kind} for name, kind in fields.items()]}
    writer = serializers.avro(rig, "avro-csv", schema)
    numbers = rig.random("csv")
    texts = ["", "plain", 'with "quotes"', "a,b", "two\nlines", "\r\n", " padded ", "日本語", "'"]
    expected, records = {}, []
    for identifier in range(100):
        values = {
            "id": identifier, "name": numbers.choice(texts), "price": numbers.choice((0.1, -1.5, 1e300, 5e-324)),
            "ok": numbers.random() < 0.5, "none": numbers.choice((None, "x,y")),
            "amount": decimal.Decimal(numbers.randint(-10**9, 10**9)).scaleb(-3), "tags": {"a": 1, 'b"': 2}, "data": b"\x00\xff",
        }
        records.append(writer.record(values))
        expected[identifier] = values
    rig.kafka.write("avro-csv", records)
    avro.await_rows("Avro_csv", 100)
    rows = {row[0]: row for row in rig.cluster.exact_rows("Avro_csv", tuple(fields))}
    assert len(rows) == 100
    for identifier, values in expected.items():
        _, name, price, ok, none, amount, tags, data = rows[identifier]
        assert (name, float(price), ok, none) == (values["name"], values["price"], values["ok"], values["none"] or "")
        assert decimal.Decimal(amount) == values["amount"]
        assert (tags, data) == (values["tags"], "AP8=")


def test_decimals_in_base64(rig):
    """Who needs what the connector wrote gets it by `json.decimal.format`."""
    routes = [route(rig, "avro-base64")]
    schema = {"type": "record", "name": "Price", "fields": [
        {"name": "id", "type": "long"},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
    ]}
    writer = serializers.avro(rig, "avro-base64", schema)
    rig.kafka.write("avro-base64", [writer.record({"id": 1, "price": decimal.Decimal("12.34")})])
    sink = rig.sink("avro-base64", routes, AVRO, json__decimal__format="base64").start()
    assert documents(sink, "Avro_base64", 1)[1] == {"id": 1, "price": "BNI="}
    assert sink.stop() == DONE
