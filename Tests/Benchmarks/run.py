#!/usr/bin/env python3
"""Measures the worker against a C program that does the least possible work. See README.md beside this file."""

import argparse
import dataclasses
import json
import os
import shutil
import statistics
import sys
import tempfile
import time

# What other tests share with the benchmark.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Harness"))

import broker
import report
import worker
from emulator import Emulator
from processes import RunError, Children, end_on_signals
from programs import Programs, fastavro
from registry import Registry

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CONNECT = "org.apache.kafka.connect"
AVRO = "io.confluent.connect.avro.AvroConverter"
SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "telemetry.avsc")
# fastavro decodes this much by itself, from memory.
BYTES_OF_FASTAVRO = 64 << 20
# A run without the nudge is 25 times as slow, so it reads only this much.
BYTES_WITHOUT_NUDGE = 256 << 20


@dataclasses.dataclass(frozen=True)
class Workload:
    """What is produced, and where the worker brings it."""

    name: str
    table: str
    format: str
    converter: str
    columns: str
    mapping: str | None = None
    paths: dict | None = None
    # What is produced, when another workload has it, too.
    records: str | None = None
    properties: dict = dataclasses.field(default_factory=dict)

    @property
    def load(self):
        """The records' name in load.c."""
        return self.records or self.name

    def commands(self):
        """The commands that make the table."""
        lines = [f".create table {self.table} ({self.columns})"]
        if self.mapping:
            rules = json.dumps([{"column": column, "path": path} for column, path in self.paths.items()])
            lines.append(f".create table {self.table} ingestion {self.format} mapping '{self.mapping}' '{rules}'")
        return lines


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload(
            "json-1KiB", "Telemetry", "json", f"{CONNECT}.json.JsonConverter",
            "timestamp: datetime, deviceId: string, sequence: long, record: dynamic", "TelemetryMapping",
            {"timestamp": "$.timestamp", "deviceId": "$.deviceId", "sequence": "$.sequence", "record": "$"},
        ),
        Workload(
            "csv-200B", "Readings", "csv", f"{CONNECT}.storage.StringConverter",
            "timestamp: datetime, deviceId: string, deviceType: string, tenant: string, site: string, line: string, "
            "sequence: long, status: string, temperature: real, humidity: real, pressure: real, voltage: real, "
            "current: real, signal: int, message: string",
        ),
        Workload(
            "avro-avro", "AvroTelemetry", "avro", AVRO, "timestamp: datetime, deviceId: string, sequence: long",
            "AvroMapping", {"timestamp": "$.timestamp", "deviceId": "$.deviceId", "sequence": "$.sequence"}, "avro-250B",
        ),
        Workload(
            "avro-json", "AvroJson", "json", AVRO, "timestamp: long, deviceId: string, sequence: long, record: dynamic",
            "AvroJsonMapping",
            {"timestamp": "$.timestamp", "deviceId": "$.deviceId", "sequence": "$.sequence", "record": "$"}, "avro-250B",
        ),
        Workload(
            "envelope-json", "Envelopes", "json", f"{CONNECT}.json.JsonConverter",
            "timestamp: datetime, deviceId: string, sequence: long, record: dynamic", "EnvelopeMapping",
            {"timestamp": "$.timestamp", "deviceId": "$.deviceId", "sequence": "$.sequence", "record": "$"},
            "envelope-1KiB", {"value.converter.schemas.enable": "true"},
        ),
    )
}


