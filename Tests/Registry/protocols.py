"""Random Protobuf schemas and messages, made by protoc and Python's own Protobuf, and the JSON that they become."""

import base64
import json
import os
import shutil
import struct
import subprocess

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

from generators import EDGES, Real
from processes import RunError

INTEGERS = {
    "int32": (-(2**31), 2**31 - 1), "sint32": (-(2**31), 2**31 - 1), "sfixed32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1),
    "fixed32": (0, 2**32 - 1), "int64": (-(2**63), 2**63 - 1), "sint64": (-(2**63), 2**63 - 1), "sfixed64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1), "fixed64": (0, 2**64 - 1),
}
SCALARS = (*INTEGERS, "double", "float", "bool", "string", "bytes")
KEYS = ("int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string")
WELL_KNOWN = {
    "google.protobuf.Timestamp": "timestamp", "google.protobuf.Duration": "duration", "google.protobuf.Struct": "struct",
    "google.protobuf.StringValue": "wrappers", "google.protobuf.Int64Value": "wrappers", "google.protobuf.BoolValue": "wrappers",
    "google.protobuf.FieldMask": "field_mask",
}


def compile_files(folder, texts):
    """Compiles .proto files, text by name; returns the pool that has them."""
    if shutil.which("protoc") is None:
        raise RunError("no protoc on PATH; install it (apt install protobuf-compiler)")
    os.makedirs(folder)
    for name, text in texts.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    output = os.path.join(folder, "set.bin")
    outcome = subprocess.run(
        ["protoc", f"--proto_path={folder}", "--include_imports", f"--descriptor_set_out={output}", *texts],
        capture_output=True, text=True, timeout=120, check=False,
    )
    if outcome.returncode != 0:
        raise RunError(f"protoc refuses a schema: {outcome.stderr}")
    files = descriptor_pb2.FileDescriptorSet()
    with open(output, "rb") as file:
        files.ParseFromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for each in files.file:
        pool.Add(each)
    return pool


def message_class(pool, name):
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


class ProtoFile:
    """Makes the text of one random .proto file; `messages` are the full names of those that have an `id`."""

    def __init__(self, random, number):
        self._random = random
        self._syntax = random.choice(("proto2", "proto3", "proto3"))
        self._imports = set()
        self._package = f"p{number}.deep"
        self.name = f"file{number}.proto"
        self.messages = []
        body = [self._message(f"M{index}", self._package, 2) for index in range(random.randint(1, 3))]
        imports = "".join(f'import "google/protobuf/{each}.proto";\n' for each in sorted(self._imports))
        self.text = f'syntax = "{self._syntax}";\npackage {self._package};\n{imports}' + "".join(body)

    def _message(self, name, scope, depth):
        full = f"{scope}.{name}"
        self.messages.append(full)
        lines, number, inner = [], 1, []
        if self._random.random() < 0.5:
            inner.append("Color")
            # In proto3 the first number is 0.
            lines.append("enum Color { RED = 0; BLUE = 7; GREEN = -3; }")
        for index in range(self._random.randint(0, 2) if depth else 0):
            inner.append(f"N{index}")
            lines.append(self._message(f"N{index}", full, depth - 1))
        lines.append(f"{self._label()}int64 id = {number};")
        for index in range(self._random.randint(0, 6)):
            number += self._random.choice((1, 1, 15, 2000))
            if 19000 <= number < 20000:
                number = 20000
            line, used = self._field(f"field{index}{self._random.choice(('', '_x', 'Upper'))}", number, inner)
            lines.append(line)
            number += used
        return f"message {name} {{\n" + "\n".join(lines) + "\n}\n"

    def _label(self):
        return "optional " if self._syntax == "proto2" or self._random.random() < 0.2 else ""

    def _field(self, name, number, inner):
        kind = self._random.choice(("scalar", "scalar", "scalar", "repeated", "map", "oneof", "inner", "known"))
        if kind == "map":
            value = self._random.choice((*SCALARS, *inner))
            return f"map<{self._random.choice(KEYS)}, {value}> {name} = {number};", 0
        if kind == "oneof":
            types = [self._random.choice((*SCALARS, *inner)) for _ in range(3)]
            members = " ".join(f"{each} {name}_{index} = {number + index};" for index, each in enumerate(types))
            return f"oneof {name} {{ {members} }}", 3
        if kind == "known":
            known = self._random.choice(list(WELL_KNOWN))
            self._imports.add(WELL_KNOWN[known])
            label = self._random.choice(("repeated ", self._label()))
            return f"{label}{known} {name} = {number};", 0
        value = self._random.choice(inner) if kind == "inner" and inner else self._random.choice(SCALARS)
        return f"{'repeated ' if kind == 'repeated' else self._label()}{value} {name} = {number};", 0


