"""Producers: each fills one topic from its own thread, and can be held while something is done to the topic."""

import contextlib
import json
import random
import threading
import time

from confluent_kafka import KafkaError, KafkaException, Producer

import records
from kafka import silent
from processes import RunError

# What no converter may let through in a JSON format; the record's number is where it does not make the record good.
BAD = ('{{"id":{0},"body":"cut off', "{0}", '"{0}"', "[{0},2]", '{{"id":{0},"body":NaN}}', '{{"id":{0},"body":"\t"}}', "}}{0}{{")


def text(format, number):
    """A good record."""
    if format == "csv":
        return f"{number},{records.body(number)}"
    return json.dumps({"id": number, "body": records.body(number)})


class Flow:
    """Produces a little all the time."""

    def __init__(self, book, address, topic, format, partitions, seed, bad_share=0.0):
        self.topic = topic
        self.partitions = list(partitions)
        self._book = book
        self._address = address
        self._format = format
        self._bad_share = bad_share
        self._random = random.Random(f"{seed}-{topic}")
        self._turn = threading.RLock()
        self._is_over = threading.Event()
        self._producer = self._make_producer()
        self._thread = threading.Thread(target=self._work, name=topic, daemon=True)
        self.failure = None

    def start(self):
        self._thread.start()

    def stop(self):
        """Ends the thread and waits for what is on its way."""
        self._is_over.set()
        self._thread.join(120)
        if self._thread.is_alive():
            raise RunError(f"the producer of {self.topic} does not end")
        self.flush(120)

    @contextlib.contextmanager
    def held(self):
        """While this lasts the flow produces nothing by itself, and all that it has produced is acknowledged."""
        with self._turn:
            self.flush(120)
            yield

    def renew(self):
        """A new producer, for a topic that is not what the old one remembers."""
        self._producer = self._make_producer()

    def burst(self, count, partition=None):
        """Produces so many records at once and waits for their acknowledgements."""
        with self._turn:
            for _ in range(count):
                self._send(partition)
            self.flush(120)

    def flush(self, timeout):
        left = self._producer.flush(timeout)
        if left:
            raise RunError(f"{left} records of {self.topic} were not acknowledged within {timeout} s")

    def _make_producer(self, **more):
        return Producer({
            "bootstrap.servers": self._address, "linger.ms": 5, "enable.idempotence": True, "log_level": 0,
            "message.timeout.ms": 300_000, "retry.backoff.ms": 50, "reconnect.backoff.max.ms": 500,
            "topic.metadata.refresh.interval.ms": 2000, "topic.metadata.propagation.max.ms": 60_000, **more,
        }, logger=silent())

    def _work(self):
        try:
            while not self._is_over.is_set():
                with self._turn:
                    self._round()
                # Also lets other threads have the lock.
                time.sleep(0.05)
        except Exception as error:  # noqa: BLE001: whatever it is ends the run, in the main thread
            self.failure = error

    def _round(self):
        for _ in range(self._random.randint(1, 30)):
            self._send(None)
        self._producer.poll(0)

    def _send(self, partition, on_place=None):
        record = self._book.add(self.topic)
        if partition is None:
            partition = self._random.choice(self.partitions)
        is_bad = self._random.random() < self._bad_share
        value = self._random.choice(BAD).format(record.number) if is_bad else text(self._format, record.number)

        def done(error, message):
            if error is not None:
                if record.state == records.SENT:
                    record.state = records.UNCLEAR
                return
            record.partition, record.offset = message.partition(), message.offset()
            if record.state == records.SENT:
                record.state = records.BAD if is_bad else records.WANTED

        while True:
            try:
                self._producer.produce(self.topic, value.encode(), partition=partition, on_delivery=done)
                return record
            except BufferError:
                self._producer.poll(0.1)
            except KafkaException as error:
                # A partition that was just made is not known to this producer yet.
                if error.args[0].code() != KafkaError._UNKNOWN_PARTITION:
                    record.state = records.UNCLEAR
                    raise
                self._producer.poll(0.2)


class TransactionFlow(Flow):
    """Produces in transactions, of which some are aborted and some are left open until the broker aborts them."""

    def __init__(self, *arguments, **more):
        self._generation = 0
        super().__init__(*arguments, **more)

    def _make_producer(self):
        self._generation += 1
        producer = super()._make_producer(**{
            "transactional.id": f"{self.topic}-{self._generation}", "transaction.timeout.ms": 10_000,
            "message.timeout.ms": 10_000,
        })
        self._retried(producer.init_transactions, 30)
        return producer

    def _round(self):
        producer, fate = self._producer, self._random.random()
        self._retried(producer.begin_transaction)
        sent = []
        try:
            for _ in range(self._random.randint(1, 60)):
                sent.append(self._send(None))
            if fate < 0.04:
                # Left open: the records are in the log, and nobody ever commits them.
                producer.flush(5)
                producer.purge()
                self._mark(sent, records.ABORTED)
                self.renew()
            elif fate < 0.25:
                producer.flush(20)
                self._mark(sent, records.ABORTED)
                self._retried(producer.abort_transaction, 30)
            else:
                self._retried(producer.commit_transaction, 30)
        except KafkaException:
            # Whether it was committed is not known, unless the broker was never asked to.
            self._mark(sent, records.UNCLEAR)
            self.renew()

    def flush(self, timeout):
        self._producer.flush(timeout)

    def burst(self, count, partition=None):
        with self._turn:
            self._retried(self._producer.begin_transaction)
            sent = []
            try:
                for _ in range(count):
                    sent.append(self._send(partition))
                self._retried(self._producer.commit_transaction, 30)
            except KafkaException:
                self._mark(sent, records.UNCLEAR)
                self.renew()

    @staticmethod
    def _mark(sent, state):
        for record in sent:
            record.state = state

    @staticmethod
    def _retried(call, *timeout):
        deadline = time.monotonic() + 90
        while True:
            try:
                return call(*timeout)
            except KafkaException as error:
                if not error.args[0].retriable() or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
