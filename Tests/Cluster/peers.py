"""What the sinks of the test read from and write to: a real Kafka and the emulated ADX, both on this machine."""

import contextlib
import json
import os
import subprocess
import threading

from confluent_kafka import Producer

from adx import EmulatorProcess
from kafka import Kafka, silent
from processes import RunError, wait_until

DATABASE = "shop"


def certificates(folder, host):
    """An authority and, signed by it, a certificate for an address; returns the authority's file, certificate and key."""
    os.makedirs(folder)

    def openssl(*words):
        outcome = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False)
        if outcome.returncode != 0:
            raise RunError(f"openssl {words[0]} failed: {outcome.stderr}")

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=cluster-test authority", "-keyout", "ca.key", "-out", "ca.crt")
    with open(os.path.join(folder, "names"), "w") as file:
        file.write(f"subjectAltName=IP:{host}\n")
    openssl("req", *key, "-subj", "/CN=cluster-test", "-keyout", "adx.key", "-out", "adx.csr")
    openssl(
        "x509", "-req", "-in", "adx.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
        "-extfile", "names", "-out", "adx.crt",
    )
    return [os.path.join(folder, name) for name in ("ca.crt", "adx.crt", "adx.key")]


class Peers:
    """Kafka and the emulator, at an address where pods find them.

    `applications` are the ids and secrets of those that may ingest.
    """

    def __init__(self, children, folder, host, emulator, tables, applications, certificates):
        authority, certificate, key = certificates
        commands = []
        rules = json.dumps([{"column": name, "path": f"$.{name}"} for name in ("id", "body")])
        for table in tables:
            commands.append(f".create table {table} (id: long, body: string)")
            commands.append(f".create table {table} ingestion json mapping '{table}Mapping' '{rules}'")
        options = ["--split-endpoints", "--certificate", certificate, "--key", key]
        for name, secret in applications.items():
            options += ["--application", f"{name}={secret}"]
        self.adx = EmulatorProcess(
            children, emulator, os.path.join(folder, "emulator"), DATABASE, commands, options, host, authority
        )
        self.kafka = Kafka(children, os.path.join(folder, "kafka"), host)


class Stream:
    """Records of one topic, numbered from 0, and whether their rows are in the table.

    A steady stream produces a little all the time while the context lasts, in a thread of its own.
    """

    def __init__(self, peers, topic, table, partitions):
        self.topic, self.table = topic, table
        self._peers = peers
        self._partitions = partitions
        self._acknowledged = set()
        self._count = 0
        self._failure = None
        self._turn = threading.Lock()
        peers.kafka.create(topic, partitions)
        self._producer = Producer({
            "bootstrap.servers": peers.kafka.address, "linger.ms": 5, "enable.idempotence": True, "log_level": 0,
        }, logger=silent())

    def produce(self, count):
        """Produces so many records and waits until Kafka has them."""
        with self._turn:
            for _ in range(count):
                number = self._count
                self._count += 1
                value = json.dumps({"id": number, "body": f"record {number}"}).encode()
                while not self._try(number, value):
                    self._producer.poll(0.1)
            if left := self._producer.flush(60):
                raise RunError(f"{left} records of {self.topic} were not acknowledged")
            if self._failure:
                raise RunError(f"a record of {self.topic} was refused: {self._failure}")

    def _try(self, number, value):
        def done(error, _):
            if error is None:
                self._acknowledged.add(number)
            else:
                self._failure = error

        try:
            self._producer.produce(self.topic, value, partition=number % self._partitions, on_delivery=done)
            return True
        except BufferError:
            return False

    @contextlib.contextmanager
    def steady(self, per_round=5, pause=0.1):
        """While this lasts records come all the time."""
        is_over, failures = threading.Event(), []

        def work():
            try:
                while not is_over.wait(pause):
                    self.produce(per_round)
            except RunError as error:
                failures.append(error)

        thread = threading.Thread(target=work, name=self.topic, daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join(90)
        if failures:
            raise failures[0]

    def missing(self):
        """The numbers of records that Kafka has and the table does not; an altered row ends the run."""
        rows = dict(self._peers.adx.rows(self.table))
        altered = [number for number, body in rows.items() if body != f"record {number}"]
        if altered:
            raise RunError(f"table {self.table} has altered rows: {altered[:10]}")
        return self._acknowledged - rows.keys()

    def await_rows(self, timeout=120):
        """Waits until every record that Kafka has by now has its row; returns how many there are.

        A steady stream goes on meanwhile, so what it adds is not waited for.
        """
        wanted = frozenset(self._acknowledged)
        try:
            wait_until(lambda: not self.missing() & wanted, "every row", timeout, 0.3)
        except RunError:
            missing = sorted(self.missing() & wanted)
            raise RunError(
                f"after {timeout} s {len(missing)} of {len(wanted)} records of {self.topic} have no row in "
                f"{self.table}: {missing[:10]}…"
            ) from None
        return len(wanted)