class Benchmark:
    """One run of the benchmark: the peers, and what is measured between them."""

    def __init__(self, options, children, folder):
        self.options = options
        self.children = children
        self.folder = folder
        # Names of topics and groups that nobody else has, because a cluster may be shared.
        self.run = f"{os.getpid()}-{int(time.time())}"
        self.runs = 0
        brokers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
        process = None
        if not brokers:
            say("starting Kafka")
            process, brokers = broker.start(children, os.path.join(folder, "kafka"))
        self.programs = Programs(os.path.join(ROOT, ".build", "bench"), brokers)
        broker.await_answer(self.programs.answers, process)
        with open(SCHEMA) as file:
            self.registry = Registry(file.read())
        self.emulator = None
        if not options.floor_only:
            commands = [command for workload in WORKLOADS.values() for command in workload.commands()]
            self.emulator = Emulator(children, options.emulator, os.path.join(folder, "emulator"), commands)

    def measure(self, workload):
        """Measures one workload; returns its result."""
        options = self.options
        topic, load = self._fill(workload, options.partitions)
        # The first reader meets a JVM that has not compiled its paths yet.
        self._floor(topic, load)
        result = {"workload": workload.name, "load": load, "pairs": [], "figures": {}}
        floors, workers = [], []
        for index in range(options.pairs):
            pair = {}
            for name in ("floor", "worker") if index % 2 == 0 else ("worker", "floor"):
                if name == "floor":
                    pair[name] = self._floor(topic, load)
                elif self.emulator:
                    pair[name] = self._worker(workload, topic, load)
            if self.emulator:
                pair["throughput_ratio"] = (
                    pair["worker"]["records_per_second"] / pair["floor"]["records_per_second"]
                )
                pair["cpu_ratio"] = (
                    pair["worker"]["cpu_seconds_per_gigabyte"] / pair["floor"]["cpu_seconds_per_gigabyte"]
                )
                workers.append(pair["worker"])
            floors.append(pair["floor"])
            result["pairs"].append(pair)
            say_pair(workload, index, pair)
        result["floor"] = report.medians(floors)
        figures = result["figures"]
        if workers:
            result["worker"] = report.medians(workers)
            for key in ("throughput_ratio", "cpu_ratio"):
                figures[key] = statistics.median(pair[key] for pair in result["pairs"])
            figures["peak_rss_mebibytes"] = result["worker"]["peak_rss_mebibytes"]
            figures["first_record_seconds"] = result["worker"]["first_record_seconds"]
        if workload.load == "avro-250B":
            self._compare_with_fastavro(result, load)
        if not options.no_unnudged:
            result["floor_without_nudge"] = self._floor_without_nudge(topic, load)
            figures["nudge_ratio"] = (
                result["floor"]["megabytes_per_second"] / result["floor_without_nudge"]["megabytes_per_second"]
            )
        if options.many_partitions:
            result["many"] = self._measure_many(workload, topic, load, figures)
        self.programs.delete(topic)
        result["goals"] = report.judge(workload.name, figures)
        return result

    def _compare_with_fastavro(self, result, load):
        """How many times as fast as fastavro alone the worker is, from Kafka to Azure Data Explorer."""
        records = max(1, load["records"] * min(BYTES_OF_FASTAVRO, load["payload_bytes"]) // load["payload_bytes"])
        result["fastavro"] = fastavro(
            self.options.fastavro_python, self.programs.printing("avro-250B", records, self.options.seed), SCHEMA
        )
        if result["fastavro"] is None:
            say("fastavro is left out: run 'make test', which installs it into .build/venv, or name --fastavro-python")
        elif "worker" in result:
            result["figures"]["fastavro_ratio"] = (
                result["worker"]["records_per_second"] / result["fastavro"]["records_per_second"]
            )

    def _measure_many(self, workload, few_topic, few_load, figures):
        """The same load over many partitions, in turn with few."""
        many_topic, many_load = self._fill(workload, self.options.many_partitions)
        many = {"partitions": self.options.many_partitions, "floor": self._floor(many_topic, many_load)}
        if self.emulator:
            few_runs, many_runs = [], []
            for index in range(min(self.options.pairs, 3)):
                for is_many in (False, True) if index % 2 == 0 else (True, False):
                    if is_many:
                        many_runs.append(self._worker(workload, many_topic, many_load))
                    else:
                        few_runs.append(self._worker(workload, few_topic, few_load))
            pairs = list(zip(few_runs, many_runs))
            many["worker"] = report.medians(many_runs)
            many["worker_with_few"] = report.medians(few_runs)
            figures["many_extra_mebibytes"] = statistics.median(
                each["peak_rss_mebibytes"] - few["peak_rss_mebibytes"] for few, each in pairs
            )
            figures["many_throughput_ratio"] = statistics.median(
                each["records_per_second"] / few["records_per_second"] for few, each in pairs
            )
        self.programs.delete(many_topic)
        return many

    def _fill(self, workload, partitions):
        topic = f"bench-{workload.name}-{partitions}-{self.run}"
        say(f"filling {topic}")
        self.programs.create(topic, partitions)
        load = self.programs.fill(
            topic, workload.load, partitions, self.options.bytes, self.options.records, self.options.seed
        )
        say(f"{load['records']:,} records, {load['payload_bytes']:,} bytes in {load['seconds']:.1f} s")
        return topic, load

    def _next_name(self):
        self.runs += 1
        return f"{self.run}-{self.runs}"

    def _floor(self, topic, load):
        run = self.programs.floor(
            topic, f"bench-floor-{self._next_name()}", load["records"], settings=self.options.floor_set
        )
        if run["payload_bytes"] != load["payload_bytes"]:
            raise RunError(f"the floor read {run['payload_bytes']} bytes of {load['payload_bytes']}")
        return report.rates(run, load)

    def _floor_without_nudge(self, topic, load):
        records = max(1, min(load["records"], load["records"] * BYTES_WITHOUT_NUDGE // load["payload_bytes"]))
        run = self.programs.floor(
            topic, f"bench-floor-{self._next_name()}", records, nudges=False, settings=self.options.floor_set
        )
        return report.rates(run, run)

    def _worker(self, workload, topic, load):
        extra = dict(workload.properties)
        if workload.converter == AVRO:
            extra["value.converter.schema.registry.url"] = self.registry.url
        extra |= dict(pair.split("=", 1) for pair in self.options.worker_property)
        run = worker.measure(
            self.children, self.options.worker, workload, topic, self._next_name(), load, self.programs,
            self.emulator, self.folder, extra=extra,
        )
        return report.rates(run, load)


def say(text):
    print(f"[{time.strftime('%T')}] {text}", file=sys.stderr, flush=True)


def say_pair(workload, index, pair):
    parts = [
        f"{name} {pair[name]['megabytes_per_second']:.0f} MB/s, {pair[name]['cpu_seconds_per_gigabyte']:.2f} CPU s/GB, "
        f"{pair[name]['peak_rss_mebibytes']:.0f} MiB"
        for name in ("floor", "worker")
        if name in pair
    ]
    say(f"{workload.name} pair {index + 1}: {'; '.join(parts)}")


def assignment(text):
    if "=" not in text:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return text


def parse(arguments):
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    parser.add_argument("--workload", action="append", choices=list(WORKLOADS), help="repeats; by default all")
    parser.add_argument("--pairs", type=int, help="runs of floor and worker in turn; 5 by default")
    parser.add_argument("--bytes", type=int, help="the most bytes of values; 2 GiB by default")
    parser.add_argument("--records", type=int, default=10_000_000, help="the most records; 10,000,000 by default")
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--many-partitions", type=int, default=1000, help="0 leaves that part out; json-1KiB only")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--quick", action="store_true", help="one pair over 200 MB: shows that all works, judges nothing")
    parser.add_argument("--floor-only", action="store_true", help="without emulator and worker")
    parser.add_argument("--no-unnudged", action="store_true", help="leave out the floor without the nudge")
    parser.add_argument("--strict", action="store_true", help="status 2 when a goal is missed")
    parser.add_argument("--worker", default=os.path.join(ROOT, ".build", "release", "kusto-sink-worker"))
    parser.add_argument("--emulator", default=os.path.join(ROOT, ".build", "release", "kusto-emulator"))
    parser.add_argument("--fastavro-python", default=os.path.join(ROOT, ".build", "venv", "bin", "python"), metavar="PATH",
                        help="a Python that has fastavro")
    parser.add_argument("--worker-property", action="append", default=[], type=assignment, metavar="NAME=VALUE")
    parser.add_argument("--floor-set", action="append", default=[], type=assignment, metavar="NAME=VALUE",
                        help="a property of librdkafka for the floor")
    parser.add_argument("--output", default=os.path.join(ROOT, ".build", "bench.json"))
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder with the logs")
    options = parser.parse_args(arguments)
    options.pairs = options.pairs or (1 if options.quick else 5)
    options.bytes = options.bytes or (200_000_000 if options.quick else 2 << 30)
    options.workload = options.workload or list(WORKLOADS)
    for name in ("worker", "emulator"):
        if not options.floor_only and not os.access(getattr(options, name), os.X_OK):
            parser.error(f"{getattr(options, name)} is missing: run 'make release', or take --floor-only")
    return options


def main(arguments):
    options = parse(arguments)
    end_on_signals()
    folder = tempfile.mkdtemp(prefix="kusto-sink-bench-")
    results = []
    machine = report.machine()
    try:
        with Children(folder) as children:
            benchmark = Benchmark(options, children, folder)
            many, unnudged = options.many_partitions, options.no_unnudged
            for name in options.workload:
                # Only for JSON do the goals include many partitions.
                options.many_partitions = many if name == "json-1KiB" else 0
                # The nudge is about how librdkafka fetches, whatever the records are.
                options.no_unnudged = unnudged or name not in ("json-1KiB", "csv-200B")
                results.append(benchmark.measure(WORKLOADS[name]))
                print(report.table(results[-1]), flush=True)
                if options.quick:
                    print("  (a quick run is mostly start and stop: it shows that all works, and its figures are no measurement)")
                write(options, machine, results)
    except RunError as error:
        print(f"benchmark failed: {error}", file=sys.stderr)
        return 1
    finally:
        if options.keep:
            say(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    missed = [goal for result in results for goal in result["goals"] if not goal["met"]]
    return 2 if missed and options.strict and not options.quick else 0


def write(options, machine, results):
    """Writes what is known so far, so that an interrupted run leaves its finished workloads."""
    os.makedirs(os.path.dirname(os.path.abspath(options.output)), exist_ok=True)
    document = {
        "measured_at": time.strftime("%FT%TZ", time.gmtime()),
        "machine": machine,
        "is_quick": options.quick,
        "worker_properties": options.worker_property,
        "workloads": {result["workload"]: result for result in results},
    }
    with open(options.output + ".new", "w") as file:
        json.dump(document, file, indent=2)
        file.write("\n")
    os.replace(options.output + ".new", options.output)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
