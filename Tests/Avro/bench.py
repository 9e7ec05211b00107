"""Measures how fast the module Avro checks data and writes JSON, against fastavro and Avro's C library: bench.py [RECORDS].

The data are orders that are made up here, or the telemetry of Tests/Benchmarks: RECORDS names a file with what its
`load --workload avro-250B --records 4000 --print` prints. All read the same data on one core, in processor time: the probe (AVRO_PROBE names the one of a release build), fastavro
reading a container file, which is its fastest way, and, where `libavro-dev` is installed, a C program that only decodes.
"""

import base64
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import fastavro

from probe import Probe
from random_schemas import Encoder, Names, Taken, Fields, Pairs

SCHEMA = {
    "type": "record",
    "name": "Order",
    "namespace": "com.example.shop",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "createdAt", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "customer", "type": "string"},
        {"name": "email", "type": ["null", "string"], "default": None},
        {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID", "SENT", "RETURNED"]}},
        {"name": "amount", "type": "double"},
        {"name": "isGift", "type": "boolean"},
        {"name": "quantity", "type": "int"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {
            "name": "address",
            "type": {
                "type": "record",
                "name": "Address",
                "fields": [
                    {"name": "street", "type": "string"},
                    {"name": "city", "type": "string"},
                    {"name": "postcode", "type": "int"},
                ],
            },
        },
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "scores", "type": {"type": "map", "values": "double"}},
    ],
}
TELEMETRY = pathlib.Path(__file__).parents[1] / "Benchmarks/telemetry.avsc"
COUNT = 2000
ROUNDS = 200


def order(source):
    """Returns a value of the schema."""

    def word(least, most):
        return "".join(source.choices("abcdefghijklmnopqrstuvwxyz ", k=source.randrange(least, most)))

    address = Fields([("street", word(8, 24)), ("city", word(5, 12)), ("postcode", source.randrange(10000, 99999))])
    return Fields(
        [
            ("id", source.getrandbits(40)),
            ("createdAt", 1_700_000_000_000 + source.getrandbits(32)),
            ("customer", word(6, 20)),
            ("email", Taken(1, f"{word(5, 9)}@example.com") if source.random() < 0.7 else Taken(0, None)),
            ("status", source.choice(["NEW", "PAID", "SENT", "RETURNED"])),
            ("amount", source.randrange(100, 100000) / 100),
            ("isGift", source.random() < 0.1),
            ("quantity", source.randrange(1, 20)),
            ("note", Taken(1, word(10, 60)) if source.random() < 0.3 else Taken(0, None)),
            ("address", address),
            ("tags", [word(3, 9) for _ in range(source.randrange(4))]),
            ("scores", Pairs((word(3, 9), source.random()) for _ in range(source.randrange(3)))),
        ]
    )


C_PROGRAM = r"""
#include <avro.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int count, char **arguments) {
    (void)count;
    long rounds = atol(arguments[2]), records = 0;
    struct timespec start, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (long round = 0; round < rounds; round++) {
        avro_file_reader_t reader;
        if (avro_file_reader(arguments[1], &reader)) { return 1; }
        avro_schema_t schema = avro_file_reader_get_writer_schema(reader);
        avro_value_iface_t *type = avro_generic_class_from_schema(schema);
        avro_value_t value;
        avro_generic_value_new(type, &value);
        while (avro_file_reader_read_value(reader, &value) == 0) { records++; avro_value_reset(&value); }
        avro_value_decref(&value);
        avro_value_iface_decref(type);
        avro_schema_decref(schema);
        avro_file_reader_close(reader);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    printf("%.1f\n", ((end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec)) / records);
    return 0;
}
"""


def orders():
    """Returns orders as datums, with their schema."""
    source = random.Random(1)
    names = Names([SCHEMA])
    return SCHEMA, [Encoder(source, names).encode(SCHEMA, order(source)) for _ in range(COUNT)]


def telemetry(path):
    """Returns the datums of a file of records, each with four bytes of length and five of prefix, with their schema."""
    records = pathlib.Path(path).read_bytes()
    datums, place = [], 0
    while place < len(records):
        end = place + 4 + int.from_bytes(records[place : place + 4], "big")
        datums.append(records[place + 9 : end])
        place = end
    return json.loads(TELEMETRY.read_text()), datums


def with_c(file):
    """Returns the nanoseconds of a record with Avro's C library, or None without it."""
    with tempfile.TemporaryDirectory() as folder:
        source, data, program = (pathlib.Path(folder) / name for name in ("bench.c", "data.avro", "bench"))
        source.write_text(C_PROGRAM)
        data.write_bytes(file)
        built = subprocess.run(["cc", "-O2", "-o", program, source, "-lavro"], capture_output=True)
        if built.returncode != 0:
            return None
        return float(subprocess.run([program, data, "100"], check=True, capture_output=True, text=True).stdout)


def with_fastavro(file):
    """Returns the nanoseconds of a record with fastavro."""
    records, start = 0, time.process_time()
    for _ in range(20):
        records += sum(1 for _ in fastavro.reader(io.BytesIO(file)))
    return (time.process_time() - start) * 1e9 / records


def main():
    schema, datums = telemetry(sys.argv[1]) if len(sys.argv) > 1 else orders()
    probe = Probe()
    encoded = [base64.b64encode(datum).decode() for datum in datums]
    asked = [{"mode": mode, "datums": encoded, "rounds": ROUNDS} for mode in ("measure check", "measure json")]
    _, (file, *measured) = probe.ask(schema, [{"mode": "container", "datums": encoded, "block": 500}, *asked])
    probe.close()
    file = base64.b64decode(file["output"])
    count = len(datums)
    size = sum(map(len, datums)) / count
    times = {mode: result["output"] / ROUNDS / count for mode, result in zip(("check", "json"), measured)}
    peers = {"fastavro": with_fastavro(file), "avro C": with_c(file)}
    print(f"{count} records of {size:.0f} bytes, {measured[1]['bytes'] / ROUNDS / count:.0f} bytes as JSON")
    for name, nanoseconds in {**times, **peers}.items():
        if nanoseconds is None:
            print(f"{name:>10}: left out, its library is not installed")
            continue
        print(f"{name:>10}: {nanoseconds:8.0f} ns a record, {size / nanoseconds * 1000:6.0f} MB/s")
    for name, nanoseconds in peers.items():
        if nanoseconds is not None:
            print(f"{name}: check is {nanoseconds / times['check']:.1f} times as fast, JSON {nanoseconds / times['json']:.1f}")


if __name__ == "__main__":
    main()
