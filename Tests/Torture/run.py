#!/usr/bin/env python3
"""Tortures the worker with what a seed decides, and counts every record afterwards. See README.md beside this file."""

import argparse
import ctypes
import faulthandler
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

# What other tests share with this one.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))

from cluster import APPLICATION, SECRET, Emulator
from events import EVENTS, plan
from flows import Flow, TransactionFlow
from kafka import Kafka
from plants import PLANTS
from processes import Children, RunError, end_on_signals
from records import Book
from verdict import Verdict, Words
from workers import FAULT, SERVICE_AWAY, STOPPED_BY_DATA, USAGE, Sink, Supervisor

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
TABLES = {"orders": "Orders", "alerts": "Alerts", "payments": "Payments", "news": "News"}
DISK_BYTES = 6 << 20
# Times short enough that everything happens often in a few minutes.
SETTINGS = {
    "aad.auth.strategy": "application", "aad.auth.authority": "tenant", "aad.auth.appid": APPLICATION,
    "aad.auth.appkey": SECRET, "flush.interval.ms": "500", "flush.size.bytes": "65536", "commit.interval.ms": "200",
    "buffer.memory.bytes": str(8 << 20), "buffer.disk.bytes": str(DISK_BYTES), "log.format": "json",
    "behavior.on.error": "log", "errors.retry.max.time.ms": "3600000", "errors.retry.backoff.time.ms": "100",
    "errors.tolerance": "all", "errors.log.enable": "true", "shutdown.drain.ms": "15000", "tasks.max": "2",
    "consumer.override.session.timeout.ms": "6000", "consumer.override.heartbeat.interval.ms": "500",
    "consumer.override.max.poll.interval.ms": "10000", "consumer.override.metadata.max.age.ms": "3000",
}


# A worker reads on by itself where a log lost records at its end or at its beginning.
LOST_PLACE = re.compile("continues at offset|_AUTO_OFFSET_RESET")


