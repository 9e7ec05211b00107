#!/usr/bin/env python3
"""Decodes Avro with fastavro and nothing else: what Python's fastest reader makes of the same records.

Reads what `load --workload avro-250B --print` writes on standard input: records in wire format, each with its length before
it. Prints JSON with the seconds that it takes to decode each record by itself, and all of them as one container file.
"""

import io
import json
import sys
import time

import fastavro
from fastavro.write import schemaless_writer

PREFIX = 5


def datums(source):
    """The data of each record, without its prefix."""
    result = []
    while length := source.read(4):
        record = source.read(int.from_bytes(length, "big"))
        if record[:PREFIX] != b"\0\0\0\0\1":
            raise SystemExit("a record is not in wire format with the schema's number 1")
        result.append(record[PREFIX:])
    return result


def container(schema, parts, records=1000):
    """A container file of the data, in blocks of so many records."""
    output = io.BytesIO()
    fastavro.writer(output, schema, [])
    marker = output.getvalue()[-16:]
    for start in range(0, len(parts), records):
        block = parts[start : start + records]
        data = b"".join(block)
        for number in (len(block), len(data)):
            schemaless_writer(output, "long", number)
        output.write(data + marker)
    return output.getvalue()


def main(schema_path):
    with open(schema_path) as file:
        schema = fastavro.parse_schema(json.load(file))
    parts = datums(sys.stdin.buffer)
    file = io.BytesIO(container(schema, parts))
    started = time.process_time()
    for part in parts:
        fastavro.schemaless_reader(io.BytesIO(part), schema)
    single = time.process_time() - started
    started = time.process_time()
    count = sum(1 for _ in fastavro.reader(file))
    whole = time.process_time() - started
    if count != len(parts):
        raise SystemExit(f"the container file has {count} records of {len(parts)}")
    json.dump({
        "records": count, "payload_bytes": sum(len(part) + PREFIX for part in parts), "single_seconds": single,
        "container_seconds": whole, "fastavro": fastavro.__version__,
    }, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
