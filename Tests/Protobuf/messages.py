"""Random messages of any type, and what their JSON must be."""

import math
import struct

from google.protobuf import json_format, message_factory, unknown_fields
from google.protobuf.descriptor import FieldDescriptor as Field

NUMBERS = {
    Field.CPPTYPE_INT32: [0, 1, -1, 127, 128, -(2**31), 2**31 - 1],
    Field.CPPTYPE_INT64: [0, 1, -1, 2**53 + 1, -(2**63), 2**63 - 1],
    Field.CPPTYPE_UINT32: [0, 1, 2**31, 2**32 - 1],
    Field.CPPTYPE_UINT64: [0, 1, 2**53 + 1, 2**63, 2**64 - 1],
    Field.CPPTYPE_DOUBLE: [0.0, -0.0, 1.0, 0.1, -1e300, 5e-324, 1e22, 123456789.125, math.nan, math.inf, -math.inf],
    Field.CPPTYPE_FLOAT: [0.0, 1.0, 0.1, 3.4028235e38, 1e-45, 16777216.0, math.nan, math.inf],
}
LONGS = (Field.CPPTYPE_INT64, Field.CPPTYPE_UINT64)
TEXTS = ["", "a", "a longer text that no library keeps inline", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "äöü€😀", "\u2028", "x" * 300, "{}"]
ALPHABET = "ab\"\\\n\x01é€😀 {}[]:,"


class Filler:
    """Fills messages at random."""

    def __init__(self, random, make):
        self.random, self.make = random, make

    def fill(self, message, depth=0):
        """Sets some of the fields; deeper down fewer of them."""
        special = getattr(self, "fill_" + message.DESCRIPTOR.full_name.replace(".", "_"), None)
        if special:
            special(message, depth)
            return
        for field in message.DESCRIPTOR.fields:
            if self.random.random() < (0.75 if depth < 2 else 0.4 if depth < 4 else 0.1 if depth < 6 else 0):
                self.set(message, field, depth)

    def set(self, message, field, depth):
        random = self.random
        if is_map(field):
            key, value = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
            for _ in range(random.randint(0, 4)):
                held = getattr(message, field.name)
                if value.message_type:
                    self.fill(held[self.scalar(key)], depth + 1)
                else:
                    held[self.scalar(key)] = self.scalar(value)
        elif field.is_repeated:
            for _ in range(random.choice([0, 1, 2, 3, 3, 20 if depth == 0 else 2])):
                if field.message_type:
                    self.fill(getattr(message, field.name).add(), depth + 1)
                else:
                    getattr(message, field.name).append(self.scalar(field))
        elif field.message_type:
            getattr(message, field.name).SetInParent()
            self.fill(getattr(message, field.name), depth + 1)
        else:
            setattr(message, field.name, self.scalar(field))

    def scalar(self, field):
        random = self.random
        if field.enum_type:
            if not field.enum_type.is_closed and random.random() < 0.1:
                return random.choice([77, -77, 2**31 - 1])
            return random.choice(field.enum_type.values).number
        if field.cpp_type == Field.CPPTYPE_BOOL:
            return random.random() < 0.5
        if field.type == Field.TYPE_BYTES:
            return random.randbytes(random.randint(0, 40))
        if field.cpp_type == Field.CPPTYPE_STRING:
            return random.choice(TEXTS) if random.random() < 0.5 else "".join(
                random.choice(ALPHABET) for _ in range(random.randint(0, 40)))
        if random.random() < 0.5:
            return random.choice(NUMBERS[field.cpp_type])
        if field.cpp_type == Field.CPPTYPE_DOUBLE:
            return struct.unpack("<d", random.randbytes(8))[0]
        if field.cpp_type == Field.CPPTYPE_FLOAT:
            return struct.unpack("<f", random.randbytes(4))[0]
        low, high = min(NUMBERS[field.cpp_type]), max(NUMBERS[field.cpp_type])
        return random.randint(low, high)

    def fill_google_protobuf_Timestamp(self, message, _):
        message.seconds = self.random.choice([0, 1, -62135596800, 253402300799, self.random.randint(-62135596800, 253402300799)])
        message.nanos = self.random.choice([0, 1, 1000, 5000000, 999999999, self.random.randint(0, 999999999)])

    def fill_google_protobuf_Duration(self, message, _):
        sign = self.random.choice([1, -1])
        message.seconds = sign * self.random.choice([0, 1, 315576000000, self.random.randint(0, 315576000000)])
        message.nanos = sign * self.random.choice([0, 1, 1000, 5000000, 999999999])

    def fill_google_protobuf_FieldMask(self, message, _):
        message.paths.extend(self.random.sample(["a", "a_b", "a.b_c", "x1", "long_name_here.y"], self.random.randint(0, 3)))

    def fill_google_protobuf_Value(self, message, depth):
        kind = self.random.randint(0, 5 if depth < 6 else 3)
        if kind == 0:
            message.null_value = 0
        elif kind == 1:
            message.number_value = self.random.choice([0.0, 1.5, -1e300, 3.0, 5e-324])
        elif kind == 2:
            message.string_value = self.random.choice(TEXTS)
        elif kind == 3:
            message.bool_value = self.random.random() < 0.5
        elif kind == 4:
            message.struct_value.SetInParent()
            self.fill_google_protobuf_Struct(message.struct_value, depth + 1)
        else:
            message.list_value.SetInParent()
            self.fill_google_protobuf_ListValue(message.list_value, depth + 1)

    def fill_google_protobuf_Struct(self, message, depth):
        for _ in range(self.random.randint(0, 3)):
            self.fill_google_protobuf_Value(message.fields[self.random.choice(TEXTS)], depth + 1)

    def fill_google_protobuf_ListValue(self, message, depth):
        for _ in range(self.random.randint(0, 3)):
            self.fill_google_protobuf_Value(message.values.add(), depth + 1)

    def fill_google_protobuf_Any(self, message, depth):
        if depth > 3 or self.random.random() < 0.2:
            return
        held = self.make()
        self.fill(held, depth + 2)
        message.Pack(held)