class Run:
    """One run: the peers, the sinks, the producers, and what went wrong."""

    def __init__(self, options, children, folder):
        self.options, self.children, self.folder = options, children, folder
        self.started = time.monotonic()
        self.problems = []
        # Whether spilled bytes, or bytes of Kafka's log, were tampered with: a worker may end for that.
        self.is_damaged = self.is_corrupted = False
        # The time until which some events need their faults to last.
        self.faults_end = 0
        self.environment = dict(os.environ)
        if options.plant:
            self.environment["KUSTO_SINK_PLANT"] = options.plant
        self.random = random.Random(options.seed)
        self._watchdog = threading.Timer(options.minutes * 60 + options.settle + 420, self._give_up)
        self._watchdog.daemon = True
        self._watchdog.start()
        self.book = Book()
        self.say("starting Kafka and the emulator")
        self.kafka = Kafka(children, os.path.join(folder, "kafka"))
        self.emulator = Emulator(children, options.emulator, os.path.join(folder, "emulator"), TABLES.values())
        # Both assignors are tried in every run, and the seed decides which sink has which.
        assignors = ["cooperative-sticky", "range"]
        self.random.shuffle(assignors)
        self.sinks = {}
        for (name, topics, reset), assignor in zip(
            (("early", ("orders", "alerts", "payments"), "earliest"), ("late", ("news",), "latest")), assignors
        ):
            routes = [self._route(topic) for topic in topics]
            self.sinks[name] = Sink(self, name, routes, SETTINGS | {
                "consumer.override.partition.assignment.strategy": assignor,
                "consumer.override.auto.offset.reset": reset,
            })
            self.say(f"{name} reads {', '.join(topics)} with {assignor}, from the {reset} offset")
        if options.mounts:
            folder = self.sinks["early"].folder
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder], check=True)

    @staticmethod
    def _route(topic):
        if topic in ("payments", "news"):
            return {"topic": topic, "table": TABLES[topic], "format": "csv"}
        return {"topic": topic, "table": TABLES[topic], "format": "json", "mapping": f"{TABLES[topic]}Mapping"}

    # Words

    def say(self, text):
        print(f"[{time.monotonic() - self.started:6.1f} s] {text}", flush=True)

    def problem(self, text):
        self.say(f"PROBLEM: {text}")
        self.problems.append(text)

    def exits(self, sink):
        """How those workers of a sink ended that nobody had asked to end."""
        found = []
        for worker in self.sinks[sink].past[:]:
            status = worker.process.poll()
            if status is not None and worker.asked is None:
                found.append(f"{worker.name} with {status}: {worker.process.last_lines(1)}")
        return found

    def _give_up(self):
        """The run hangs, perhaps in a library that does not let go of the main thread."""
        print(f"torture hangs; repeat with: {command(self.options)}", flush=True)
        faulthandler.dump_traceback()
        self.children.kill()
        os._exit(2)

    # The run

    def go(self):
        """Does everything; returns the verdict."""
        for topic, partitions in (("orders", 6), ("alerts", 2), ("payments", 3), ("news", 6)):
            self.kafka.create(topic, partitions)
        seed, address, bad = self.options.seed, self.kafka.address, 0.01 if "bad-records" in self.options.events else 0
        self.flows = {
            "orders": Flow(self.book, address, "orders", "json", range(6), seed, bad_share=bad),
            "alerts": Flow(self.book, address, "alerts", "json", range(2), seed),
            "payments": TransactionFlow(self.book, address, "payments", "csv", range(3), seed),
            # The others wait for their first record; see the event `wake`.
            "news": Flow(self.book, address, "news", "csv", range(2), seed),
        }
        if "transactions" not in self.options.events:
            del self.flows["payments"]
        with Supervisor(self.sinks.values()):
            for sink in self.sinks.values():
                sink.scale(1)
            # The group has offsets then, so it is decided what `latest` means.
            if not self.sinks["late"].await_positions(120):
                self.say("late has no offset in every partition")
            for flow in self.flows.values():
                flow.start()
            self._torment()
            self._calm()
        self._check_exits()
        verdict = self._judge()
        self._watchdog.cancel()
        return verdict

    def _torment(self):
        end = time.monotonic() + self.options.minutes * 60
        number = 0
        while time.monotonic() < end:
            name, sentence, deed = plan(self.random, self.options.events)
            pause = self.random.uniform(0.2, 3)
            number += 1
            self.say(f"{number}. {name}: {sentence}")
            deed(self)
            for flow in self.flows.values():
                if flow.failure:
                    raise RunError(f"the producer of {flow.topic} failed: {flow.failure!r}")
            self.emulator.process.check_alive()
            time.sleep(pause)

    def _calm(self):
        """Everything is well again; the sinks must catch up, and stop when they are told."""
        self.say("calm: no more faults, no more records")
        for flow in self.flows.values():
            flow.stop()
        time.sleep(max(0, self.faults_end - time.monotonic()))
        self.emulator.clear_faults()
        for sink in self.sinks.values():
            if not sink.wanted:
                sink.scale(1)
        deadline = time.monotonic() + self.options.settle
        for sink in self.sinks.values():
            while True:
                behind = self.kafka.lag(sink.group, sink.topics)
                if not behind:
                    break
                if time.monotonic() > deadline:
                    text = ", ".join(f"{name} at {offsets}" for name, offsets in sorted(behind.items()))
                    self.problem(f"lag after {self.options.settle} s of calm: {sink.name}: {text}")
                    break
                time.sleep(0.3)
        self.say("lag is 0" if not self.problems else "stopping the workers")
        for sink in self.sinks.values():
            for name, text in sink.unready(60).items():
                self.problem(f"{name} is not ready though everything is well: {text}")
        for sink in self.sinks.values():
            sink.halt(by_kill=False)
        self.emulator.await_idle(180)

    def _check_exits(self):
        """Tells which workers ended without being asked, and which of them were right to."""
        for sink in self.sinks.values():
            for worker in sink.past:
                status = worker.process.poll()
                text = f"{worker.name} ended with status {status}: {worker.process.last_lines(1)}"
                if worker.asked == "kill" or status == 0 and worker.asked == "stop":
                    continue
                is_allowed = (
                    status == SERVICE_AWAY and not LOST_PLACE.search(text)
                    or status == STOPPED_BY_DATA and "_BAD_MSG" in text and self.is_corrupted
                    # A worker may start while a topic is being made anew, and find its disk damaged.
                    or status == USAGE and "does not exist" in text or status == FAULT and self.is_damaged
                )
                if is_allowed:
                    self.say(f"  {text}")
                else:
                    self.problem(text)

    def _judge(self):
        self.say("counting")
        words, verdict = Words(), Verdict()
        for sink in self.sinks.values():
            for worker in sink.past:
                words.read(worker)
        tables = {topic: self.emulator.rows(table) for topic, table in TABLES.items()}
        verdict.judge(self.book, tables, words)
        verdict.problems = self.problems + verdict.problems
        # Harmless when another attempt brought the records, for example after a request that was answered too late.
        verdict.account["batches that ADX could not ingest"] = len(self.emulator.failures())
        return verdict


