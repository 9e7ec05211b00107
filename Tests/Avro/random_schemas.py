"""Random Avro schemas and values of them, and the encoding of the values.

The encoding is our own and not fastavro's, because the tests must know which branch of a union was taken, and because a
producer may cut arrays and maps into blocks as it likes, with and without their sizes.
"""

import struct


class Taken:
    """The value of a union, with the number of its branch."""

    def __init__(self, number, value):
        self.number = number
        self.value = value


class Pairs(list):
    """The entries of a map, whose keys may repeat in the data."""


class Fields(list):
    """The fields of a record with their names."""


PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
LOGICAL = [
    {"type": "int", "logicalType": "date"},
    {"type": "int", "logicalType": "time-millis"},
    {"type": "long", "logicalType": "time-micros"},
    {"type": "long", "logicalType": "timestamp-millis"},
    {"type": "long", "logicalType": "timestamp-micros"},
    {"type": "long", "logicalType": "timestamp-nanos"},
    {"type": "long", "logicalType": "local-timestamp-millis"},
    {"type": "long", "logicalType": "local-timestamp-micros"},
    {"type": "long", "logicalType": "local-timestamp-nanos"},
    {"type": "string", "logicalType": "uuid"},
    {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2},
    {"type": "bytes", "logicalType": "decimal", "precision": 60, "scale": 0},
    {"type": "bytes", "logicalType": "decimal", "precision": 40, "scale": 33},
    # Invalid ones, which are as if they were not there.
    {"type": "bytes", "logicalType": "decimal"},
    {"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 3},
    {"type": "string", "logicalType": "date"},
    {"type": "long", "logicalType": "no-such-type"},
]
FIXED_LOGICAL = [
    (16, {"logicalType": "uuid"}),
    (12, {"logicalType": "duration"}),
    (5, {"logicalType": "decimal", "precision": 11, "scale": 4}),
    (16, {"logicalType": "decimal", "precision": 38, "scale": 10}),
    (4, {"logicalType": "decimal", "precision": 10}),
]
TEXTS = ["", "a", "x" * 70, "comma, quote \" and\nline", "\\\t\r\0\x1f\x7f", "déjà vu", "日本語", "😀\u2028\ufeff", "null", " "]


class SchemaGenerator:
    """Makes one schema, with schemas that it refers to."""

    def __init__(self, random):
        self.random = random
        self.names = {}
        self.open = set()
        self.count = 0

    def schema(self):
        """Returns the schema and those that it refers to, in the order in which they may be read."""
        references = [self.named(0, None) for _ in range(self.random.choice([0, 0, 0, 1, 3]))]
        if self.random.random() < 0.8:
            return self.record(0, None), references
        return self.type(0, None), references

    def type(self, depth, namespace):
        random = self.random
        if depth > 4 or random.random() < 0.45:
            return random.choice([random.choice(PRIMITIVES), {"type": random.choice(PRIMITIVES)}, dict(random.choice(LOGICAL))])
        kind = random.randrange(8)
        if kind == 0:
            return {"type": "array", "items": self.type(depth + 1, namespace)}
        if kind == 1:
            return {"type": "map", "values": self.type(depth + 1, namespace)}
        if kind <= 4:
            return self.union(depth, namespace)
        known = sorted(name for name in self.names if name not in self.open and self.usable(name, namespace))
        if kind == 5 and known:
            return self.reference(random.choice(known), namespace)
        return self.named(depth, namespace)

    def reference(self, name, namespace):
        """Returns a name of a type as it may be written in a namespace."""
        if "." in name:
            space, _, short = name.rpartition(".")
            return short if space == namespace and self.random.random() < 0.5 else name
        return name

    def usable(self, name, namespace):
        """Whether the name means this type there: one without a namespace cannot be said within another."""
        return "." in name or not namespace

    def named(self, depth, namespace):
        kind = self.random.randrange(6)
        if kind == 0:
            symbols = [f"S{index}_{self.random.randrange(100)}" for index in range(self.random.choice([1, 2, 200]))]
            attributes, _ = self.names_for("enum", namespace)
            return {**attributes, "symbols": symbols, **({"default": symbols[0]} if depth else {})}
        if kind == 1:
            size, logical = self.random.choice(FIXED_LOGICAL + [(0, {}), (1, {}), (300, {})])
            attributes, _ = self.names_for("fixed", namespace)
            return {**attributes, "size": size, **logical}
        return self.record(depth, namespace)

    def names_for(self, kind, namespace):
        self.count += 1
        short = f"{kind.capitalize()}{self.count}"
        form = self.random.randrange(4)
        if form == 0:
            attributes, space = {"type": kind, "name": short}, namespace
        elif form == 1:
            space = self.random.choice(["com.example", "a", "a.b.c"])
            attributes = {"type": kind, "name": f"{space}.{short}"}
        elif form == 2:
            space = self.random.choice(["com.example", "org"])
            attributes = {"type": kind, "name": short, "namespace": space}
        else:
            # A name with a dot is a full name, whatever the namespace says.
            space = "full"
            attributes = {"type": kind, "name": f"full.{short}", "namespace": "ignored"}
        name = f"{space}.{short}" if space else short
        if space or not namespace:
            self.names[name] = attributes
        return attributes, space

    def record(self, depth, namespace):
        attributes, space = self.names_for("record", namespace)
        if self.random.random() < 0.3:
            attributes["doc"] = "What \"it\" is\n😀"
        name = f"{space}.{attributes['name'].rpartition('.')[2]}" if space else attributes["name"]
        self.open.add(name)
        fields = []
        for index in range(self.random.choice([0, 1, 2, 3, 5, 9]) if depth else self.random.randrange(1, 9)):
            field = {"name": self.random.choice([f"f{index}", f"field_{index}_with_a_long_name"])}
            if self.random.random() < 0.12:
                field["type"] = self.recursion(attributes, space)
            else:
                field["type"] = self.type(depth + 1, space)
            if self.random.random() < 0.15:
                field.update({"doc": "d", "custom": {"a": [1, 2.5, None]}})
            if isinstance(field["type"], list) and field["type"][0] == "null" and self.random.random() < 0.5:
                field["default"] = None
            if field["type"] == "long" and self.random.random() < 0.5:
                field["default"] = 9007199254740993
            fields.append(field)
        attributes["fields"] = fields
        self.open.discard(name)
        return attributes

    def recursion(self, attributes, space):
        short = attributes["name"].rpartition(".")[2]
        name = self.random.choice([short, f"{space}.{short}"]) if space else short
        return self.random.choice([["null", name], [name, "null"], {"type": "array", "items": name}, {"type": "map", "values": name}])

    def union(self, depth, namespace):
        random = self.random
        form = random.randrange(5)
        if form == 0:
            return [self.branch(depth, namespace)]
        if form <= 2:
            other = self.branch(depth, namespace)
            return ["null", other] if random.random() < 0.7 else [other, "null"]
        branches, taken = [], set()
        for _ in range(random.randrange(2, 9)):
            known = dict(self.names)
            branch = "null" if random.random() < 0.2 else self.branch(depth, namespace)
            identity = branch_identity(branch)
            if identity in taken:
                # What it defines is not there for others.
                self.names = known
            else:
                taken.add(identity)
                branches.append(branch)
        return branches

    def branch(self, depth, namespace):
        while True:
            known = dict(self.names)
            branch = self.type(depth + 1, namespace)
            if not isinstance(branch, list) and branch != "null" and branch != {"type": "null"}:
                return branch
            self.names = known


def branch_identity(branch):
    """What no two branches of a union may share."""
    if isinstance(branch, str):
        return branch.rpartition(".")[2]
    return branch["name"].rpartition(".")[2] if "name" in branch else branch["type"]


class Names:
    """Finds the type that a name means, as the specification says."""

    def __init__(self, schemas):
        self.types = {}
        for schema in schemas:
            self.collect(schema, None)

    def collect(self, schema, namespace):
        if isinstance(schema, list):
            for branch in schema:
                self.collect(branch, namespace)
        elif isinstance(schema, dict):
            kind = schema["type"]
            if kind in ("record", "enum", "fixed"):
                full, namespace = self.full(schema, namespace)
                self.types[full] = (schema, namespace)
            for field in schema.get("fields", []):
                self.collect(field["type"], namespace)
            for key in ("items", "values"):
                if key in schema:
                    self.collect(schema[key], namespace)

    @staticmethod
    def full(schema, namespace):
        """Returns a definition's full name and the namespace inside it."""
        name = schema["name"]
        if "." in name:
            return name, name.rpartition(".")[0]
        space = schema.get("namespace", namespace)
        return (f"{space}.{name}" if space else name), space

    def resolve(self, schema, namespace):
        """Returns a type that is no name, and the namespace inside it."""
        if isinstance(schema, dict) and schema["type"] in ("record", "enum", "fixed"):
            return schema, self.full(schema, namespace)[1]
        if isinstance(schema, str) and schema not in PRIMITIVES:
            return self.types[schema if "." in schema or not namespace else f"{namespace}.{schema}"]
        if isinstance(schema, str):
            return {"type": schema}, namespace
        return schema, namespace


class ValueGenerator:
    """Makes values of a schema."""

    def __init__(self, random, names):
        self.random = random
        self.names = names

    def value(self, schema, namespace=None, depth=0):
        schema, namespace = self.names.resolve(schema, namespace)
        random = self.random
        if isinstance(schema, list):
            return self.union(schema, namespace, depth)
        kind = schema["type"]
        if kind == "null":
            return None
        if kind == "boolean":
            return random.random() < 0.5
        if kind == "int":
            return random.choice([0, 1, -1, 2**31 - 1, -(2**31), random.randrange(-300, 300), random.getrandbits(31)])
        if kind == "long":
            return random.choice([0, -1, 2**63 - 1, -(2**63), 2**53 + 1, random.randrange(-300, 300), random.getrandbits(random.randrange(1, 63))])
        if kind == "float":
            return struct.unpack("<f", random.choice([b"\0\0\0\0", b"\0\0\xc0\x7f", b"\0\0\x80\x7f", b"\0\0\x80\xff", struct.pack("<f", random.randrange(-9, 9) / 4)] + [random.randbytes(4)] * 5))[0]
        if kind == "double":
            return struct.unpack("<d", random.choice([bytes(7) + b"\x80", struct.pack("<d", random.random()), struct.pack("<d", random.randrange(-(10**15), 10**17)), struct.pack("<d", float("nan"))] + [random.randbytes(8)] * 4))[0]
        if kind == "bytes":
            return random.randbytes(random.choice([0, 1, 2, 3, 8, 9, 17, 40]))
        if kind == "string":
            return "".join(random.choice(TEXTS) for _ in range(random.randrange(4)))
        if kind == "fixed":
            return random.randbytes(schema["size"])
        if kind == "enum":
            return random.choice(schema["symbols"])
        if kind == "array":
            return [self.value(schema["items"], namespace, depth + 1) for _ in range(self.length(depth))]
        if kind == "map":
            return Pairs((random.choice(TEXTS) + str(index), self.value(schema["values"], namespace, depth + 1)) for index in range(self.length(depth)))
        return Fields((field["name"], self.value(field["type"], namespace, depth + 1)) for field in schema["fields"])

    def length(self, depth):
        lengths = [0, 1, 3, 70] if depth < 2 else [0, 1, 2] if depth < 4 else [0, 0, 1] if depth < 9 else [0]
        return self.random.choice(lengths)

    def union(self, schema, namespace, depth):
        numbers = range(len(schema))
        nulls = [number for number in numbers if schema[number] in ("null", {"type": "null"})]
        number = self.random.choice(nulls) if nulls and depth > 8 else self.random.choice(numbers)
        return Taken(number, self.value(schema[number], namespace, depth + 1))


class Encoder:
    """Writes values in Avro's binary encoding."""

    def __init__(self, random, names):
        self.random = random
        self.names = names

    def encode(self, schema, value, namespace=None):
        schema, namespace = self.names.resolve(schema, namespace)
        if isinstance(schema, list):
            return long(value.number) + self.encode(schema[value.number], value.value, namespace)
        kind = schema["type"]
        if kind == "null":
            return b""
        if kind == "boolean":
            return b"\1" if value else b"\0"
        if kind in ("int", "long"):
            return long(value)
        if kind == "float":
            return struct.pack("<f", value)
        if kind == "double":
            return struct.pack("<d", value)
        if kind == "bytes":
            return long(len(value)) + value
        if kind == "string":
            return long(len(value.encode())) + value.encode()
        if kind == "fixed":
            return value
        if kind == "enum":
            return long(schema["symbols"].index(value))
        if kind == "array":
            return self.blocks([self.encode(schema["items"], item, namespace) for item in value])
        if kind == "map":
            return self.blocks([long(len(key.encode())) + key.encode() + self.encode(schema["values"], item, namespace) for key, item in value])
        return b"".join(self.encode(field["type"], item, namespace) for field, (_, item) in zip(schema["fields"], value))

    def blocks(self, items):
        output = b""
        while items:
            count = self.random.choice([1, len(items), len(items)])
            data = b"".join(items[:count])
            items, output = items[count:], output + (long(count) if self.random.random() < 0.6 else long(-count) + long(len(data))) + data
        return output + long(0)


def long(value):
    """Returns a whole number in the variable length of Avro."""
    rest = (value << 1) ^ (value >> 63)
    output = bytearray()
    while rest >= 0x80:
        output.append(rest & 0x7F | 0x80)
        rest >>= 7
    output.append(rest)
    return bytes(output)
