"""JSON with a JSON Schema, as Confluent's serializer writes it."""

import json

import pytest

import serializers
from documents import documents, exact, random_document, route
from sink import DONE, JSON_SCHEMA

FEW, MANY = 300, 5_000
ANYTHING = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Anything", "type": "object"}
PERSON = {
    "$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://tests.example/person.json", "title": "Person",
    "type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"],
}


@pytest.fixture(scope="module")
def sink(rig):
    routes = [route(rig, f"schema-{name}") for name in ("random", "typed", "references", "subjects")]
    sink = rig.sink("schema", routes, JSON_SCHEMA).start()
    yield sink
    assert sink.stop() == DONE, sink.last_words()


def test_random_documents(rig, sink):
    """Every member of the document is in the table, also those that no schema declares, and every number is exact."""
    numbers = rig.random("json-schema")
    writer = serializers.json_schema(rig, "schema-random", ANYTHING)
    expected = {number: {"id": number} | random_document(numbers) for number in range(MANY if rig.is_long else FEW)}
    rig.kafka.write("schema-random", [writer.record(each) for each in expected.values()])
    found = documents(sink, "Schema_random", len(expected), 300)
    assert found == {number: exact(document) for number, document in expected.items()}


def test_declared_members(rig, sink):
    """What a schema declares and the document lacks stays away, and what it does not declare stays."""
    schema = ANYTHING | {"title": "Typed", "properties": {
        "id": {"type": "integer"}, "price": {"type": "number"}, "name": {"oneOf": [{"type": "null"}, {"type": "string"}]},
        "missing": {"type": "string"}, "at": {"type": "integer", "title": "org.apache.kafka.connect.data.Timestamp"},
    }}
    writer = serializers.json_schema(rig, "schema-typed", schema)
    value = {"id": 1, "price": 12.34, "name": None, "at": 1700000000000, "undeclared": {"deep": [1, {"x": None}]}}
    rig.kafka.write("schema-typed", [writer.record(value)])
    assert documents(sink, "Schema_typed", 1)[1] == exact(value)


def test_a_schema_that_refers_to_another_subject(rig, sink):
    rig.registry.register("schema-Person", json.dumps(PERSON), "JSON")
    schema = ANYTHING | {"title": "Order", "properties": {"id": {"type": "integer"}, "buyer": {"$ref": PERSON["$id"]}}}
    writer = serializers.json_schema(rig, "schema-references", schema, [(PERSON["$id"], "schema-Person", 1)])
    rig.kafka.write("schema-references", [writer.record({"id": 1, "buyer": {"name": "Ada"}})])
    assert documents(sink, "Schema_references", 1)[1] == {"id": 1, "buyer": {"name": "Ada"}}


def test_schemas_of_one_topic_evolve(rig, sink):
    versions = [ANYTHING | {"title": "V", "properties": {name: {"type": "integer"} for name in names}} for names in ("a", "ab", "c")]
    writers = [serializers.json_schema(rig, "schema-subjects", each) for each in versions]
    records = [writers[number % 3].record({"id": number, "a": number}) for number in range(90)]
    rig.kafka.write("schema-subjects", records)
    assert documents(sink, "Schema_subjects", 90) == {number: {"id": number, "a": number} for number in range(90)}
