#!/usr/bin/env python3
"""Measures how long a message takes from its bytes to JSON: ours, and the official Python library's.

    speed.py [PROBE]      PROBE is the program ProtobufProbe of a release build, .build/release/ProtobufProbe by default
"""

import base64
import pathlib
import subprocess
import sys
import tempfile
import time

import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPETITIONS, REPETITIONS_OF_PYTHON = 300_000, 5_000
SCHEMA = """syntax = "proto3";
import "google/protobuf/timestamp.proto";
package shop;
enum State { NEW = 0; PAID = 1; SENT = 2; }
message Order {
  message Item { string sku = 1; int32 quantity = 2; double price = 3; }
  int64 id = 1; string customer = 2; State state = 3; google.protobuf.Timestamp created = 4; repeated Item items = 5;
  map<string, string> labels = 6; bool gift = 7; optional string note = 8; repeated int64 codes = 9; bytes token = 10;
  double total = 11; int32 version = 12; fixed64 trace = 13; string country = 14;
}
"""


def order_class():
    with tempfile.TemporaryDirectory() as folder:
        source, output = pathlib.Path(folder, "order.proto"), pathlib.Path(folder, "descriptors")
        source.write_text(SCHEMA)
        included = pathlib.Path(grpc_tools.__file__).parent / "_proto"
        arguments = [f"-I{folder}", f"-I{included}", f"--descriptor_set_out={output}", "--include_imports", str(source)]
        if protoc.main(["protoc", *arguments]) != 0:
            sys.exit("the compiler does not read the schema")
        pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes()).file:
            pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("shop.Order"))


def main():
    probe = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / ".build" / "release" / "ProtobufProbe")
    kind = order_class()
    order = kind(
        id=9007199254740993, customer='Müller & Söhne, "Hafen" 7', state=1, gift=True, codes=[1, 2, 3, 4, 5, 600000],
        token=b"0123456789abcdef", total=1234.56, version=3, trace=2**63 + 1, country="DE",
        labels={"channel": "web", "campaign": "spring-2024"},
        items=[{"sku": f"SKU-{i:06}", "quantity": i, "price": 9.99 * i} for i in range(4)],
    )
    order.created.FromJsonString("2024-02-29T12:34:56.789Z")
    payload = order.SerializeToString()
    word = base64.b64encode(payload).decode()
    lines = [f"schema {base64.b64encode(SCHEMA.encode()).decode()}", "message 0", f"payload {word}"]
    lines += [f"repeat {REPETITIONS} {word}"] * 3
    answers = subprocess.run([probe], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout.split("\n")
    ours = min(int(answer) for answer in answers[3:6])
    began = time.perf_counter()
    for _ in range(REPETITIONS_OF_PYTHON):
        json_format.MessageToJson(
            kind.FromString(payload), preserving_proto_field_name=True, always_print_fields_with_no_presence=True, indent=None)
    theirs = (time.perf_counter() - began) / REPETITIONS_OF_PYTHON * 1e9
    print(f"{len(payload)} bytes to {len(answers[2].encode())} of JSON: {ours} ns, Python {theirs:.0f} ns, {theirs / ours:.0f} times")


if __name__ == "__main__":
    main()
