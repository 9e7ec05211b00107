"""The scenarios of workers: what is done while they are scraped. Each function is one, and plays it on a stage."""

import signal

import schemas

BACKLOG = 20000
# ADX takes a batch into its queue, and rejects what holds this text when it ingests it.
POISON = {"endpoint": "ingestion", "kind": "reject", "data": "poison", "permanent": True}


def healthy_start(stage):
    """A worker starts with a backlog, catches up, and goes on with what comes.

    It asks ADX for reports, has dead-letter topics that it does not need, and a registry for the keys.
    """
    stage.prepare()
    stage.produce(BACKLOG)
    settings = stage.dead_letters() | stage.schemas("key", schemas.KEY)
    with stage.flow(20, key=schemas.message(1, schemas.text("key"))):
        stage.last(2)
        stage.start(ingestion__report="failures", behavior__on__error="log", **settings)
        stage.last(60)


def everything(stage):
    """A worker under load to which something of everything happens, with the client's statistics; all series are kept."""
    stage.prepare()
    stage.produce(BACKLOG)
    streamed = stage.stream_too()
    settings = stage.dead_letters() | stage.schemas("key", schemas.KEY)
    stage.start(
        consumer__override__statistics__interval__ms="1000", ingestion__report="failures", behavior__on__error="log",
        **settings,
    )
    with stage.flow(100):
        stage.recorder.await_metric("orders-worker-1", "kusto_sink_kafka_round_trip_seconds")
        stage.recorder.await_metric("orders-worker-1", "kusto_sink_committed_offset")
        stage.adx.add({"endpoint": "blob", "kind": "throttle"})
        # An attempt that is throttled at one storage account tries another, so all must be for a while.
        stage.recorder.await_metric("orders-worker-1", "kusto_sink_ingest_retries_total")
        stage.adx.clear_faults()
        stage.produce(3, b"no JSON")
        stage.adx.add(POISON, {"endpoint": "streaming", "kind": "answer", "status": 503})
        stage.produce(1, b'{"id": 1, "body": "poison"}')
        stage.produce(5, topic=streamed)
        stage.recorder.await_value("orders-worker-1", "kusto_sink_streaming_fallbacks_total")
        stage.recorder.await_value("orders-worker-1", "kusto_sink_recoveries_total")
        # One schema is known when the registry goes, the other one is waited for until it is back.
        stage.produce(1, key=schemas.message(1, schemas.text("key")))
        stage.last(6)
        stage.registry.is_away = True
        stage.produce(1, key=schemas.message(2, schemas.text("key")))
        stage.recorder.await_value("orders-worker-1", "kusto_sink_schema_registry_failing_since_timestamp_seconds")
        stage.last(4)
        stage.registry.is_away = False
        stage.last(4)


def idle_table(stage):
    """Records come once, and then none."""
    stage.prepare()
    stage.produce(100)
    stage.start()
    stage.last(40)


def rare_records(stage):
    """A record comes now and then."""
    stage.prepare()
    stage.start()
    for _ in range(6):
        stage.produce(1)
        stage.last(11)


def open_batch(stage):
    """A batch is open for longer than anything else takes: `flush.interval.ms` stands for five hours."""
    stage.prepare()
    stage.start(flush__interval__ms="600000")
    stage.last(5)
    stage.produce(50)
    stage.last(65)


def rollout(stage):
    """Two workers are replaced one after the other, and then there are three, while records come."""
    stage.prepare(partitions=6)
    stage.start("orders-worker-a1")
    stage.start("orders-worker-a2")
    with stage.flow(50):
        stage.last(20)
        for number in (1, 2):
            stage.stop(f"orders-worker-a{number}")
            stage.start(f"orders-worker-b{number}")
            stage.last(6)
        stage.start("orders-worker-b3")
        stage.last(30)


def scaled_to_zero(stage):
    """The last worker goes in order, and none comes back."""
    stage.prepare()
    stage.produce(200)
    stage.start()
    stage.last(15)
    stage.stop()
    stage.last(5)


def adx_outage(stage):
    """ADX refuses every request for eight minutes, and the batches are tried again; then it is back.

    A longer outage would let the pauses between attempts grow to what stands for half an hour.
    """
    stage.prepare()
    stage.start(errors__retry__max__time__ms="3600000", behavior__on__error="fail")
    with stage.flow(20):
        stage.last(10)
        stage.adx.add({"kind": "refuse"})
        stage.last(16)
        stage.adx.clear_faults()
        stage.last(40)


def throttling(stage):
    """ADX's storage throttles two requests of three."""
    stage.prepare()
    stage.start(errors__retry__max__time__ms="3600000")
    with stage.flow(20):
        stage.last(5)
        stage.adx.add({"endpoint": "blob", "kind": "throttle", "probability": 0.66, "seed": 1})
        stage.last(55)


def buffers_full(stage):
    """More comes than ADX takes: uploads take seconds, and the buffers are small."""
    stage.prepare()
    stage.start(
        buffer__memory__bytes=str(8 << 20), buffer__disk__bytes="0", errors__retry__max__time__ms="3600000",
        compression__level="0", flush__size__bytes=str(256 << 10), consumer__override__queued__max__messages__kbytes="1024",
    )
    stage.last(3)
    stage.adx.add({"endpoint": "blob", "kind": "delay", "milliseconds": 10000})
    noise = stage.noise()
    with stage.flow(60, noise):
        stage.last(70)


