"""What a scenario of workers is played on: a topic, a table, workers, and somebody who produces."""

import contextlib
import json
import os
import secrets
import threading

from confluent_kafka import Producer
from confluent_kafka.admin import NewTopic

import properties
from adx import EmulatorProcess
from broker import free_ports
from kafka import Kafka, silent
from planted import PLANTED
from processes import RunError
from recorder import Recorder
from schemas import RegistryStandIn

DATABASE, NAMESPACE, SINK = "shop", "data", "orders"
APPLICATION, SECRET = "monitoring-app", PLANTED["the application of the tests of monitoring"]
CLIENT = {"linger.ms": 5, "message.max.bytes": 20_000_000, "log_level": 0}
# A thirtieth of the usual times; see recording.py.
SETTINGS = {
    "aad.auth.strategy": "application", "aad.auth.authority": "tenant", "aad.auth.appid": APPLICATION,
    "aad.auth.appkey": SECRET, "flush.interval.ms": "1000", "errors.retry.max.time.ms": "10000",
    "errors.retry.backoff.time.ms": "333", "commit.interval.ms": "200", "errors.tolerance": "all",
    "log.format": "json", "consumer.override.session.timeout.ms": "6000",
    "consumer.override.heartbeat.interval.ms": "500", "shutdown.drain.ms": "2000",
}


class Stage:
    """The peers and processes of one scenario; its name keeps topics and files of scenarios apart."""

    def __init__(self, name, children, folder, programs, kafka):
        self.name = name
        self.folder = os.path.join(folder, name)
        os.makedirs(self.folder)
        self.children, self.programs = children, programs
        self.kafka = kafka
        self.topic = f"{name}-{SINK}"
        self.recorder = Recorder()
        self.adx = self.registry = None
        self._routes = [{"topic": self.topic, "table": "Orders", "format": "json", "mapping": "OrdersMapping"}]
        self._workers = {}
        self._produced = self._partitions = 0
        self._refusal = None
        self._producer = Producer(
            CLIENT | {"bootstrap.servers": kafka.address}, logger=silent()
        )

    def prepare(self, partitions=4, emulator_options=(), topic_settings=None):
        """Starts the emulated ADX and makes the topic."""
        rules = json.dumps([{"column": name, "path": f"$.{name}"} for name in ("id", "body")])
        self.adx = EmulatorProcess(
            self.children, self.programs["kusto-emulator"], os.path.join(self.folder, "adx"), DATABASE,
            [".create table Orders (id: long, body: string)",
             f".create table Orders ingestion json mapping 'OrdersMapping' '{rules}'",
             ".create table Streamed (id: long, body: string)",
             f".create table Streamed ingestion json mapping 'OrdersMapping' '{rules}'",
             ".alter table Streamed policy streamingingestion enable"],
            ["--application", f"{APPLICATION}={SECRET}", "--split-endpoints", *emulator_options],
        )
        self._partitions = partitions
        if topic_settings:
            new = NewTopic(self.topic, partitions, 1, config=topic_settings)
            self.kafka.admin.create_topics([new])[self.topic].result(30)
        self.kafka.create(self.topic, partitions)

    def stream_too(self):
        """Makes a second topic, whose table is streamed into; returns its name."""
        topic = f"{self.name}-streamed"
        self.kafka.create(topic, self._partitions)
        self._routes.append({**self._routes[0], "topic": topic, "table": "Streamed", "streaming": True})
        return topic

    def dead_letters(self):
        """Makes a topic for what ADX refuses; returns the settings of both dead-letter queues."""
        self.kafka.create(f"{self.name}-misc", 1)
        return {
            "errors.deadletterqueue.topic.name": f"{self.name}-errors",
            "errors.deadletterqueue.topic.replication.factor": "1",
            "misc.deadletterqueue.bootstrap.servers": self.kafka.address,
            "misc.deadletterqueue.topic.name": f"{self.name}-misc",
        }

    def schemas(self, of, schema):
        """Starts a schema registry; returns the settings of a converter of Avro, for keys or values."""
        self.registry = RegistryStandIn(schema)
        return {
            f"{of}.converter": properties.CONVERTERS["avro"],
            f"{of}.converter.schema.registry.url": self.registry.url, "errors.retry.delay.max.ms": "1000",
        }

    def configure(self, **changes):
        """Writes the sink's configuration; in the names of changes `__` stands for a dot."""
        changes = {name.replace("__", "."): value for name, value in changes.items()}
        values = properties.settings(
            SINK, self.kafka.address, self.adx, self._routes, properties.CONVERTERS["string"], self.folder, 0
        )
        group = {"consumer.override.group.id": f"connect-{self.name}"}
        return values | SETTINGS | group | changes

    def start(self, pod="orders-worker-1", **changes):
        """Starts a worker that is scraped as this pod; a worker that was there before counts as restarted."""
        (port,) = free_ports(1)
        file = os.path.join(self.folder, f"{pod}.properties")
        properties.write(file, self.configure(**changes) | {"metrics.address": f"127.0.0.1:{port}"})
        process = self.children.start(f"{self.name}-{pod}", [self.programs["kusto-sink-worker"], "--config", file])
        self._workers[pod] = process
        self.recorder.add(
            pod, port, namespace=NAMESPACE, pod=pod, container="worker", job=f"{NAMESPACE}/{SINK}-worker"
        )
        return process

    def stop(self, pod="orders-worker-1"):
        """Ends a worker in order, and its pod with it."""
        self._workers.pop(pod).stop()
        self.recorder.remove(pod)

    def produce(self, count, value=None, key=None, topic=None):
        """Produces records and waits until Kafka has them; `value` may make one of a number."""
        for _ in range(count):
            number, self._produced = self._produced, self._produced + 1
            content = value(number) if callable(value) else value
            content = content or json.dumps({"id": number, "body": f"record {number}"}).encode()
            while not self._try(topic or self.topic, content, key):
                self._producer.poll(0.1)
        if left := self._producer.flush(60):
            raise RunError(f"{left} records of {self.topic} were not acknowledged")
        if self._refusal:
            raise RunError(f"a record of {self.topic} was refused: {self._refusal}")

    def _try(self, topic, content, key):
        def done(error, _):
            self._refusal = self._refusal or error

        try:
            self._producer.produce(
                topic, content, key, partition=self._produced % self._partitions, on_delivery=done
            )
            return True
        except BufferError:
            return False

    @contextlib.contextmanager
    def flow(self, per_second, value=None, key=None):
        """While this lasts records come all the time."""
        is_over, failures = threading.Event(), []

        def work():
            try:
                while not is_over.wait(0.2):
                    self.produce(max(1, per_second // 5), value, key)
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

    @staticmethod
    def noise():
        """A record of 20 KiB that cannot be compressed much."""
        return json.dumps({"id": 1, "body": secrets.token_hex(10 << 10)}).encode()

    def last(self, count):
        """Lets so many scrapes pass."""
        self.recorder.last(count)

    def own_kafka(self):
        """A broker for this scenario alone."""
        self.kafka = Kafka(self.children, os.path.join(self.folder, "kafka"))
        self._producer = Producer(
            CLIENT | {"bootstrap.servers": self.kafka.address}, logger=silent()
        )
