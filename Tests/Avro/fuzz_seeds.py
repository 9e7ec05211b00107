"""Writes random schemas with data as inputs for the fuzz target `avro`: fuzz_seeds.py FOLDER COUNT."""

import json
import pathlib
import random
import sys

from random_schemas import Encoder, Names, SchemaGenerator, ValueGenerator, long

LONGEST = 500


def text(value):
    """Returns bytes behind their length."""
    return long(len(value)) + value


def file(metadata, blocks=b"", marker=bytes(range(16))):
    """Returns a container file."""
    entries = b"".join(text(key) + text(value) for key, value in metadata)
    return b"Obj\1" + (long(len(metadata)) + entries if metadata else b"") + long(0) + marker + blocks


def deep(count, inner):
    """Returns the text of arrays in each other."""
    return b'{"type":"array","items":' * count + inner + b"}" * count


INT = (b"avro.schema", b'"int"')
MARKER = bytes(range(16))
REFERENCES = [b'{"type":"fixed","name":"R","size":1}'] + [
    b'{"type":"record","name":"R%s","fields":[{"name":"f","type":%s}]}' % (b"" if number == 0 else b"%d" % number, deep(100, b'"R%s"' % (b"" if number < 2 else b"%d" % (number - 1))))
    for number in range(1, 3)
]
# What random data does not reach.
BY_HAND = {
    "connect-defaults": b'{"type":"record","name":"R","fields":['
    + b",".join(
        b'{"name":"f%d","type":["null",%s]}' % (index, other)
        for index, other in enumerate(
            [
                b'{"type":"int","connect.default":5}',
                b'{"type":"int","connect.default":5000000000}',
                b'{"type":"float","connect.default":1.5}',
                b'{"type":"double","connect.default":"x"}',
                b'{"type":"enum","name":"E","symbols":["A"],"connect.default":"A"}',
                b'{"type":"enum","name":"F","symbols":["A"],"connect.default":"B"}',
                b'{"type":"array","items":"long","connect.default":[1,2]}',
                b'{"type":"array","items":"long","connect.default":[1,null]}',
                b'{"type":"map","values":"string","connect.default":{"a":"b"}}',
                b'{"type":"bytes","connect.default":"a"}',
            ]
        )
    )
    + b"]}\0"
    + bytes(10),
    "connect-decimal": b'{"type":"bytes","connect.name":"org.apache.kafka.connect.data.Decimal","connect.parameters":{"scale":"2"}}\0\4\4\xd2',
    "connect-map": b'{"type":"array","items":{"type":"record","name":"E","connect.internal.type":"MapEntry","fields":[{"name":"key","type":"int"},{"name":"value","type":["null","E"]}]}}\0\2\2\0\0',
    "deep": deep(130, b'"int"') + b"\0",
    "deep-references": b"\1".join([*REFERENCES, b'"R2"']) + b"\0",
    "file": b"\0" + file([INT, (b"avro.codec", b"null")], long(2) + text(long(1) + long(-1)) + MARKER + long(0) + text(b"") + MARKER),
    "file-deflate": b"\0" + file([INT, (b"avro.codec", b"deflate")], long(1) + text(long(1)) + MARKER),
    "file-codec": b"\0" + file([INT, (b"avro.codec", b"zstandard")]),
    "file-no-schema": b"\0" + file([]),
    "file-bad-schema": b"\0" + file([(b"avro.schema", b"{")]),
    "file-marker": b"\0" + file([INT], long(1) + text(long(1)) + bytes(16)),
    "file-rows": b"\0" + file([INT], long(1 << 40) + text(long(1)) + MARKER),
    "file-trailing": b"\0" + file([INT], long(1) + text(long(1) * 2) + MARKER),
    "file-cut": b"\0" + file([INT], long(2) + text(long(1)) + MARKER)[:-9],
    "file-decimal": b"\0" + file([(b"avro.schema", b'["null",{"type":"bytes","logicalType":"decimal","precision":3}]')], long(2) + text(long(1) + text(b"\1") + long(0)) + MARKER),
}


def seed(number):
    """Returns one input; the form is described in Tests/Fuzz/AvroTarget.swift."""
    source = random.Random(number)
    schema, references = SchemaGenerator(source).schema()
    names = Names([*references, schema])
    value = ValueGenerator(source, names).value(schema)
    texts = [json.dumps(text, separators=(",", ":")).encode() for text in [*references, schema]]
    return b"\1".join(texts) + b"\0" + Encoder(source, names).encode(schema, value)


def main():
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in BY_HAND.items():
        (folder / name).write_bytes(made)
    number = 0
    while count > 0:
        number += 1
        made = seed(number)
        if len(made) <= LONGEST:
            (folder / f"seed-{number}").write_bytes(made)
            count -= 1


if __name__ == "__main__":
    main()