def own_mounts():
    """Gives this process mounts that nobody else sees and that end with it; returns why not, or nothing."""
    if os.geteuid() != 0:
        return "mounting a small file system needs root"
    # CLONE_NEWNS, MS_REC | MS_PRIVATE
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x20000) != 0 or libc.mount(b"none", b"/", None, 0x4000 | 0x40000, None) != 0:
        return f"mounting a small file system is not permitted here: {os.strerror(ctypes.get_errno())}"
    return None


def parse(arguments):
    names = [*EVENTS, "bad-records", "transactions"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="default: a random one, which is printed")
    parser.add_argument("--minutes", type=float, default=10, help="how long the torture lasts (10)")
    parser.add_argument("--settle", type=float, default=300, help="the most seconds until lag is 0 afterwards (300)")
    parser.add_argument("--only", metavar="EVENT,…", help="of " + ", ".join(names))
    parser.add_argument("--without", metavar="EVENT,…", default="")
    parser.add_argument("--plant", choices=sorted(PLANTS), help="switch a fault on that must be found; needs debug executables")
    parser.add_argument("--build", choices=("debug", "release"), default="debug", help="whose executables (debug)")
    parser.add_argument("--worker", default=None)
    parser.add_argument("--emulator", default=None)
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs, also when all is well")
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    if options.plant and options.only is None:
        options.only = ",".join(PLANTS[options.plant])
    chosen = options.only.split(",") if options.only else names
    for name in [*chosen, *filter(None, options.without.split(","))]:
        if name not in names:
            parser.error(f"no event {name}; there are {', '.join(names)}")
    options.events = [name for name in chosen if name not in options.without.split(",")]
    for name in ("worker", "emulator"):
        program = {"worker": "kusto-sink-worker", "emulator": "kusto-emulator"}[name]
        path = getattr(options, name) or os.path.join(ROOT, ".build", options.build, program)
        if not os.access(path, os.X_OK):
            parser.error(f"{path} is missing: run 'make {'release' if options.build == 'release' else 'build'}'")
        setattr(options, name, path)
    return options


def command(options):
    """What repeats the run."""
    words = [f"--seed {options.seed}", f"--minutes {options.minutes:g}"]
    words += [f"--{name} {getattr(options, name)}" for name in ("only", "without", "plant") if getattr(options, name)]
    if options.build != "debug":
        words.append(f"--build {options.build}")
    return f"make torture ARGUMENTS='{' '.join(words)}'"


def main(arguments):
    options = parse(arguments)
    end_on_signals()
    print(f"torture: seed {options.seed}; {command(options)}", flush=True)
    why_not = own_mounts()
    options.mounts = why_not is None
    if why_not and "full-disk" in options.events:
        print(f"left out: full-disk: {why_not}", flush=True)
        options.events.remove("full-disk")
    folder = tempfile.mkdtemp(prefix="kusto-sink-torture-")
    is_well = False
    try:
        with Children(folder) as children:
            run = Run(options, children, folder)
            verdict = run.go()
            is_well = report(options, verdict)
    except RunError as error:
        print(f"torture could not go on: {error}", file=sys.stderr)
        print(f"repeat with: {command(options)}", file=sys.stderr)
        return 2
    finally:
        if options.keep or not is_well:
            print(f"the logs are in {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if is_well else 1


def report(options, verdict):
    """Prints the account; returns whether the run ended as it must."""
    for name, count in sorted(verdict.account.items()):
        print(f"{count:10,} {name}")
    for problem in verdict.problems[:40]:
        print(f"PROBLEM: {problem}")
    if options.plant:
        is_found = any("LOST" in problem for problem in verdict.problems)
        print(f"plant {options.plant}: {'found' if is_found else 'NOT FOUND'}")
        return is_found
    if verdict.problems:
        print(f"torture FAILED with seed {options.seed}: {len(verdict.problems)} problems; repeat with: {command(options)}")
        return False
    print(f"torture passed with seed {options.seed}: every record is in its table or accounted for by name, lag is 0")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