def not_converted(stage):
    """Among good records are some that are no JSON."""
    stage.prepare()
    stage.start()
    with stage.flow(20):
        stage.last(10)
        stage.produce(5, b"no JSON")
        stage.last(15)


def dead_letters(stage):
    """Among good records are some that are no JSON, which go to a dead-letter topic."""
    stage.prepare()
    stage.start(**stage.dead_letters())
    with stage.flow(20):
        stage.last(10)
        stage.produce(5, b"no JSON")
        stage.last(15)


def rejected(stage):
    """ADX takes a batch into its queue and cannot ingest it; the worker finds the record that is at fault."""
    stage.prepare()
    stage.start(ingestion__report="failures", behavior__on__error="log", **stage.dead_letters())
    with stage.flow(20):
        stage.last(10)
        stage.adx.add(POISON)
        stage.produce(1, b'{"id": 1, "body": "poison"}')
        stage.recorder.await_value("orders-worker-1", "kusto_sink_recoveries_total")
        stage.last(10)


def not_reported(stage):
    """ADX takes batches into its queue, and ingests nothing for most of an hour."""
    stage.prepare()
    stage.start(ingestion__report="failures")
    with stage.flow(20):
        stage.last(10)
        stage.adx.ask("POST", f"{stage.adx.control_url}/mode", {"discard": True})
        stage.last(105)


def registry_outage(stage):
    """Producers begin to use another schema while the registry fails, for ten minutes."""
    stage.prepare()
    stage.start(**stage.schemas("value", schemas.VALUE))

    def order(schema):
        return lambda number: schemas.message(schema, schemas.number(number), schemas.text(f"record {number}"))

    with stage.flow(20, order(1)):
        stage.last(10)
    stage.registry.is_away = True
    with stage.flow(20, order(2)):
        stage.last(20)
        stage.registry.is_away = False
        stage.last(25)


def dropped(stage):
    """ADX refuses everything for longer than batches are retried, and the sink may drop them."""
    stage.prepare()
    stage.start(errors__retry__max__time__ms="2000", behavior__on__error="log")
    with stage.flow(20):
        stage.last(10)
        stage.adx.add({"kind": "refuse"})
        stage.last(5)
        stage.adx.clear_faults()
        stage.last(15)


def kafka_outage(stage):
    """The broker is killed, and comes back after fifteen minutes."""
    stage.own_kafka()
    stage.prepare()
    stage.produce(200)
    stage.start()
    stage.last(10)
    stage.kafka.kill()
    stage.last(35)
    stage.kafka.restart()
    stage.last(30)


def stuck_partition(stage):
    """A partition has a batch of records that is larger than the client takes, and stays where it is."""
    stage.prepare(partitions=2, topic_settings={"max.message.bytes": "20000000"})
    stage.produce(20)
    stage.produce(1, b"x" * 6_000_000)
    stage.start(
        consumer__override__fetch__max__bytes="4456448", consumer__override__receive__message__max__bytes="5000000",
    )
    stage.last(100)


def expired(stage):
    """Retention deletes records while no worker runs; the next one finds that out as it starts."""
    stage.prepare(partitions=1)
    stage.produce(100)
    stage.start()
    stage.last(8)
    stage.stop()
    stage.produce(500)
    stage.kafka.delete_records(stage.topic, 0, 400)
    stage.start("orders-worker-2")
    stage.last(25)


def truncated(stage):
    """Kafka loses the end of the log while no worker runs."""
    stage.own_kafka()
    stage.prepare(partitions=1)
    for _ in range(20):
        stage.produce(25)
    stage.start()
    stage.last(8)
    stage.stop()
    stage.kafka.truncate(stage.topic, 0, 0.5)
    stage.start("orders-worker-2")
    stage.last(25)


def topic_without_table(stage):
    """The subscription's pattern matches a topic that has no table."""
    stage.prepare()
    stage.kafka.create(f"{stage.topic}-more", 2)
    stage.start(topics="", topics__regex=f"{stage.topic}.*")
    with stage.flow(10):
        stage.last(45)


def restarts(stage):
    """A worker is killed again and again, and started in the same pod."""
    stage.prepare()
    with stage.flow(20):
        for _ in range(5):
            process = stage.start()
            stage.last(8)
            process.signal(signal.SIGKILL)
            process.wait(10)
        stage.start()
        stage.last(10)


def refresh_failures(stage):
    """The URLs of ADX's storage are no longer good, and Data Management does not give others."""
    stage.prepare()
    stage.start(errors__retry__max__time__ms="3600000")
    with stage.flow(20):
        stage.last(10)
        stage.adx.add({"endpoint": "management", "kind": "answer", "status": 503})
        stage.adx.ask("POST", f"{stage.adx.control_url}/signatures/revoke")
        stage.last(45)


def storage_account(stage):
    """One of ADX's storage accounts refuses everything."""
    stage.prepare()
    stage.start(errors__retry__max__time__ms="3600000")
    with stage.flow(50):
        stage.last(5)
        stage.adx.add({"account": "emulated0", "kind": "refuse"})
        stage.last(110)


ALL = [
    healthy_start, everything, idle_table, rare_records, open_batch, rollout, scaled_to_zero, adx_outage,
    throttling, buffers_full, not_converted, dead_letters, rejected, not_reported, registry_outage, dropped,
    kafka_outage, stuck_partition, expired, truncated, topic_without_table, restarts, refresh_failures,
    storage_account,
]
# Of these every series is kept, not only those that alerts ask for.
WHOLE = {"everything"}
