"""One broker that can be killed, stopped, truncated and asked."""

import functools
import logging
import os
import signal
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic, OffsetSpec

import broker
from processes import RunError, wait_until

# Open transactions end soon after their producer has gone, short sessions are allowed, and the controller soon notices
# a killed broker, which may not come back before that.
EXTRA = """\
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
group.min.session.timeout.ms=500
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
"""


TIMEOUTS = (KafkaError._TIMED_OUT, KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN)


def persistent(method):
    """Lets a method repeat its question until Kafka answers without an error, a minute at most."""

    @functools.wraps(method)
    def repeated(self, *arguments):
        deadline = time.monotonic() + 60
        while True:
            try:
                return method(self, *arguments)
            except (KafkaException, TimeoutError) as error:
                if time.monotonic() > deadline:
                    raise RunError(f"Kafka does not answer {method.__name__}{arguments}: {error}") from None
                time.sleep(0.3)
                if isinstance(error, TimeoutError) or error.args[0].code() in TIMEOUTS:
                    self._renew_admin()

    return repeated


class Kafka:
    """A broker of our own, and an administrator's view of it."""

    def __init__(self, children, folder, host="127.0.0.1", extra=None, environment=None):
        """`extra` returns further lines of its configuration, from its address and its controller's."""
        self._children = children
        self._folder = folder
        self.address, self._command, self._environment = broker.configure(
            folder, heap="512m", extra=lambda *addresses: EXTRA + (extra(*addresses) if extra else ""), host=host
        )
        self._environment |= environment or {}
        self.process = None
        self.start()
        # Never closed, because closing one that waits for a broker may take for ever.
        self._admins = []
        self._readers = {}
        self._renew_admin()
        self.await_answer()

    @property
    def admin(self):
        return self._admins[-1]

    def _renew_admin(self):
        """Another client: one whose connection went with a broker may wait for it for ever."""
        if len(self._admins) < 100:
            self._admins.append(AdminClient({"bootstrap.servers": self.address, "log_level": 0}, logger=silent()))

    def start(self):
        self.process = self._children.start("kafka", self._command, self._environment)

    def await_answer(self):
        broker.await_answer(self._answers, self.process)

    def _answers(self):
        try:
            return bool(self.admin.list_topics(timeout=2).brokers)
        except KafkaException:
            return False

    def kill(self):
        """Ends the broker as a crash would."""
        self.process.signal(signal.SIGKILL)
        self.process.wait(60)

    def restart(self):
        self.start()
        self.await_answer()

    # Topics

    def create(self, topic, partitions):
        wait_until(lambda: self._try_create(topic, partitions), f"topic {topic} is created", 60, 0.2)

    def _try_create(self, topic, partitions):
        try:
            self.admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(10)
        except TimeoutError:
            # The answer is late; whether the topic is there the next attempt finds out.
            return False
        except KafkaException as error:
            if error.args[0].name() != "TOPIC_ALREADY_EXISTS":
                return False
        return self.partitions(topic) == partitions

    def delete(self, topic):
        self._delete(topic)
        wait_until(lambda: not self.partitions(topic), f"topic {topic} is gone", 60, 0.2)

    @persistent
    def _delete(self, topic):
        if self.partitions(topic):
            self.admin.delete_topics([topic])[topic].result(30)

    def widen(self, topic, partitions):
        self._widen(topic, partitions)
        wait_until(lambda: self.partitions(topic) == partitions, f"topic {topic} is wider", 60, 0.2)

    @persistent
    def _widen(self, topic, partitions):
        if self.partitions(topic) < partitions:
            self.admin.create_partitions([NewPartitions(topic, partitions)])[topic].result(30)

    @persistent
    def partitions(self, topic):
        """How many partitions with a leader a topic has."""
        metadata = self.admin.list_topics(timeout=10).topics.get(topic)
        if metadata is None or metadata.error:
            return 0
        return len([each for each in metadata.partitions.values() if each.leader >= 0])

    def _all(self, topic):
        """All partitions of a topic, of which some may have no leader for a moment; none when there is no such topic."""
        metadata = self.admin.list_topics(timeout=10).topics.get(topic)
        if metadata is None or metadata.error and metadata.error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            return []
        if metadata.error:
            raise KafkaException(metadata.error)
        return sorted(metadata.partitions)

    @persistent
    def delete_records(self, topic, partition, offset):
        """Deletes what stands before `offset`, as retention does."""
        place = TopicPartition(topic, partition, offset)
        self.admin.delete_records([place])[place].result(30)

    # Offsets

    @persistent
    def ends(self, topic):
        """The end offset of each partition."""
        return self._offsets(topic, OffsetSpec.latest())

    def _offsets(self, topic, spec):
        # One without a leader is an error, which is asked again: left out, it would seem to hold nothing.
        asked = {TopicPartition(topic, partition): spec for partition in self._all(topic)}
        if not asked:
            return {}
        answers = self.admin.list_offsets(asked, request_timeout=5)
        return {place.partition: answer.result(30).offset for place, answer in answers.items()}

    @persistent
    def committed(self, group, topic):
        """The group's committed offset of each partition that has one."""
        places = [TopicPartition(topic, partition) for partition in self._all(topic)]
        if not places:
            return {}
        # One that never subscribes is no member.
        if group not in self._readers:
            self._readers[group] = Consumer({
                "bootstrap.servers": self.address, "group.id": group, "enable.auto.commit": False, "log_level": 0,
            }, logger=silent())
        return {each.partition: each.offset for each in self._readers[group].committed(places, timeout=5) if each.offset >= 0}

    def lag(self, group, topics):
        """What the group has not committed: text by partition; empty when all is done."""
        behind = {}
        for topic in topics:
            committed = self.committed(group, topic)
            for partition, end in self.ends(topic).items():
                if end and committed.get(partition) != end:
                    behind[f"{topic}-{partition}"] = f"{committed.get(partition, 'none')} of {end}"
        return behind

    # Changes of the log's files, while the broker is down or does not use them

    def segment(self, topic, partition):
        folder = os.path.join(self._folder, "data", f"{topic}-{partition}")
        return os.path.join(folder, sorted(name for name in os.listdir(folder) if name.endswith(".log"))[-1])

    def truncate(self, topic, partition, share):
        """Kills the broker, cuts that share off the end of a log, and starts it; returns the new end."""
        self.kill()
        path = self.segment(topic, partition)
        size = os.path.getsize(path)
        os.truncate(path, int(size * (1 - share)))
        self.restart()
        return wait_until(lambda: self.ends(topic), f"{topic} has leaders", 30)[partition]


def silent():
    """A logger that drops the administrator's complaints, which say nothing while the broker is down."""
    logger = logging.getLogger("harness.kafka")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger
