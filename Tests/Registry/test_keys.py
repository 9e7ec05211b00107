"""Keys that a registry's serializer wrote: they are converted when a converter is named, and leave no trace in rows."""

import dataclasses

from confluent_kafka.serialization import MessageField

import serializers
from documents import documents, route
from letters import check_context, check_letter, errors_context
from sink import AVRO, DONE

KEY = {"type": "record", "name": "Key", "fields": [{"name": "k", "type": "string"}]}
VALUE = {"type": "record", "name": "Value", "fields": [{"name": "id", "type": "long"}]}


def test_avro_keys(rig):
    keys = serializers.avro(rig, "keys", KEY, field=MessageField.KEY)
    values = serializers.avro(rig, "keys", VALUE)
    records = [values.record({"id": number}, key=keys.bytes({"k": f"key {number}"})) for number in range(20)]
    bad = {3: b"not Avro", 4: records[4].key[:-1], 5: b"\x00\x7f\xff\xff\xfd" + records[5].key[5:]}
    records = [dataclasses.replace(each, key=bad.get(number, each.key)) for number, each in enumerate(records)]
    # No key is no error.
    records[7] = dataclasses.replace(records[7], key=None)
    routes = [route(rig, "keys")]
    written = rig.kafka.write("keys", records)
    sink = rig.sink(
        "keys", routes, AVRO, key__converter=AVRO, key__converter__schema__registry__url=rig.registry.url,
        errors__tolerance="all", errors__deadletterqueue__topic__name="keys-errors",
        errors__deadletterqueue__topic__replication__factor=1, errors__deadletterqueue__context__headers__enable="true",
    ).start()
    found = documents(sink, "Keys", 17)
    sink.await_done()
    assert sink.stop() == DONE
    assert found == {number: {"id": number} for number in range(20) if number not in bad}
    dead = rig.kafka.read("keys-errors")
    assert len(dead) == 3
    for letter, number in zip(dead, bad):
        check_letter(letter, written[number])
        check_context(letter, written[number], errors_context(sink, "keys", number, "KEY_CONVERTER", AVRO))