def expected(message, pool):
    """What the JSON text of a message must hold, from the library's own, in which integers of 64 bits are strings."""
    if has_broken_text(message, pool):
        raise ValueError("a text of proto2 is not UTF-8, which JSON has to be")
    tree = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True, descriptor_pool=pool)
    return with_numbers(tree, message.DESCRIPTOR, pool)


def has_doubtful_entry(message):
    """Whether the library took an entry of a map for unknown, as it does when there is something unknown within it.

    Other official libraries then keep the entry.
    """
    fields = message.DESCRIPTOR.fields_by_number
    if any(is_map(fields.get(field.field_number)) for field in unknown_fields.UnknownFieldSet(message)):
        return True
    return any(has_doubtful_entry(one) for field, value in message.ListFields() for one in held_values(field, value)
               if hasattr(one, "ListFields"))


def is_map(field):
    return field is not None and field.message_type is not None and field.message_type.GetOptions().map_entry


def held_values(field, value):
    return value.values() if is_map(field) else value if field.is_repeated else [value]


def has_broken_text(message, pool):
    """Whether a text anywhere is not UTF-8: the library then gives bytes, and its JSON has their Python notation."""
    if message.DESCRIPTOR.full_name == "google.protobuf.Any" and message.type_url:
        held = message_factory.GetMessageClass(pool.FindMessageTypeByName(message.type_url.split("/")[-1]))
        return has_broken_text(held.FromString(message.value), pool)
    for field, value in message.ListFields():
        kind = field.message_type.fields_by_name["value"].type if is_map(field) else field.type
        if is_map(field) and any(isinstance(key, bytes) for key in value):
            return True
        for one in held_values(field, value):
            if hasattr(one, "ListFields"):
                if has_broken_text(one, pool):
                    return True
            elif isinstance(one, bytes) and kind == Field.TYPE_STRING:
                return True
    return False


def with_numbers(tree, descriptor, pool):
    name = descriptor.full_name
    if name in ("google.protobuf.Int64Value", "google.protobuf.UInt64Value"):
        return int(tree)
    if name == "google.protobuf.FloatValue" and not isinstance(tree, str):
        return Single(tree)
    if name == "google.protobuf.Any":
        if not tree:
            return tree
        held = pool.FindMessageTypeByName(tree["@type"].split("/")[-1])
        if "value" in tree and (held.full_name.startswith("google.protobuf.") and held.name != "Empty"):
            return {**tree, "value": with_numbers(tree["value"], held, pool)}
        return {"@type": tree["@type"], **with_numbers({key: value for key, value in tree.items() if key != "@type"}, held, pool)}
    if name.startswith("google.protobuf."):
        return tree
    result = {}
    for key, value in tree.items():
        field = descriptor.fields_by_name[key]
        if is_map(field):
            held = field.message_type.fields_by_name["value"]
            result[key] = {one: with_number(other, held, pool) for one, other in value.items()}
        elif field.is_repeated:
            result[key] = [with_number(one, field, pool) for one in value]
        else:
            result[key] = with_number(value, field, pool)
    return result


class Single(float):
    """A value of 32 bits, of which a text may have as many digits as tell it from all others."""

    def is_text_of(self, number):
        return struct.pack("<f", number) == struct.pack("<f", self)


def with_number(value, field, pool):
    if field.message_type:
        return with_numbers(value, field.message_type, pool)
    if field.cpp_type == Field.CPPTYPE_FLOAT and not isinstance(value, str):
        return Single(value)
    return int(value) if field.cpp_type in LONGS else value


def difference(one, other, place="$"):
    """Where a tree differs from the wanted one, or None; True is not 1, and an integer has to be exact."""
    if isinstance(other, Single) and isinstance(one, (int, float)) and not isinstance(one, bool):
        return None if other.is_text_of(one) else f"{place}: {one!r} is not {other!r}"
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None or isinstance(one, str):
        return None if type(one) is type(other) and one == other else f"{place}: {one!r} is not {other!r}"
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{place}: members {sorted(one.keys() ^ other.keys())}"
        return next((found for key in one if (found := difference(one[key], other[key], f"{place}.{key}"))), None)
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{place}: {len(one)} elements are not {len(other)}"
        return next((found for i, pair in enumerate(zip(one, other)) if (found := difference(*pair, f"{place}[{i}]"))), None)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return None if one == other else f"{place}: {one!r} is not {other!r}"
    return f"{place}: {one!r} is not {other!r}"
