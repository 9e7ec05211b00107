"""Random schemas and records: what the module Avro reads against what fastavro reads and what the rules of JSON say."""

import base64
import csv
import io
import json
import random
import struct

import fastavro
import pytest

from json_rules import Rules, parse, plain, same, without_logical_types
from probe import request
from random_schemas import PRIMITIVES, Encoder, Names, SchemaGenerator, ValueGenerator

RECORDS = 5
csv.field_size_limit(1 << 30)


class Case:
    """A random schema with its references and some data."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.schema, self.references = SchemaGenerator(self.random).schema()
        self.names = Names([*self.references, self.schema])
        values, encoder = ValueGenerator(self.random, self.names), Encoder(self.random, self.names)
        self.values = [values.value(self.schema) for _ in range(RECORDS)]
        self.datums = [encoder.encode(self.schema, value) for value in self.values]

    @property
    def fields(self):
        """The fields of the record that a datum is, or none when it is no record or may be null."""
        return self.schema["fields"] if isinstance(self.schema, dict) and self.schema["type"] == "record" else None

    @property
    def raw(self):
        """The schema by which fastavro reads what stands in the data."""
        whole = canonical(self.schema, self.names, None, set())
        return fastavro.parse_schema(without_logical_types(whole), named_schemas={})


@pytest.fixture(scope="session")
def cases(request):
    first = request.config.getoption("--seed")
    return range(first, first + request.config.getoption("--schemas"))


def read(schema, datum):
    return fastavro.schemaless_reader(io.BytesIO(datum), schema, None)


def check_json(case, probe):
    """Compares JSON with the rules, and the values with fastavro's; returns the schema's own text."""
    asked = [request(mode, datum) for datum in case.datums for mode in ("check", "json", "base64")]
    text, results = probe.ask(case.schema, asked, case.references)
    raw = case.raw
    for index, (value, datum) in enumerate(zip(case.values, case.datums)):
        checked, numeric, base = results[3 * index : 3 * index + 3]
        assert checked == {"output": ""}
        assert same(read(raw, datum), plain(value)), "the test's own encoding is wrong"
        Rules(case.names).compare(case.schema, value, parse(numeric["output"]))
        Rules(case.names, "base64").compare(case.schema, value, parse(base["output"]))
        assert "\n" not in numeric["output"]
    return text


def check_fields(case, probe):
    """Compares the fields of a line with the JSON of each."""
    asked = [request("fields", datum) for datum in case.datums]
    _, results = probe.ask(case.schema, asked, case.references)
    for value, result in zip(case.values, results):
        row = next(csv.reader(io.StringIO(result["output"], newline=""), strict=True), [""])
        assert len(row) == len(case.fields)
        _, namespace = case.names.resolve(case.schema, None)
        for field, (_, item), text in zip(case.fields, value, row):
            compare_field(Rules(case.names), field["type"], item, text, namespace)


def compare_field(rules, schema, value, text, namespace):
    """Compares one field, whose JSON is not in quotes when it is a string, and empty when it is null."""
    try:
        found = parse(text)
    except ValueError:
        found = text
    candidates = [found, text, None] if text == "" else [found, text]
    for candidate in candidates:
        try:
            return rules.compare(schema, value, candidate, namespace)
        except AssertionError as error:
            difference = error
    raise difference


def check_container(case, probe, text):
    """Reads a container file with fastavro, and again with the module; its schema must need no other."""
    rows = case.random.randrange(1, RECORDS + 1)
    datums = [base64.b64encode(datum).decode() for datum in case.datums]
    _, (result,) = probe.ask(case.schema, [{"mode": "container", "datums": datums, "block": rows}], case.references)
    # Without logical types fastavro shows what stands in the file, and no length changes.
    file = base64.b64decode(result["output"]).replace(b'"logicalType"', b'"logicalText"')
    reader = fastavro.block_reader(io.BytesIO(file))
    blocks = list(reader)
    assert sum(block.num_records for block in blocks) == RECORDS
    assert reader.metadata["avro.codec"] == "null" and reader.metadata["avro.schema"] == text.replace('"logicalType"', '"logicalText"')
    assert len({block.offset for block in blocks}) == len(blocks) == -(-RECORDS // rows)

    schema = json.loads(text)
    assert canonical(schema, Names([schema]), None, set()) == canonical(case.schema, case.names, None, set())
    assert same(list(fastavro.reader(io.BytesIO(file))), [plain(value) for value in case.values])
    _, (again,) = probe.ask(case.schema, [{"mode": "file", "file": result["output"]}], case.references)
    assert again == {"text": text, "output": [tagged(case.names, case.schema, value) for value in case.values]}


def canonical(schema, names, namespace, defined):
    """Returns a schema with full names only, in which each type is defined where it is used first."""
    if isinstance(schema, list):
        return [canonical(branch, names, namespace, defined) for branch in schema]
    if isinstance(schema, str) and schema in PRIMITIVES:
        return schema
    if isinstance(schema, str):
        full = schema if "." in schema or not namespace else f"{namespace}.{schema}"
        if full in defined:
            return full
        schema, namespace = names.types[full]
        schema = {**schema, "name": full}
    result = {key: value for key, value in schema.items() if key != "namespace"}
    if schema["type"] in ("record", "enum", "fixed"):
        result["name"], namespace = Names.full(schema, namespace)
        if "." not in result["name"]:
            namespace = None
        if result["name"] in defined:
            return result["name"]
        defined.add(result["name"])
    for key in ("items", "values"):
        if key in schema:
            result[key] = canonical(schema[key], names, namespace, defined)
    if "fields" in schema:
        result["fields"] = [{**field, "type": canonical(field["type"], names, namespace, defined)} for field in schema["fields"]]
    return result


def tagged(names, schema, value, namespace=None):
    """Returns a value as the probe shows the records of a file."""
    schema, namespace = names.resolve(schema, namespace)
    if isinstance(schema, list):
        return tagged(names, schema[value.number], value.value, namespace)
    kind = schema["type"]
    if kind == "float":
        return str(struct.unpack("<I", struct.pack("<f", value))[0])
    if kind == "double":
        return str(struct.unpack("<Q", struct.pack("<d", value))[0])
    if kind in ("bytes", "fixed"):
        return base64.b64encode(value).decode()
    if kind == "array":
        return [tagged(names, schema["items"], item, namespace) for item in value]
    if kind == "map":
        return [[key, tagged(names, schema["values"], item, namespace)] for key, item in value]
    if kind == "record":
        return [[name, tagged(names, field["type"], item, namespace)] for field, (name, item) in zip(schema["fields"], value)]
    return value


def test_random_schemas(cases, probe):
    for seed in cases:
        try:
            case = Case(seed)
            text = check_json(case, probe)
            if case.fields is not None:
                check_fields(case, probe)
            check_container(case, probe, text)
        except Exception as error:
            error.add_note(f"seed {seed}: pytest --seed {seed} --schemas 1 shows it alone")
            raise


def test_damaged_data(cases, probe):
    """Whatever the bytes, there is an answer, and checking, JSON and fastavro's reading do not contradict each other."""
    for seed in cases:
        case = Case(seed)
        datums = [damaged(case.random, datum) for datum in case.datums]
        asked = [request(mode, datum) for datum in datums for mode in ("check", "json", "fields", "null")]
        _, results = probe.ask(case.schema, asked, case.references)
        raw = case.raw
        for index, datum in enumerate(datums):
            checked, written, _, _ = results[4 * index : 4 * index + 4]
            assert ("fault" in checked) <= ("fault" in written), f"seed {seed}: {datum!r}"
            if "fault" in checked:
                assert 0 <= checked["offset"] <= len(datum), f"seed {seed}: {datum!r}"
            else:
                assert "fault" not in written or "decimal" in written["fault"], f"seed {seed}: {datum!r}"
                read(raw, datum)


def damaged(random, datum):
    """Returns the bytes with a few changes."""
    datum = bytearray(datum)
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(datum) + 1)
        change = random.randrange(4)
        if change == 0:
            del datum[place:]
        elif change == 1:
            datum[place:place] = random.randbytes(random.randrange(1, 12))
        elif change == 2 and datum:
            del datum[place % len(datum)]
        elif datum:
            datum[place % len(datum)] = random.choice([0, 1, 2, 3, 0x7F, 0x80, 0xFF, random.randrange(256)])
    return bytes(datum)
