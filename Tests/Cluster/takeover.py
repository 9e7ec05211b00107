"""A connector of Kafka Connect is taken over by `migrate` and `kubectl apply`, and given back again."""

import json
import os
import subprocess
import tempfile

from confluent_kafka import Consumer, TopicPartition

import images
from kafka import silent
from peers import Stream
from planted import PLANTED
from processes import RunError, wait_until
from sinks import RESOURCE, Sink
from suite import check, step

# A name that Kubernetes does not allow, so that the group has another name than the sink leads to.
CONNECTOR, SINK, TOPIC, TABLE = "Taken_Over", "taken-over", "taken", "Taken"
PARTITIONS = 3


class ConnectorTask:
    """The consumer of a sink connector's task, as Kafka Connect runs it: in the group `connect-NAME`, with Java's
    default assignor, committing what it has delivered from time to time.

    `batch` is how many records of a partition are delivered at a time.
    """

    def __init__(self, address, batch):
        self.delivered = []
        self._batch = batch
        self._open = {}
        self._consumer = Consumer({
            "bootstrap.servers": address, "group.id": f"connect-{CONNECTOR}", "enable.auto.commit": False,
            "auto.offset.reset": "earliest", "partition.assignment.strategy": "range", "session.timeout.ms": 6000,
            "client.id": f"connector-consumer-{CONNECTOR}-0", "log_level": 0,
        }, logger=silent())
        self._consumer.subscribe([TOPIC])

    def run(self, is_over, commits=lambda partition: True):
        """Consumes and delivers until `is_over` says so; `commits` tells whether a partition's batch is committed."""

        def turn():
            for message in self._consumer.consume(500, timeout=0.2):
                if message.error():
                    raise RunError(f"the connector's consumer: {message.error()}")
                batch = self._open.setdefault(message.partition(), [])
                batch.append(message)
                if len(batch) == self._batch:
                    self._deliver(message.partition(), commits)
            return is_over(self)

        wait_until(turn, "the connector has read what it should", 120, 0)

    def _deliver(self, partition, commits):
        batch = self._open.pop(partition)
        self.delivered += [json.loads(message.value())["id"] for message in batch]
        if commits(partition):
            place = TopicPartition(TOPIC, partition, batch[-1].offset() + 1)
            self._consumer.commit(offsets=[place], asynchronous=False)

    def stop(self):
        """Leaves the group; what was not delivered is read again by whoever comes next, as with a task that is closed."""
        self._consumer.close()


def worker():
    """The properties of the Connect worker: what its connectors read from, how they convert, and with what consumer."""
    return {
        "offset.storage.topic": "connect-offsets", "group.id": "connect-cluster",
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.storage.StringConverter",
        "consumer.session.timeout.ms": "6000",
    }


def connector(run):
    """What Connect's REST API tells of the connector and its state, when it is asked for both.

    The group and the brokers that stand in it are none that Connect goes by.
    """
    return {
        CONNECTOR: {
            "info": {
                "name": CONNECTOR,
                "config": {
                    "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
                    "name": CONNECTOR, "tasks.max": "2", "topics": TOPIC,
                    "kusto.ingestion.url": run.peers.adx.ingestion_url, "kusto.query.url": run.peers.adx.query_url,
                    "aad.auth.authority": "tenant", "aad.auth.appid": "first-app",
                    "aad.auth.appkey": PLANTED["the first application of the cluster tests"],
                    "kusto.tables.topics.mapping":
                        f"[{{'topic': '{TOPIC}','db': 'shop', 'table': '{TABLE}','format': 'json',"
                        f" 'mapping':'{TABLE}Mapping'}}]",
                    "flush.interval.ms": "500", "consumer.group.id": "stray", "bootstrap.servers": "stray.invalid:9092",
                },
                "tasks": [], "type": "sink",
            },
            "status": {"name": CONNECTOR, "connector": {"state": "STOPPED", "worker_id": "one"}, "tasks": []},
        },
    }


