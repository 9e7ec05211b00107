"""What the JSON of an Avro value must be: our own reading of the rules, compared with the text that was written."""

import base64
import json
import math
import struct
import uuid
from decimal import Decimal

from random_schemas import Fields, Pairs, Taken


class Number(str):
    """A number as it is written."""


class Difference(AssertionError):
    """The text is not what the rules say."""


def parse(text):
    """Reads JSON without losing the order of members, repeated names or the spelling of numbers."""
    return json.loads(text, object_pairs_hook=Pairs, parse_int=Number, parse_float=Number)


class Rules:
    """The rules for the types that a schema names."""

    def __init__(self, names, decimals="numeric"):
        self.names = names
        self.decimals = decimals

    def require(self, condition, schema, value, found):
        if not condition:
            raise Difference(f"{schema!r} of {value!r} became {found!r}"[:2000])

    def compare(self, schema, value, found, namespace=None):
        """Raises unless the parsed JSON is that of the value."""
        schema, namespace = self.names.resolve(schema, namespace)
        if isinstance(schema, list):
            return self.compare_union(schema, value, found, namespace)
        kind = schema["type"]
        if kind in ("bytes", "fixed"):
            return self.compare_bytes(schema, value, found)
        if kind == "array":
            self.require(type(found) is list and len(found) == len(value), schema, value, found)
            for item, part in zip(value, found):
                self.compare(schema["items"], item, part, namespace)
            return None
        if kind == "map":
            self.require(type(found) is Pairs and [key for key, _ in found] == [key for key, _ in value], schema, value, found)
            for (_, item), (_, part) in zip(value, found):
                self.compare(schema["values"], item, part, namespace)
            return None
        if kind == "record":
            self.require(type(found) is Pairs and [name for name, _ in found] == [name for name, _ in value], schema, value, found)
            for field, (_, item), (_, part) in zip(schema["fields"], value, found):
                self.compare(field["type"], item, part, namespace)
            return None
        return self.require(self.is_equal(kind, value, found), schema, value, found)

    def is_equal(self, kind, value, found):
        if kind in ("int", "long"):
            return type(found) is Number and found == str(value)
        if kind not in ("float", "double"):
            return type(found) is type(value) and found == value
        if math.isnan(value):
            return type(found) is str and found == "NaN"
        if math.isinf(value):
            return type(found) is str and found == ("Infinity" if value > 0 else "-Infinity")
        # A real number stays one for those who tell it from a whole number by its text.
        form = "<f" if kind == "float" else "<d"
        return type(found) is Number and struct.pack(form, float(found)) == struct.pack(form, value) and set(found) & set(".e")

    def compare_bytes(self, schema, value, found):
        logical = schema.get("logicalType")
        if logical == "uuid" and schema.get("size") == 16:
            self.require(found == str(uuid.UUID(bytes=value)), schema, value, found)
        elif logical == "decimal" and self.is_decimal(schema) and self.decimals == "numeric":
            scale = schema.get("scale", 0)
            digits = int.from_bytes(value, "big", signed=True)
            sign, whole = "-" if digits < 0 else "", str(abs(digits)).rjust(scale + 1, "0")
            text = f"{sign}{whole[:-scale]}.{whole[-scale:]}" if scale else f"{sign}{whole}"
            self.require(type(found) is Number and found == text, schema, value, found)
        else:
            self.require(type(found) is str and found == base64.b64encode(value).decode(), schema, value, found)

    @staticmethod
    def is_decimal(schema):
        """Whether the annotation is valid; else it is as if it were not there."""
        precision, scale = schema.get("precision"), schema.get("scale", 0)
        if not precision or scale > precision:
            return False
        # All numbers of so many digits must have room.
        return "size" not in schema or 10**precision <= 2 ** (8 * schema["size"] - 1)

    def compare_union(self, schema, value, found, namespace):
        branch = schema[value.number]
        if branch in ("null", {"type": "null"}):
            return self.require(found is None, schema, value, found)
        others = [number for number, other in enumerate(schema) if other not in ("null", {"type": "null"})]
        if len(others) == 1 and len(schema) <= 2:
            return self.compare(branch, value.value, found, namespace)
        self.require(type(found) is Pairs and [key for key, _ in found] == [self.key(schema[number], namespace) for number in others], schema, value, found)
        for number, (_, part) in zip(others, found):
            if number == value.number:
                self.compare(branch, value.value, part, namespace)
            else:
                self.require(part is None, schema, value, found)
        return None

    def key(self, branch, namespace):
        branch, _ = self.names.resolve(branch, namespace)
        return branch["name"].rpartition(".")[2] if "name" in branch else branch["type"]


def plain(value):
    """Returns a value as fastavro returns it from a schema without logical types."""
    if isinstance(value, Taken):
        return plain(value.value)
    if isinstance(value, (Fields, Pairs)):
        return {name: plain(item) for name, item in value}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def same(left, right):
    """Whether two values are equal, NaN with NaN and 0 with -0 only with itself."""
    if isinstance(left, float) and isinstance(right, float):
        return struct.pack("<d", left) == struct.pack("<d", right) or (math.isnan(left) and math.isnan(right))
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def without_logical_types(schema):
    """Returns a schema of which fastavro reads what stands in the data."""
    if isinstance(schema, list):
        return [without_logical_types(branch) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    stripped = {key: value for key, value in schema.items() if key != "logicalType"}
    for key in ("items", "values"):
        if key in stripped:
            stripped[key] = without_logical_types(stripped[key])
    if "fields" in stripped:
        stripped["fields"] = [{**field, "type": without_logical_types(field["type"])} for field in stripped["fields"]]
    return stripped
