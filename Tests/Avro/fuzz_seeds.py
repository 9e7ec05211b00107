"""Writes random schemas with data as inputs for the fuzz target `avro`: fuzz_seeds.py FOLDER COUNT."""

import json
import pathlib
import random
import sys

from random_schemas import Encoder, Names, SchemaGenerator, ValueGenerator

LONGEST = 500


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
    number = 0
    while count > 0:
        number += 1
        made = seed(number)
        if len(made) <= LONGEST:
            (folder / f"seed-{number}").write_bytes(made)
            count -= 1


if __name__ == "__main__":
    main()
