"""The program that answers what the module Avro makes of schemas and data."""

import base64
import json
import os
import pathlib
import subprocess

PROGRAM = pathlib.Path(os.environ.get("AVRO_PROBE", pathlib.Path(__file__).parents[2] / ".build/debug/AvroProbe"))


class Refused(Exception):
    """The schema was refused; the message says why."""


class Probe:
    """One process, which is asked line by line."""

    def __init__(self):
        self.process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, schema, requests, references=()):
        """Returns the schema's own text and the results of the requests in order."""
        question = {"schema": json.dumps(schema), "references": [json.dumps(text) for text in references], "requests": requests}
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the probe ended with {self.process.wait()} at {json.dumps(question)[:4000]}"
        reply = json.loads(line)
        if "error" in reply:
            raise Refused(reply["error"])
        return reply["text"], reply["results"]

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(60) == 0


def request(mode, datum):
    """Returns what to ask about one datum."""
    return {"mode": mode, "datum": base64.b64encode(datum).decode()}
