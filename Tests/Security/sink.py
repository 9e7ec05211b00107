"""One sink that signs in somehow: its configuration, its worker, and what became of its records."""

import json
import os
import re
import signal
import subprocess
import urllib.request

import properties
from processes import wait_until
from rig import POISON, table_of

# The exit codes of docs/errors.md.
DONE, USAGE, SERVICE_AWAY = 0, 64, 69

BASE = {
    "flush.interval.ms": "200", "commit.interval.ms": "100", "errors.retry.backoff.time.ms": "100",
    "errors.retry.max.time.ms": "20000", "startup.timeout.ms": "60000",
    "consumer.override.session.timeout.ms": "30000", "consumer.override.heartbeat.interval.ms": "1000",
    "errors.tolerance": "all", "behavior.on.error": "log",
    "errors.deadletterqueue.topic.replication.factor": "1",
}


def write(path, values):
    """Writes a properties file in which values are what they are, backslashes and line breaks included."""
    text = {name: value.replace("\\", "\\\\").replace("\n", "\\n") for name, value in values.items()}
    properties.write(path, text)


class Sink:
    """A sink and its worker process."""

    def __init__(self, rig, name, listener, security, queue=None, environment=None):
        """`security` are the properties by which it signs in at a listener.

        `queue` are a listener and the properties, without prefix, by which the misc queue signs in, when they are others.
        """
        self._rig, self.name = rig, name
        self.topic, self.errors, self.letters = (f"{kind}-{name}" for kind in ("in", "errors", "letters"))
        self.group, self.table = f"connect-{name}", table_of(name)
        self.address = rig.kafka.at(listener)
        self._folder = rig.file("sinks", name)
        os.makedirs(self._folder)
        route = {"topic": self.topic, "table": self.table, "format": "json", "mapping": "rows", "streaming": True}
        json_converter = properties.CONVERTERS["json"]
        self.settings = properties.settings(name, self.address, rig.adx, [route], json_converter, self._folder, 0) | BASE | {
            "errors.deadletterqueue.topic.name": self.errors,
            "misc.deadletterqueue.bootstrap.servers": rig.kafka.at(queue[0] if queue else listener),
            "misc.deadletterqueue.topic.name": self.letters,
        } | security | {f"misc.deadletterqueue.{key}": value for key, value in (queue[1] if queue else {}).items()}
        self._environment = dict(os.environ, KRB5CCNAME=os.path.join(self._folder, "tickets")) | (environment or {})
        if any("SCRAM" in value for value in self.settings.values()):
            self._environment |= rig.scram_environment
        self.process = None

    def start(self):
        path = os.path.join(self._folder, "sink.properties")
        write(path, self.settings)
        self.process = self._rig.children.start(
            f"worker-{self.name}", [self._rig.worker, "--config", path], self._environment
        )
        return self

    def print_config(self):
        """What `--print-config` shows, which is kept beside the logs."""
        path = os.path.join(self._folder, "sink.properties")
        write(path, self.settings)
        outcome = subprocess.run(
            [self._rig.worker, "--config", path, "--print-config"], capture_output=True, text=True, timeout=60,
            env=self._environment, check=False,
        )
        with open(self._rig.file(f"{self.name}.print"), "w") as file:
            file.write(outcome.stdout + outcome.stderr)
        return outcome

    def stop(self):
        """Keeps the page of metrics and ends the worker; returns its exit code."""
        self._keep_page()
        self.process.signal(signal.SIGTERM)
        return self.process.wait(60)

    def await_end(self, timeout=60):
        """Waits until the worker ends by itself; returns its exit code and its last line."""
        wait_until(lambda: self.process.poll() is not None, f"{self.name} ends by itself: {self.process.last_lines(4)}",
                   timeout, 0.1)
        return self.process.poll(), self.last_line()

    def last_line(self):
        """What the last line of the log says."""
        lines = [line for line in self.text().splitlines() if line.strip()]
        return json.loads(lines[-1])["message"] if lines else ""

    def text(self):
        with open(self.process.log, errors="replace") as file:
            return file.read()

    def _keep_page(self):
        found = re.findall(r'"server\.port":(\d+)', self.text())
        if not found or self.process.poll() is not None:
            return
        with open(self._rig.file(f"{self.name}.page"), "wb") as file:
            for path in ("metrics", "status"):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{found[-1]}/{path}", timeout=10) as answer:
                        file.write(answer.read())
                except OSError:
                    continue

    # Records

    def write(self, ids, poison=False):
        """Writes records, with one that cannot be converted and one that ADX rejects if asked to."""
        values = [json.dumps({"id": number, "text": "t"}).encode() for number in ids]
        if poison:
            values += [b'{"id": ', json.dumps({"id": -1, "text": POISON}).encode()]
        self._rig.kafka.write(self.topic, values)

    def ids(self):
        """The ids of the rows."""
        return sorted(row[0] for row in self._rig.adx.rows(self.table, ("id",)))

    def await_ids(self, count, timeout=120):
        """Waits until the rows have so many different ids."""
        return wait_until(
            lambda: (found := set(self.ids())) and len(found) >= count and found, f"{self.name} has {count} rows", timeout,
            0.3, alive=[self.process],
        )

    def await_letters(self, timeout=120):
        """Waits until each dead-letter topic holds a letter."""
        for topic in (self.errors, self.letters):
            wait_until(
                lambda topic=topic: self._rig.kafka.ends(topic).get(0, 0) > 0, f"{topic} holds a letter", timeout, 0.2,
                alive=[self.process],
            )