class Messages:
    """Fills messages with random values."""

    def __init__(self, random):
        self._random = random

    def fill(self, message, depth=3):
        for field in message.DESCRIPTOR.fields:
            if self._random.random() < 0.25:
                continue
            if field.message_type and field.message_type.GetOptions().map_entry:
                self._fill_map(getattr(message, field.name), field.message_type, depth)
            elif field.is_repeated:
                for _ in range(self._random.choice((0, 1, 3))):
                    if field.message_type:
                        self._fill_one(getattr(message, field.name).add(), depth - 1)
                    else:
                        getattr(message, field.name).append(self._scalar(field))
            elif field.message_type:
                if depth:
                    inner = getattr(message, field.name)
                    inner.SetInParent()
                    self._fill_one(inner, depth - 1)
            else:
                setattr(message, field.name, self._scalar(field))
        return message

    def _fill_map(self, entries, kind, depth):
        key, value = kind.fields_by_name["key"], kind.fields_by_name["value"]
        for _ in range(self._random.choice((0, 1, 3))):
            name = self._scalar(key)
            if value.message_type:
                self._fill_one(entries[name], depth - 1)
            else:
                entries[name] = self._scalar(value)

    def _fill_one(self, message, depth):
        name = message.DESCRIPTOR.full_name
        if name == "google.protobuf.Timestamp":
            message.seconds = self._random.randint(-62_135_596_800, 253_402_300_799)
            message.nanos = self._random.choice((0, 1, 1000, 123_000_000, 999_999_999))
        elif name == "google.protobuf.Duration":
            sign = self._random.choice((1, -1))
            message.seconds, message.nanos = sign * self._random.randint(0, 315_576_000_000), sign * self._random.choice((0, 1, 5 * 10**8))
        elif name == "google.protobuf.Struct":
            message.update({"n": None, "x": 1.5, "t": 'a"b', "l": [True, {"deep": "é"}]})
        elif name == "google.protobuf.FieldMask":
            message.paths.extend(["a.b", "c_d"])
        elif depth >= 0:
            self.fill(message, depth)

    def _scalar(self, field):
        kind = descriptor_pb2.FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
        if kind in INTEGERS:
            return self._random.choice((*INTEGERS[kind], 0, 1, self._random.randint(*INTEGERS[kind])))
        if kind == "bool":
            return self._random.random() < 0.5
        if kind == "string":
            return self._random.choice(EDGES["string"])
        if kind == "bytes":
            return self._random.randbytes(self._random.choice((0, 1, 2, 10)))
        if kind == "enum":
            return self._random.choice(field.enum_type.values).number
        return self._random.choice(EDGES[kind])


def expected(message):
    """The JSON of a message: fields by their names in the file, 64-bit integers as numbers, unset ones left out."""
    result = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.message_type and field.message_type.GetOptions().map_entry:
            held = field.message_type.fields_by_name["value"]
            result[field.name] = {_key(key): _json(held, value[key]) for key in value}
        elif field.is_repeated:
            result[field.name] = [_json(field, each) for each in value]
        elif not field.has_presence or message.HasField(field.name):
            result[field.name] = _json(field, value)
    return result


def _key(key):
    return str(key).lower() if isinstance(key, bool) else str(key)


def _json(field, value):
    kinds = descriptor_pb2.FieldDescriptorProto
    if field.message_type:
        name = value.DESCRIPTOR.full_name
        if name == "google.protobuf.Int64Value":
            return value.value
        if name.startswith("google.protobuf."):
            return _reals(json.loads(json_format.MessageToJson(value)))
        return expected(value)
    if field.type == kinds.TYPE_ENUM:
        symbol = field.enum_type.values_by_number.get(value)
        return symbol.name if symbol else value
    if field.type == kinds.TYPE_BYTES:
        return base64.b64encode(value).decode()
    if field.type == kinds.TYPE_FLOAT:
        return Real(struct.unpack("<f", struct.pack("<f", value))[0], 32)
    return Real(value, 64) if field.type == kinds.TYPE_DOUBLE else value


def _reals(value):
    if isinstance(value, float):
        return Real(value, 64)
    if isinstance(value, dict):
        return {key: _reals(each) for key, each in value.items()}
    return [_reals(each) for each in value] if isinstance(value, list) else value