def migrate(run):
    """What `migrate` makes of the connector and its worker, with the Secret filled in."""
    told = connector(run)
    secret = told[CONNECTOR]["info"]["config"]["aad.auth.appkey"]
    executable = os.path.join(images.ROOT, ".build", run.options.build, "kusto-sink-operator")
    with tempfile.NamedTemporaryFile("w", suffix=".properties") as file:
        properties = {**worker(), "bootstrap.servers": run.peers.kafka.address}
        file.writelines(f"{name}={value}\n" for name, value in properties.items())
        file.flush()
        outcome = subprocess.run(
            [executable, "migrate", "-", file.name], input=json.dumps(told), capture_output=True, text=True, timeout=60,
            check=False
        )
    check(outcome.returncode == 0, f"migrate ended with {outcome.returncode}: {outcome.stderr}")
    check(secret not in outcome.stdout + outcome.stderr, "migrate prints the application's secret")
    check("stray" not in outcome.stdout, "migrate goes by what Connect does not give a connector's consumer")
    check("not carried over" not in outcome.stderr, f"something was not carried over: {outcome.stderr}")
    check("kusto-client-secret" in outcome.stderr, f"nobody is told what to fill in: {outcome.stderr}")
    check("the connector is stopped" in outcome.stderr, f"nobody is told that the sink is paused: {outcome.stderr}")
    return outcome.stdout.replace("kusto-client-secret: REPLACE-ME", f"kusto-client-secret: {secret}")


def rows(run):
    """The numbers of the records that the sink has delivered, as often as it has."""
    return [number for number, _ in run.peers.adx.rows(TABLE)]


@step("a connector that runs on Kafka Connect's offsets is taken over, and given back")
def take_over(run):
    stream = Stream(run.peers, TOPIC, TABLE, PARTITIONS)
    batch = 100
    stream.produce(1000)
    # Of each partition the connector delivers three batches and commits two, when it is stopped.
    task = ConnectorTask(run.peers.kafka.address, batch)
    seen = {partition: 0 for partition in range(PARTITIONS)}

    def commits(partition):
        seen[partition] += 1
        return seen[partition] < 3

    task.run(lambda task: len(task.delivered) == 3 * batch * PARTITIONS, commits)
    task.stop()
    group = f"connect-{CONNECTOR}"
    committed = run.peers.kafka.committed(group, TOPIC)
    check(committed == {partition: 2 * batch for partition in range(PARTITIONS)}, f"Connect has committed {committed}")

    run.kubectl.run("apply", "-f", "-", text=migrate(run))
    sink = Sink(run.kubectl, SINK, None, stream)
    try:
        start(run, sink, group, committed)
        check_takeover(run, sink, stream, task, batch)
        give_back(run, sink, stream, group)
    finally:
        run.kubectl.run("delete", RESOURCE, SINK, "--ignore-not-found", timeout=90)
        run.kubectl.run("delete", "secret", f"{SINK}-credentials", "--ignore-not-found")


def start(run, sink, group, committed):
    """A sink that was made of a stopped connector rests, and touches nothing, until it is told to start."""
    sink.await_condition("Paused", "True", "PausedBySpec")
    check(not sink.pods(), "a sink that is paused has workers")
    check(run.peers.kafka.committed(group, TOPIC) == committed, "a sink that is paused has moved the group's offsets")
    sink.kubectl.merge(RESOURCE, sink.name, {"spec": {"paused": False}})


def check_takeover(run, sink, stream, task, batch):
    """No record is missing, and those delivered twice are what was delivered and not committed."""
    stream.produce(300)
    delivered = set(task.delivered)
    wait_until(lambda: not stream.missing() - delivered, "every record was delivered by one of the two", 180, 0.3)
    sink.await_ready(2)
    ours = rows(run)
    check(len(ours) == len(set(ours)), "the sink itself delivered a record twice")
    twice = {number for number in ours if number in delivered}
    # Record n is the one at the offset n / PARTITIONS of the partition n % PARTITIONS.
    expected = {number for number in delivered if number // PARTITIONS >= 2 * batch}
    check(twice == expected, f"{len(twice)} records were delivered twice, where {len(expected)} were not committed")
    most = max(len([number for number in twice if number % PARTITIONS == each]) for each in range(PARTITIONS))
    check(most <= batch, f"{most} records of one partition were delivered twice, and a batch has {batch}")
    run.say(f"          none of 1300 records is missing; {len(twice)} came twice, {most} of each partition")


def give_back(run, sink, stream, group):
    """A sink that is paused leaves the group's offsets where a connector goes on from."""
    sink.kubectl.merge(RESOURCE, sink.name, {"spec": {"paused": True}})
    wait_until(lambda: not sink.kubectl.list("pods", sink.selector), "the workers are gone", 120, 0.3)
    check(not run.peers.kafka.lag(group, [TOPIC]), f"offsets are missing: {run.peers.kafka.lag(group, [TOPIC])}")
    before = set(rows(run))
    stream.produce(60)
    task = ConnectorTask(run.peers.kafka.address, batch=1)
    task.run(lambda task: len(task.delivered) >= 60)
    task.stop()
    check(len(task.delivered) == 60, f"the connector read {len(task.delivered)} records again, of 60 new ones")
    check(not before & set(task.delivered), "the connector read what the sink had delivered")
