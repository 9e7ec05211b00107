"""One cell of the error matrix: what goes wrong, what the configuration says about it, and what became of it."""

import dataclasses
import json

from processes import RunError, wait_until
from sink import JSON, STRING
from topics import Record

COUNT, BAD = 20, 10
# What is wrong with the bad record where ADX is the one that objects.
POISON = "poison-7f3a"
HEADERS = (("h1", b"\x00\xff"), ("h1", b""), ("none", None), ("__connect.errors.topic", b"from before"))
BEHAVIORS = ("fail", "log", "ignore")

# How a failure comes about. The last two have a dead-letter topic that takes no record.
CONVERSION = ("value", "value tolerated", "key", "key tolerated")
INGESTION = ("exhausted", "permanent", "poison", "poison after queueing")
BROKEN = ("errors queue fails", "misc queue fails")


@dataclasses.dataclass(frozen=True)
class Cell:
    """A kind of failure, `behavior.on.error`, and whether there are dead-letter topics."""

    kind: str
    behavior: str
    has_queues: bool

    @property
    def name(self):
        return f"{self.kind.replace(' ', '-')}-{self.behavior}-{'queues' if self.has_queues else 'none'}"

    def __str__(self):
        return self.name


def all_cells():
    cells = [Cell(kind, behavior, has) for kind in CONVERSION + INGESTION for behavior in BEHAVIORS for has in (True, False)]
    return cells + [Cell(kind, behavior, True) for kind in BROKEN for behavior in BEHAVIORS]


@dataclasses.dataclass
class Outcome:
    """What was seen of a cell."""

    written: list
    exit: int | None
    rows: list
    committed: int
    errors: list
    misc: list
    sink: object
    problem: str | None


class Run:
    """Runs one cell on a topic, a table, dead-letter topics and a worker of its own."""

    def __init__(self, rig, cell):
        self._rig, self._cell = rig, cell
        self.topic = f"cell-{cell.name}"
        self.table = f"Cell_{cell.name.replace('-', '_')}"
        self.errors, self.misc = f"{self.topic}-errors", f"{self.topic}-misc"

    def go(self):
        rig, cell = self._rig, self._cell
        is_streaming = cell.kind in ("permanent", "poison", "misc queue fails")
        rig.topic(self.topic)
        rig.topic(self.misc)
        rig.cluster.create(self.table, paths={"id": "$.id", "doc": "$.doc"}, streaming=is_streaming)
        written = rig.kafka.write(self.topic, [self._record(number) for number in range(COUNT)])
        self._break_queues()
        faults = self._faults()
        if faults:
            rig.cluster.add(*faults)
        route = {"topic": self.topic, "table": self.table, "format": "json", "mapping": "rows"}
        if is_streaming:
            route["streaming"] = True
        sink = rig.sink(self.topic, [route], JSON, **self._settings()).start()
        problem = None
        try:
            wait_until(lambda: sink.has_ended or self._is_done(sink), f"{cell} is over", 240, 0.2)
        except RunError as error:
            problem = f"{error}\n{sink.last_words()}"
        status = sink.stop()
        # An offset may pass as soon as its batch is queued.
        rig.cluster.await_idle(180)
        return Outcome(
            written, status, sorted(row[0] for row in rig.cluster.exact_rows(self.table, ("id",))),
            sink.committed().get(0, 0), self._letters(self.errors), self._letters(self.misc), sink, problem,
        )

    def _record(self, number):
        kind, is_bad = self._cell.kind, number == BAD
        key, value = b'{"k":%d}' % number, json.dumps({"id": number, "doc": {"text": f"t{number}"}}).encode()
        if is_bad and kind in ("value", "value tolerated", "errors queue fails"):
            value = b'{"id": 10, "doc": \xff\x00'
        if is_bad and kind.startswith("key"):
            key = b"{\x00"
        if is_bad and kind.startswith("poison"):
            value = json.dumps({"id": number, "doc": {"text": POISON}}).encode()
        return Record(key, value, HEADERS, 1_600_000_000_000 + number)

    def _faults(self):
        """What the emulator does to the cell's table."""
        kind, cluster = self._cell.kind, self._rig.cluster
        if kind == "exhausted":
            return [{"endpoint": "blob", "contains": f"__{self.table}__", "kind": "answer", "status": 500}]
        if kind in ("permanent", "misc queue fails"):
            return [{"endpoint": "streaming", "contains": f"/{self.table}", "kind": "answer", "status": 400, "permanent": True}]
        if kind.startswith("poison"):
            return [cluster.poison(self.table, POISON, is_at_once=kind == "poison")]
        return []

    def _break_queues(self):
        """A topic that takes no record larger than a few bytes refuses all of them."""
        kafka = self._rig.kafka
        if self._cell.kind == "misc queue fails":
            kafka.resize(self.misc, max_message_bytes=40)
        elif self._cell.kind == "errors queue fails":
            self._rig.topic(self.errors)
            kafka.resize(self.errors, max_message_bytes=40)

    def _settings(self):
        cell, kafka = self._cell, self._rig.kafka
        tolerance = "all" if "tolerated" in cell.kind or cell.kind == "errors queue fails" else "none"
        settings = {
            "behavior__on__error": cell.behavior, "errors__tolerance": tolerance, "errors__retry__max__time__ms": 1000,
            "key__converter": JSON if cell.kind.startswith("key") else STRING, "key__converter__schemas__enable": "false",
        }
        if cell.has_queues:
            settings |= {
                # The worker makes this topic where it is missing.
                "errors__deadletterqueue__topic__name": self.errors,
                "errors__deadletterqueue__topic__replication__factor": 1,
                "errors__deadletterqueue__context__headers__enable": "true",
                "misc__deadletterqueue__bootstrap__servers": kafka.address,
                "misc__deadletterqueue__topic__name": self.misc,
            }
            if cell.behavior == "log":
                # Without it the brokers are the consumer's.
                settings["errors__deadletterqueue__bootstrap__servers"] = kafka.address
        if cell.kind == "poison after queueing":
            settings["ingestion__report"] = "failures"
            if cell.behavior == "fail":
                # Only so can it be that the offset has not passed.
                settings["commit__after"] = "ingested"
        return settings

    def _is_done(self, sink):
        """Whether all is said that a worker says that does not stop."""
        if sink.committed().get(0) != COUNT:
            return False
        if self._cell.kind != "poison after queueing":
            return True
        sink.look()
        letters = len(self._letters(self.misc))
        # A letter is there a moment before the worker hears that it is.
        if (sink.metric("kusto_sink_dlqrecordssent_total") or 0) < letters:
            return False
        accounted = self._rig.cluster.count(self.table) + letters
        return accounted + (sink.metric("kusto_sink_records_dropped_total") or 0) >= COUNT

    def _letters(self, topic):
        return self._rig.kafka.read(topic)
