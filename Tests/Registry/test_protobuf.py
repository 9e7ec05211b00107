"""Protobuf that Confluent's serializer wrote, with schemas as text and as the descriptors that it registers by itself.

The serializer for Python reads schemas only as descriptors, so where the schema is to be text the number of such a one
takes the place of the number that the serializer wrote.
"""

import os

import pytest

import protocols
import serializers
from documents import documents, route
from generators import difference
from sink import DONE, PROTOBUF

FEW, MANY, RECORDS = 40, 400, 4

SHARED = 'syntax = "proto3"; package shared; message Person { string name = 1; enum Kind { NONE = 0; STAFF = 1; } Kind kind = 2; }'
ORDER = """\
syntax = "proto3";
package orders;
import "shared.proto";
import "google/protobuf/timestamp.proto";
message Unused { string text = 1; }
message Order {
  message Line { int64 id = 1; repeated shared.Person people = 2; google.protobuf.Timestamp at = 3; }
  Line first = 1;
}
"""


@pytest.fixture(scope="module")
def sink(rig):
    routes = [route(rig, f"proto-{name}", partitions=2) for name in ("random", "imports", "unknown")]
    sink = rig.sink("proto", routes, PROTOBUF).start()
    yield sink
    assert sink.stop() == DONE, sink.last_words()


def test_random_schemas(rig, sink):
    """Each message of a file is found by its indexes, nested ones, too."""
    numbers = rig.random("protobuf")
    files = [protocols.ProtoFile(numbers, number) for number in range(MANY if rig.is_long else FEW)]
    pool = protocols.compile_files(os.path.join(rig.folder, "random-proto"), {each.name: each.text for each in files})
    filler = protocols.Messages(numbers)
    records, expected = [], {}
    for index, file in enumerate(files):
        number = rig.registry.register("proto-random-value", file.text, "PROTOBUF") if index % 2 else None
        for name in file.messages:
            kind = protocols.message_class(pool, name)
            writer = serializers.protobuf(rig, "proto-random", kind)
            for _ in range(RECORDS):
                message = filler.fill(kind())
                message.id = len(records) + 1
                expected[message.id] = protocols.expected(message), name, file
                record = writer.record(message, partition=len(records) % 2)
                records.append(serializers.with_number(record, number) if number else record)
    rig.kafka.write("proto-random", records)
    found = documents(sink, "Proto_random", len(records), 300)
    for identifier, (document, name, file) in expected.items():
        problem = difference(document, found[identifier])
        assert problem is None, f"record {identifier}, a {name}: {problem}; its schema is {file.text}"


def test_imports_from_other_subjects(rig, sink):
    pool = protocols.compile_files(os.path.join(rig.folder, "imports-proto"), {"shared.proto": SHARED, "order.proto": ORDER})
    rig.registry.register("proto-shared", SHARED, "PROTOBUF")
    number = rig.registry.register("proto-imports-value", ORDER, "PROTOBUF", [("shared.proto", "proto-shared", 1)])
    kind = protocols.message_class(pool, "orders.Order.Line")
    writer = serializers.protobuf(rig, "proto-imports", kind)
    records = []
    for identifier in (1, 2):
        message = kind(id=identifier)
        message.people.add(name="Ada", kind=1)
        message.people.add()
        message.at.seconds = 1_700_000_000
        records.append(writer.record(message))
    # The second message of the file, and the first one in it.
    assert records[0].value[5:8] == bytes([4, 2, 0])
    rig.kafka.write("proto-imports", [records[0], serializers.with_number(records[1], number)])
    expected = {"people": [{"name": "Ada", "kind": "STAFF"}, {"name": "", "kind": "NONE"}], "at": "2023-11-14T22:13:20Z"}
    assert documents(sink, "Proto_imports", 2) == {identifier: {"id": identifier} | expected for identifier in (1, 2)}


def test_fields_that_the_schema_does_not_have(rig, sink):
    """A reader with an older schema leaves them out, and enumeration values without a name are numbers."""
    old = 'syntax = "proto3"; package unknown; enum Kind { NONE = 0; } message M { int64 id = 1; Kind kind = 2; }'
    new = 'syntax = "proto3"; package unknown; message M { int64 id = 1; int32 kind = 2; string more = 3; }'
    pool = protocols.compile_files(os.path.join(rig.folder, "unknown-proto"), {"new.proto": new})
    number = rig.registry.register("proto-unknown-value", old, "PROTOBUF")
    kind = protocols.message_class(pool, "unknown.M")
    writer = serializers.protobuf(rig, "proto-unknown", kind)
    rig.kafka.write("proto-unknown", [serializers.with_number(writer.record(kind(id=1, kind=9, more="more")), number)])
    assert documents(sink, "Proto_unknown", 1)[1] == {"id": 1, "kind": 9}
