"""Random Avro schemas, and values that fit them, each with the JSON that the worker has to make of it.

What a value becomes is section by section what users of the connector get, with decimals as numbers: all fields in the
schema's order, nulls written out, short names, bytes as base64, numbers that JSON lacks as strings, a union with null
as its value, and any other union as an object with a member for each branch.
"""

import base64
import dataclasses
import decimal
import json
import math
import struct
import uuid

PRIMITIVES = ("boolean", "int", "long", "float", "double", "string", "bytes")
LOGICAL = {
    "date": "int", "time-millis": "int", "time-micros": "long", "timestamp-millis": "long", "timestamp-micros": "long",
    "local-timestamp-millis": "long", "local-timestamp-micros": "long", "uuid": "string",
}
# What Python's dates can hold, since fastavro makes dates of them when it reads a container.
RANGES = {
    "date": (-719_162, 2_932_896), "time-millis": (0, 86_399_999), "time-micros": (0, 86_399_999_999),
    "timestamp-millis": (-62_135_596_800_000, 253_402_300_799_999),
    "timestamp-micros": (-62_135_596_800_000_000, 253_402_300_799_999_999),
    "local-timestamp-millis": (-62_135_596_800_000, 253_402_300_799_999),
    "local-timestamp-micros": (-62_135_596_800_000_000, 253_402_300_799_999_999),
}
EDGES = {
    "int": (0, -1, 1, 63, 64, -64, -65, 2**31 - 1, -(2**31)),
    "long": (0, -1, 1, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)),
    "double": (0.0, -0.0, 1.0, 0.1, 1e23, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e21, 123456789012345680.0,
               math.nan, math.inf, -math.inf),
    "float": (0.0, -0.0, 1.0, 0.1, 16777216.0, 1e-45, 3.4028234663852886e38, math.nan, math.inf, -math.inf),
    "string": ("", " ", '"', "\\", "a\"b\\c/", "\n\r\t\b\f", "\x00\x01\x1f\x7f", "é", "\u2028\u2029", "日本語", "😀", "\ufeff", "null"),
}


@dataclasses.dataclass(frozen=True)
class Real:
    """A floating-point number of so many bits; its shortest text is expected."""

    value: float
    bits: int


@dataclasses.dataclass(frozen=True)
class Case:
    """One record: what the serializer is given, and the JSON that is expected of it."""

    datum: object
    expected: object


