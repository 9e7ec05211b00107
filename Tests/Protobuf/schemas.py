"""Random .proto files: proto2 and proto3, nested and recursive messages, enums, maps, oneofs, groups, well-known types."""

SCALARS = ["double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32",
           "sfixed64", "bool", "string", "bytes"]
KEYS = ["int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string"]
WELL_KNOWN = {
    "Any": "any", "Duration": "duration", "Empty": "empty", "FieldMask": "field_mask", "ListValue": "struct",
    "Struct": "struct", "Timestamp": "timestamp", "Value": "struct",
    **dict.fromkeys(["BoolValue", "BytesValue", "DoubleValue", "FloatValue", "Int32Value", "Int64Value", "StringValue",
                     "UInt32Value", "UInt64Value"], "wrappers"),
}
IMPORTS = sorted({f"google/protobuf/{file}.proto" for file in WELL_KNOWN.values()})


class File:
    """One random .proto file; what it declares can be used by the files that import it."""

    def __init__(self, random, name, imported=()):
        self.random, self.name, self.imported = random, name, list(imported)
        self.is_proto3 = random.random() < 0.7
        self.package = random.choice(["", "a", "shop.orders"]) + f"_{name.split('.')[0]}"
        self.enums, self.messages, self.count = [], [], 0
        for other in self.imported:
            # An open enum is no type for a field of proto3 when it is declared in proto2.
            self.enums += other.enums if self.is_proto3 == other.is_proto3 else []
            self.messages += other.messages
        lines = [f'syntax = "{"proto3" if self.is_proto3 else "proto2"}";', f"package {self.package};"]
        lines += [f'import "{place}";' for place in IMPORTS + [other.name for other in self.imported]]
        for _ in range(random.randint(0, 2)):
            lines += self.enum(self.package, "")
        self.top_level = 0
        for _ in range(random.randint(1, 3)):
            lines += self.message(self.package, "", 0)
            self.top_level += 1
        self.text = "\n".join(lines) + "\n"

    def next(self, stem):
        self.count += 1
        return f"{stem}{self.count}"

    def enum(self, scope, indent):
        name = self.next("Enum")
        numbers = [0] + self.random.sample(range(-5, 40), self.random.randint(0, 5))
        values = [f"{indent}  {self.next('V')} = {number};" for number in dict.fromkeys(numbers)]
        self.enums.append(f".{scope}.{name}")
        return [f"{indent}enum {name} {{", *values, f"{indent}}}"]

    def message(self, scope, indent, depth):
        random, name = self.random, self.next("Message")
        # Before the fields, so that a message can hold itself.
        self.messages.append(f".{scope}.{name}")
        lines = [f"{indent}message {name} {{"]
        if random.random() < 0.3:
            lines += self.enum(f"{scope}.{name}", indent + "  ")
        if depth < 2 and random.random() < 0.4:
            lines += self.message(f"{scope}.{name}", indent + "  ", depth + 1)
        numbers = random.sample([*range(1, 40), 127, 128, 2047, 2048, 18999, 20000, 536870911], random.randint(0, 14))
        while numbers:
            lines += self.field(numbers, indent + "  ")
        return [*lines, f"{indent}}}"]

    def field(self, numbers, indent):
        random, number = self.random, numbers.pop()
        name = random.choice(["f", "Field_", "snake_case_", "camelCase"]) + str(number)
        kind = random.random()
        if kind < 0.15:
            return [f"{indent}map<{random.choice(KEYS)}, {self.type()}> {name} = {number};"]
        if kind < 0.25:
            members = [f"{indent}  {self.type()} {name} = {number};"]
            for _ in range(min(len(numbers), 2)):
                other = numbers.pop()
                members.append(f"{indent}  {self.type()} o{other} = {other};")
            return [f"{indent}oneof choice{number} {{", *members, f"{indent}}}"]
        if kind < 0.5:
            packed = ""
            type_ = self.type()
            if type_ in SCALARS[:13] and random.random() < 0.4:
                packed = f" [packed = {random.choice(['true', 'false'])}]"
            return [f"{indent}repeated {type_} {name} = {number}{packed};"]
        if self.is_proto3:
            return [f"{indent}{'optional ' if random.random() < 0.3 else ''}{self.type()} {name} = {number};"]
        if kind < 0.55:
            return [f"{indent}optional group Group{number} = {number} {{ optional string s = 1; repeated int64 n = 2; }}"]
        default = ""
        type_ = self.type()
        if type_ in ("int32", "sint64") and random.random() < 0.5:
            default = " [default = 41]"
        return [f"{indent}optional {type_} {name} = {number}{default};"]

    def type(self):
        kind = self.random.random()
        if kind < 0.15 and self.enums:
            return self.random.choice(self.enums)
        if kind < 0.35 and self.messages:
            return self.random.choice(self.messages)
        if kind < 0.5:
            return ".google.protobuf." + self.random.choice(list(WELL_KNOWN))
        return self.random.choice(SCALARS)
