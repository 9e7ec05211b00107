"""Steps: the worker as process 1 of a container, between a real Kafka and the emulated ADX."""

import json
import os
import urllib.error
import urllib.request

import broker
import properties
from adx import EmulatorProcess
from container import Container, answer
from kafka import Kafka
from planted import keep
from processes import RunError, wait_until
from suite import check, step

DATABASE, TABLE, ROWS = "images", "Records", 20_000
COMMANDS = [f".create table {TABLE} (id: long, body: string)"]


def settings(run, name, topic, port):
    """The worker's configuration as a file."""
    values = properties.settings(
        name, run.kafka.address, run.adx, [{"topic": topic, "table": TABLE, "format": "csv"}], properties.CONVERTERS["string"],
        "/tmp", port,
    )
    values |= {
        "metrics.address": f"0.0.0.0:{port}", "consumer.override.auto.offset.reset": "earliest", "flush.interval.ms": "2000",
        "consumer.override.session.timeout.ms": "6000", "consumer.override.heartbeat.interval.ms": "1000",
    }
    return "".join(f"{key}={value}\n" for key, value in values.items())


def metric(port, name):
    """The sum of a metric's series, or nothing while the endpoint does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
            page = response.read().decode()
    except (urllib.error.URLError, OSError):
        return None
    keep("metrics", page)
    lines = page.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name}{{", f"{name} ")))


def check_confinement(container):
    """That the kernel lets the program do as little as the restricted security standard asks for."""
    status = container.status()
    for field, expected in (("Uid", "65532"), ("Gid", "65532")):
        check(set(status[field].split()) == {expected}, f"{container.name}: {field} {status[field]}")
    check(not status.get("Groups", "").strip(), f"{container.name}: groups {status['Groups']}")
    check(status["NSpid"].split()[-1] == "1", f"{container.name}: process {status['NSpid']}")
    for field in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        check(int(status[field], 16) == 0, f"{container.name}: {field} {status[field]}")
    check(status["NoNewPrivs"] == "1", f"{container.name}: NoNewPrivs {status['NoNewPrivs']}")


def start_peers(run):
    run.adx = EmulatorProcess(
        run.children, os.path.join(run.build_folder, "release", "kusto-emulator"), os.path.join(run.folder, "emulator"),
        DATABASE, COMMANDS,
    )
    run.kafka = Kafka(run.children, os.path.join(run.folder, "kafka"))


def drain(run, name, image, first):
    """Reads a topic with the image, stops in the middle of a batch's time, and counts."""
    from confluent_kafka import Producer

    topic = name.replace(" ", "-").lower()
    run.kafka.create(topic, 3)
    producer = Producer({"bootstrap.servers": run.kafka.address, "linger.ms": 5})
    for number in range(first, first + ROWS):
        producer.produce(topic, f"{number},text of record {number}", partition=number % 3)
        producer.poll(0)
    check(producer.flush(60) == 0, "Kafka does not take the records")
    port, = broker.free_ports(1)
    container = Container(
        run.children, topic, image, ["--config", "/mnt/sink.properties"], folders=["/tmp"],
        files={"sink.properties": settings(run, topic, topic, port)},
    )
    ask = [image.entrypoint[0], "health", "--address", f"0.0.0.0:{port}"]
    wait_until(lambda: container.execute([*ask, "--ready"])[0] == 0, f"{name} is ready", 90, 0.2, [container.process])
    check_confinement(container)
    healthy = container.execute(ask)
    check(healthy == (0, "ok\n"), f"{name}: health says {healthy}")
    # Records that were read and wait for their batch's time.
    wait_until(lambda: metric(port, "kusto_sink_records_consumed_total"), f"{name} reads", 60, 0.02, [container.process])
    status = container.stop()
    check(status == 0, f"{name}: exit status {status} after SIGTERM:\n{container.process.last_lines()}")
    # What was left for the next start is read by a second one, so that the count is exact.
    if run.kafka.lag(f"connect-{topic}", [topic]):
        again = Container(
            run.children, f"{topic}-again", image, ["--config", "/mnt/sink.properties"], folders=["/tmp"],
            files={"sink.properties": settings(run, topic, topic, port)},
        )
        wait_until(lambda: not run.kafka.lag(f"connect-{topic}", [topic]), f"{name} has read all", 90, 0.2, [again.process])
        check(again.stop() == 0, f"{name}: the second one does not drain")
    run.adx.await_idle(60)
    ids = sorted(int(row[0]) for row in run.adx.rows(TABLE, ["id"]) if first <= int(row[0]) < first + ROWS)
    check(ids == list(range(first, first + ROWS)), f"{name}: {len(ids)} rows, {len(set(ids))} different ones of {ROWS}")


@step("the worker runs as process 1 of user 65532 without capabilities and with a read-only root, and drains on SIGTERM")
def worker_drains(run):
    start_peers(run)
    drain(run, "Debian 13", run.worker, 0)


@step("the same program does so on Debian 12")
def worker_drains_on_debian_12(run):
    drain(run, "Debian 12", run.older_worker, 1_000_000)


@step("the worker's own health check asks its own port, and says why it is not ready")
def worker_health(run):
    values = {
        "name": "alone", "topics": "t", "bootstrap.servers": "127.0.0.1:1", "kusto.ingestion.url": "http://127.0.0.1:1",
        "kusto.query.url": "http://127.0.0.1:1", "aad.auth.strategy": "az_dev_token", "aad.auth.accesstoken": "none",
        "kusto.tables.topics.mapping": json.dumps([{"topic": "t", "db": "d", "table": "T", "format": "csv"}]),
        "value.converter": properties.CONVERTERS["string"], "key.converter": properties.CONVERTERS["string"],
        "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector", "startup.timeout.ms": "20000",
    }
    silent = answer(run.worker, ["health"], isolated=True)
    check(silent[0] == 1 and "http://127.0.0.1:9404/healthz does not answer" in silent[1], f"without a worker: {silent}")
    container = Container(
        run.children, "alone", run.worker, ["--config", "/mnt/sink.properties"], folders=["/tmp"], isolated=True,
        files={"sink.properties": "".join(f"{key}={value}\n" for key, value in values.items())},
    )
    wait_until(lambda: container.execute(run.worker.health) == (0, "ok\n"), "the worker is healthy", 20, 0.1, [container.process])
    status, output = container.execute([*run.worker.health, "--ready"])
    check(status == 1 and "has not joined the consumer group yet" in output, f"readiness: {status}, {output}")
    status = container.process.wait(90)
    check(status == 69, f"a worker that reaches nothing ends with {status}:\n{container.process.last_lines()}")