class Schemas:
    """Makes schemas and values from random numbers; every name of a schema is its own."""

    def __init__(self, random, prefix="R"):
        self._random, self._prefix = random, prefix
        self._count = 0
        # Named types of the schema that is being made, by full name, and which of them are not complete yet.
        self._named = {}
        self._open = []
        # How many maps the type that is being made is inside of.
        self._maps = 0

    # Schemas

    def record(self, depth=3):
        """A record schema, as a dictionary, whose first field is the number `id`."""
        self._named, self._open, self._maps = {}, [], 0
        return self._record_schema(depth, [{"name": "id", "type": "long"}])

    def text(self, schema):
        return json.dumps(schema, ensure_ascii=self._random.random() < 0.5)

    def _name(self, kind):
        self._count += 1
        return f"{self._prefix}{kind}{self._count}"

    def _full(self, schema):
        space = schema.get("namespace")
        return f"{space}.{schema['name']}" if space else schema["name"]

    def _record_schema(self, depth, fields=()):
        schema = {"type": "record", "name": self._name("Record"), "namespace": self._random.choice(("a", "shop.orders", "x.y.z"))}
        if self._random.random() < 0.2:
            schema["doc"] = 'a "record"\nwith a doc'
        full = self._full(schema)
        self._named[full] = schema
        self._open.append(full)
        schema["fields"] = list(fields)
        for number in range(self._random.randint(0 if fields else 1, 5)):
            schema["fields"].append(self._field(f"f{number}", depth - 1))
        self._open.pop()
        return schema

    def _field(self, name, depth):
        field = {"name": name + self._random.choice(("", "_x", "Z"))}
        if self._random.random() < 0.1 and self._open and not self._maps:
            # Itself again; not by way of a map, since Apicurio's registry answers such schemas with 500.
            own = self._random.choice(self._open)
            field["type"] = self._random.choice((["null", own], {"type": "array", "items": own}))
        else:
            field["type"] = self._type(depth)
        if isinstance(field["type"], list) and field["type"][0] == "null" and self._random.random() < 0.5:
            field["default"] = None
        if self._random.random() < 0.1:
            field |= {"doc": "a field", "aliases": [name + "Old"], "custom": {"deep": [1, "two"]}}
        return field

    def _type(self, depth):
        kinds = ["primitive"] * 5 + ["logical", "logical", "decimal", "enum", "fixed", "null"]
        if depth > 0:
            kinds += ["array", "map", "record", "optional", "optional", "union", "single", "again"]
        return getattr(self, f"_make_{self._random.choice(kinds)}")(depth)

    def _make_primitive(self, _):
        name = self._random.choice(PRIMITIVES)
        return {"type": name} if self._random.random() < 0.2 else name

    def _make_null(self, _):
        return "null"

    def _make_logical(self, _):
        name = self._random.choice(list(LOGICAL))
        return {"type": LOGICAL[name], "logicalType": name}

    def _make_decimal(self, _):
        precision = self._random.choice((1, 4, 9, 18, 28, 38))
        schema = {"logicalType": "decimal", "precision": precision, "scale": self._random.randint(0, precision)}
        if self._random.random() < 0.5:
            return {"type": "bytes", **schema}
        size = next(size for size in range(1, 40) if 10**precision <= 1 << (8 * size - 1)) + self._random.randint(0, 3)
        return self._remember({"type": "fixed", "name": self._name("Amount"), "size": size, **schema})

    def _make_enum(self, _):
        symbols = self._random.sample(["RED", "GREEN", "_b1", "Z9", "null", "int"], self._random.randint(1, 6))
        return self._remember({"type": "enum", "name": self._name("Enum"), "symbols": symbols})

    def _make_fixed(self, _):
        return self._remember({"type": "fixed", "name": self._name("Fixed"), "size": self._random.choice((1, 2, 7, 16, 100))})

    def _remember(self, schema):
        # Inside a record a name without a namespace has the record's.
        schema["namespace"] = "named"
        self._named[self._full(schema)] = schema
        return schema

    def _make_array(self, depth):
        return {"type": "array", "items": self._type(depth - 1)}

    def _make_map(self, depth):
        self._maps += 1
        values = self._type(depth - 1)
        self._maps -= 1
        return {"type": "map", "values": values}

    def _make_record(self, depth):
        return self._record_schema(depth)

    def _make_again(self, depth):
        names = [name for name in self._named if name not in self._open]
        return self._random.choice(names) if names else self._make_primitive(depth)

    def _make_optional(self, depth):
        other = self._branch(depth)
        return self._random.choice((["null", other], [other, "null"]))

    def _make_single(self, depth):
        return [self._branch(depth)]

    def _make_union(self, depth):
        branches = {}
        for _ in range(self._random.randint(2, 5)):
            known = dict(self._named)
            branch = self._branch(depth)
            name = self._branch_name(branch)
            if name in branches:
                # The types that it brought are not there then.
                self._named = known
            else:
                branches[name] = branch
        result = list(branches.values())
        if self._random.random() < 0.5:
            result.insert(self._random.randint(0, len(result)), "null")
        return result

    def _branch(self, depth):
        """What may stand in a union: no union, and no null, which is added apart."""
        while True:
            known = dict(self._named)
            made = self._type(depth - 1)
            if not isinstance(made, list) and made != "null":
                return made
            self._named = known

    def _branch_name(self, schema):
        """The name by which a union's branch is told from the others: the type, or the full name."""
        schema = self._resolved(schema)
        kind = schema["type"]
        return self._full(schema) if kind in ("record", "enum", "fixed") else kind

    def _resolved(self, schema):
        """A schema as a dictionary, for a name the type that has it."""
        if isinstance(schema, str):
            return self._named.get(schema) or {"type": schema}
        return schema

    # Values

    def case(self, schema, identifier):
        """A record with this number as its `id`."""
        self._budget = 60
        datum, expected = self._value(schema)
        datum["id"] = expected["id"] = identifier
        return Case(datum, expected)

    def _value(self, schema):
        """A value for the serializer, and what is expected of it."""
        self._budget -= 1
        if isinstance(schema, list):
            return self._union(schema)
        schema = self._resolved(schema)
        kind, logical = schema["type"], schema.get("logicalType")
        if logical == "decimal":
            return self._decimal(schema)
        if logical == "uuid":
            text = str(uuid.UUID(int=self._random.getrandbits(128)))
            return text, text
        if logical:
            number = self._random.choice((*RANGES[logical], 0, self._random.randint(*RANGES[logical])))
            return number, number
        return getattr(self, f"_{kind}")(schema)

    def _union(self, schema):
        branch = self._random.choice(schema)
        if "null" in schema and (self._budget < 0 or self._random.random() < 0.2):
            branch = "null"
        datum, expected = self._value(branch)
        if branch == "null":
            return None, None
        name = self._branch_name(branch)
        others = [each for each in schema if each != "null"]
        if len(others) == 1:
            return (name, datum), expected
        members = {}
        for other in others:
            members[self._branch_name(other).rpartition(".")[2]] = expected if other is branch else None
        return (name, datum), members

    def _decimal(self, schema):
        digits = self._random.randint(0, schema["precision"])
        unscaled = self._random.choice((-1, 1)) * self._random.randrange(10**digits)
        with decimal.localcontext(prec=100):
            number = decimal.Decimal(unscaled).scaleb(-schema["scale"])
        return number, number

    def _null(self, _):
        return None, None

    def _boolean(self, _):
        value = self._random.random() < 0.5
        return value, value

    def _int(self, _):
        value = self._random.choice((*EDGES["int"], self._random.randint(-(2**31), 2**31 - 1)))
        return value, value

    def _long(self, _):
        value = self._random.choice((*EDGES["long"], self._random.randint(-(2**63), 2**63 - 1)))
        return value, value

    def _double(self, _):
        value = self._random.choice((*EDGES["double"], self._random.uniform(-1e6, 1e6), self._random.gauss(0, 1) * 1e-9))
        return value, Real(value, 64)

    def _float(self, _):
        value = self._random.choice((*EDGES["float"], self._random.uniform(-1e6, 1e6)))
        value = struct.unpack("<f", struct.pack("<f", value))[0]
        return value, Real(value, 32)

    def _string(self, _):
        value = self._random.choice(EDGES["string"])
        if self._random.random() < 0.5:
            value += "".join(chr(self._random.choice((65, 0x20, 0xE9, 0x4E2D, 0x1F600, 0x22, 9))) for _ in range(self._random.randint(0, 40)))
        return value, value

    def _bytes(self, _):
        value = self._random.randbytes(self._random.choice((0, 1, 2, 3, 50)))
        return value, base64.b64encode(value).decode()

    def _fixed(self, schema):
        value = self._random.randbytes(schema["size"])
        return value, base64.b64encode(value).decode()

    def _enum(self, schema):
        symbol = self._random.choice(schema["symbols"])
        return symbol, symbol

    def _array(self, schema):
        pairs = [self._value(schema["items"]) for _ in range(self._size())]
        return [datum for datum, _ in pairs], [expected for _, expected in pairs]

    def _map(self, schema):
        pairs = {}
        for _ in range(self._size()):
            pairs[self._string(None)[0]] = self._value(schema["values"])
        return {key: pair[0] for key, pair in pairs.items()}, {key: pair[1] for key, pair in pairs.items()}

    def _size(self):
        return 0 if self._budget < 0 else self._random.choice((0, 1, 2, 5))

    def _record(self, schema):
        pairs = {field["name"]: self._value(field["type"]) for field in schema["fields"]}
        return {key: pair[0] for key, pair in pairs.items()}, {key: pair[1] for key, pair in pairs.items()}


