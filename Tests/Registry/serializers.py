"""Messages as Confluent's own serializers write them."""

import dataclasses
import json
import uuid

from confluent_kafka.schema_registry import Schema, SchemaReference, header_schema_id_serializer
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from proxy import GUID_PREFIX
from topics import Record


def guid(number):
    """The GUID under which the proxy knows the schema with this number."""
    return uuid.UUID(f"{GUID_PREFIX}{number:012d}")


def in_header(payload, context, schema_id):
    """Lets the serializer carry the schema's GUID in a header, as its `header_schema_id_serializer` does."""
    # A registry that knows no GUIDs leaves this out.
    schema_id.guid = guid(schema_id.id)
    return header_schema_id_serializer(payload, context, schema_id)


class Writer:
    """Serializes values of one topic; `field` says whether they are keys."""

    def __init__(self, serializer, topic, field=MessageField.VALUE):
        self._serializer, self._topic, self._field = serializer, topic, field

    def bytes(self, value, headers=None):
        return self._serializer(value, SerializationContext(self._topic, self._field, headers))

    def record(self, value, **more):
        """A record with this value; what the serializer puts into headers is there, too."""
        headers = []
        payload = self.bytes(value, headers)
        return Record(more.pop("key", None), payload, tuple((name, bytes(text)) for name, text in headers), **more)


def references(named):
    return [SchemaReference(*each) for each in named]


def avro(rig, topic, schema, named=(), field=MessageField.VALUE, **settings):
    """Writes Avro; `schema` is text or a dictionary, `named` has name, subject and version of what it refers to."""
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return Writer(AvroSerializer(rig.client, Schema(text, "AVRO", references(named)), conf=_dotted(settings)), topic, field)


def json_schema(rig, topic, schema, named=(), field=MessageField.VALUE, **settings):
    """Writes JSON with a JSON Schema."""
    text = Schema(json.dumps(schema), "JSON", references(named))
    return Writer(JSONSerializer(text, rig.client, conf=_dotted(settings)), topic, field)


def protobuf(rig, topic, message, **settings):
    """Writes Protobuf messages of this class."""
    conf = {"use.deprecated.format": False} | _dotted(settings)
    return Writer(ProtobufSerializer(message, rig.client, conf), topic)


def _dotted(settings):
    return {name.replace("__", "."): value for name, value in settings.items()}


def with_guid(record, number):
    """The record with its schema as a GUID in front of the payload, where its number was."""
    return dataclasses.replace(record, value=b"\x01" + guid(number).bytes + record.value[5:])


def with_number(record, number):
    """The record with another schema's number."""
    return dataclasses.replace(record, value=record.value[:1] + number.to_bytes(4, "big") + record.value[5:])


def with_number_in_header(record):
    """The record with its prefix moved into a header."""
    return dataclasses.replace(
        record, value=record.value[5:], headers=(*record.headers, ("__value_schema_id", record.value[:5]))
    )
