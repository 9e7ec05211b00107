"""Compares the JSON of random messages of random schemas, value by value, with what the official Python library makes."""

import base64
import json
import os
import random

import grpc_tools
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.message import DecodeError
from grpc_tools import protoc

from messages import Filler, difference, expected, has_doubtful_entry
from schemas import File

INCLUDED = os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")
MESSAGES = 12


def encoded(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


class Case:
    """A random schema, read by the official compiler, and the means to make messages of it."""

    def __init__(self, seed, folder):
        self.seed, self.random = seed, random.Random(seed)
        imported = File(self.random, "common.proto")
        self.file = File(self.random, "main.proto", [imported])
        self.files = [imported, self.file]
        for file in self.files:
            (folder / file.name).write_text(file.text)
        output = folder / "descriptors"
        arguments = [f"-I{folder}", f"-I{INCLUDED}", f"--descriptor_set_out={output}", "--include_imports", str(folder / "main.proto")]
        assert protoc.main(["protoc", *arguments]) == 0, self.file.text
        self.pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes()).file:
            self.pool.Add(file)
            if file.name == "main.proto":
                self.descriptor = file
        self.filler = Filler(self.random, self.make)

    def make(self):
        """An empty message of a random type, for an Any to hold."""
        name = self.random.choice([*self.file.messages, ".google.protobuf.Duration", ".google.protobuf.Int64Value"])[1:]
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))()

    def commands(self):
        """Yields command lines, and for each what decides whether its answer is right."""
        references = " ".join(f"{file.name} {encoded(file.text)}" for file in self.files[:-1])
        text = self.file.text if self.random.random() < 0.8 else encoded(self.descriptor.SerializeToString())
        yield f"schema {encoded(text)} {references}", self.is_ok
        for index in range(self.file.top_level):
            yield from self.of_message([index], self.pool.FindFileByName("main.proto").message_types_by_name, index)

    def of_message(self, path, types, index):
        descriptor = list(types.values())[index]
        kind = message_factory.GetMessageClass(descriptor)
        yield "message " + " ".join(map(str, path)), lambda answer: None if answer == f"ok {descriptor.full_name}" else answer
        former = b""
        for _ in range(MESSAGES):
            message = kind()
            self.filler.fill(message)
            payload = message.SerializeToString()
            yield self.payload(kind, payload)
            # The values of a message are merged with those that follow it.
            yield self.payload(kind, former + payload)
            former = payload
            damaged = bytearray(payload)
            for _ in range(self.random.randint(1, 3)):
                if damaged:
                    damaged[self.random.randrange(len(damaged))] = self.random.randrange(256)
            yield self.payload(kind, bytes(damaged), is_damaged=True)
            yield self.payload(kind, payload[: self.random.randint(0, len(payload))], is_damaged=True)

    def payload(self, kind, payload, is_damaged=False):
        def check(answer):
            try:
                message = kind.FromString(payload)
                if is_damaged and has_doubtful_entry(message):
                    return None
                wanted = expected(message, self.pool)
            except DecodeError:
                # Libraries differ in what they let pass, such as a field with the number 0.
                return None if is_damaged else "the official library does not read its own payload"
            except (json_format.Error, ValueError, TypeError, KeyError) as error:
                return None if answer.startswith("fault ") else f"{answer[:300]} instead of a fault: {error!r}"
            if answer.startswith("fault "):
                return f"{answer}; wanted {wanted!r:.300}"
            return difference(json.loads(answer), wanted)

        return f"payload {encoded(payload)}", check

    def is_ok(self, answer):
        return None if answer == "ok" else answer


def test_random_messages(request, probe, tmp_path):
    first, count = request.config.getoption("--seed"), request.config.getoption("--schemas")
    compared = 0
    for seed in range(first, first + count):
        case = Case(seed, tmp_path)
        commands = list(case.commands())
        for (line, check), answer in zip(commands, probe([line for line, _ in commands])):
            problem = check(answer)
            if problem:
                pytest.fail(f"seed {seed}: {problem}\n{line[:2000]}\n{case.files[0].text}\n{case.file.text}")
            compared += 1
    print(f"{compared} answers of {count} schemas")
