"""One sink: its configuration, its worker process, and what can be seen of it from outside."""

import decimal
import json
import os
import re
import signal
import subprocess
import threading
import urllib.request

import properties
from planted import keep
from processes import wait_until

# The exit codes of docs/errors.md.
DONE, USAGE, SERVICE_AWAY, FAULT, STOPPED_BY_DATA = 0, 64, 69, 70, 75

AVRO = "io.confluent.connect.avro.AvroConverter"
JSON_SCHEMA = "io.confluent.connect.json.JsonSchemaConverter"
PROTOBUF = "io.confluent.connect.protobuf.ProtobufConverter"
JSON = "org.apache.kafka.connect.json.JsonConverter"
STRING = "org.apache.kafka.connect.storage.StringConverter"
BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter"

BASE = {
    "flush.interval.ms": "300", "commit.interval.ms": "100", "errors.retry.backoff.time.ms": "100",
    # Long enough for a machine that is busy for seconds: whoever times out reads records again.
    "consumer.override.session.timeout.ms": "20000", "consumer.override.heartbeat.interval.ms": "500",
    "consumer.override.metadata.max.age.ms": "3000",
}
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


class Sink:
    """A sink and its worker; it can be started again after its end."""

    _lock = threading.Lock()

    def __init__(self, rig, name, routes, converter, cluster=None, **changes):
        """`changes` are properties, with `__` for each dot of their names."""
        self._rig, self.name, self.routes = rig, name, routes
        self.group = f"connect-{name}"
        self.topics = [route["topic"] for route in routes]
        self.cluster = cluster or rig.cluster
        self._folder = os.path.join(rig.folder, "sinks", name)
        os.makedirs(self._folder)
        values = properties.settings(name, rig.kafka.address, self.cluster, routes, converter, self._folder, 0) | BASE
        if converter in (AVRO, JSON_SCHEMA, PROTOBUF):
            values["value.converter.schema.registry.url"] = rig.registry.url
        self.settings = values | {key.replace("__", "."): str(value) for key, value in changes.items()}
        self.process = None
        # The last page of metrics that could be read.
        self.page = ""

    # Its life

    def sample(self, *arguments):
        """Has `sample` look at the sink's records; returns its exit code, and what it prints: each record, then the sum."""
        command = [self._rig.worker, "sample", "--json", "--timeout", "120", "--config", self._write(), *arguments]
        found = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        keep(f"sample-{self.name}", found.stdout + found.stderr)
        return found.returncode, [json.loads(line, parse_float=decimal.Decimal) for line in found.stdout.splitlines()]

    def _write(self):
        file = os.path.join(self._folder, "sink.properties")
        properties.write(file, self.settings)
        return file

    def start(self, variables=None):
        """Starts the worker, with further environment variables."""
        file = self._write()
        self.process = self._rig.children.start(
            f"worker-{self.name}", [self._rig.worker, "--config", file], variables and os.environ | variables,
        )
        return self

    def stop(self):
        """Tells the worker to end; returns its exit code, or None when it does not end."""
        keep(f"metrics-{self.name}", self.look())
        self.process.signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self):
        self.process.signal(signal.SIGKILL)
        self.process.wait(60)

    def await_end(self, timeout):
        """Waits until the worker ends by itself; returns its exit code."""
        wait_until(lambda: self.look() and False or self.has_ended, f"{self.name} ends by itself", timeout, 0.1)
        return self.process.poll()

    @property
    def has_ended(self):
        return self.process.poll() is not None

    def await_done(self, timeout=180):
        """Waits until the group has committed everything that its topics hold."""
        wait_until(
            lambda: not self._rig.kafka.lag(self.group, self.topics), f"{self.name} has no lag", timeout, 0.1,
            alive=[self.process],
        )

    def await_rows(self, table, count, timeout=180):
        """Waits until a table has so many rows while the worker runs."""
        self.cluster.await_count(table, count, timeout, alive=[self.process])

    # What it says

    def committed(self, topic=None):
        return self._rig.kafka.committed(self.group, topic or self.topics[0])

    @property
    def port(self):
        found = re.findall(r'"server\.port":(\d+)', self.text())
        return int(found[-1]) if found else None

    def text(self):
        with open(self.process.log, errors="replace") as file:
            return file.read()

    def lines(self):
        """The log lines, each a dictionary; what is no JSON is left out."""
        found = []
        for line in self.text().splitlines():
            if line.startswith("{"):
                try:
                    found.append(json.loads(line))
                except json.JSONDecodeError:
                    continue
        return found

    def lines_about(self, topic, offset):
        """The log lines that name a record: by its offset, or as the first of several."""
        return [
            line for line in self.lines() if line.get("kafka.topic") == topic and any(
                re.match(rf"{offset}\b", str(value)) for name, value in line.items() if name.startswith("kafka.offset")
            )
        ]

    def look(self):
        """Reads the page of metrics, as long as there is one."""
        port = self.port if self.process and not self.has_ended else None
        if port:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
                    self.page = response.read().decode()
            except OSError:
                pass
        return self.page

    def metric(self, name, **labels):
        """The sum of a metric's samples that have these labels, on the last page; None when there is none."""
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        samples = [
            float(value) for found, text, value in SAMPLE.findall(self.page)
            if found == name and all(each in text for each in wanted)
        ]
        return sum(samples) if samples else None

    def last_words(self):
        """What to show when something is wrong."""
        return self.process.last_lines(6)