def difference(expected, found, path="$"):
    """The first place where JSON is not what is expected, as a sentence; None when there is none.

    `found` was read with whole numbers as integers and other numbers as decimals.
    """
    if isinstance(expected, dict):
        if not isinstance(found, dict) or list(found) != list(expected) and sorted(found) != sorted(expected):
            return f"{path}: {expected!r} is expected, not {found!r}"
        pairs = [(expected[key], found[key], f"{path}.{key}") for key in expected]
    elif isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            return f"{path}: {expected!r} is expected, not {found!r}"
        pairs = [(one, other, f"{path}[{index}]") for index, (one, other) in enumerate(zip(expected, found))]
    else:
        return None if is_same(expected, found) else f"{path}: {expected!r} is expected, not {found!r}"
    return next((text for text in (difference(*pair) for pair in pairs) if text), None)


def is_same(expected, found):
    """Whether a value that is no array and no object is what is expected."""
    if isinstance(expected, Real):
        return is_same_real(expected, found)
    if isinstance(expected, decimal.Decimal):
        return isinstance(found, (int, decimal.Decimal)) and not isinstance(found, bool) and found == expected
    return type(expected) is type(found) and expected == found


def is_same_real(expected, found):
    """Whether JSON is that number; the shortest text of a number gives the same number again."""
    if math.isnan(expected.value) or math.isinf(expected.value):
        return found == {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(expected.value)]
    if not isinstance(found, (int, decimal.Decimal)) or isinstance(found, bool):
        return False
    number = float(found)
    if expected.bits == 32:
        # A value that was widened would have more digits than its shortest text.
        if isinstance(found, decimal.Decimal) and len(found.normalize().as_tuple().digits) > 9:
            return False
        try:
            number = struct.unpack("<f", struct.pack("<f", number))[0]
        except OverflowError:
            return False
    return number == expected.value
