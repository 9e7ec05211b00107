"""What is written to topics and read from them, by confluent-kafka."""

import dataclasses

from confluent_kafka import TIMESTAMP_CREATE_TIME, Consumer, KafkaError, Producer, TopicPartition

from kafka import Kafka, persistent, silent
from processes import RunError

# A time that no clock of a test has, so that a timestamp that was made anew shows.
EPOCH = 1_500_000_000_000


@dataclasses.dataclass(frozen=True)
class Record:
    """One record, as it was written or as it was found."""

    key: bytes | None
    value: bytes | None
    headers: tuple = ()
    timestamp: int = EPOCH
    partition: int = 0
    offset: int | None = None

    @property
    def content(self):
        """What a dead letter has to keep, byte for byte."""
        return self.key, self.value, self.headers, self.timestamp


class Broker(Kafka):
    """A broker of our own, with writing and reading."""

    def write(self, topic, records):
        """Writes records in their order; returns them with their offsets."""
        found = [None] * len(records)

        def done(index):
            def note(error, message):
                found[index] = error if error is not None else message.offset()
            return note

        producer = Producer({
            "bootstrap.servers": self.address, "linger.ms": 20, "enable.idempotence": True, "log_level": 0,
            "queue.buffering.max.messages": 1_000_000,
        }, logger=silent())
        for index, record in enumerate(records):
            producer.produce(
                topic, record.value, record.key, record.partition, on_delivery=done(index),
                timestamp=record.timestamp, headers=list(record.headers),
            )
            if index % 10_000 == 0:
                producer.poll(0)
        if producer.flush(120):
            raise RunError(f"not all records of {topic} were acknowledged")
        wrong = [each for each in found if not isinstance(each, int)]
        if wrong:
            raise RunError(f"records of {topic} were refused: {wrong[0]}")
        return [dataclasses.replace(record, offset=offset) for record, offset in zip(records, found)]

    def read(self, topic):
        """All records of a topic."""
        ends = self.ends(topic)
        left = sum(1 for end in ends.values() if end)
        if not left:
            return []
        consumer = Consumer({
            "bootstrap.servers": self.address, "group.id": "reader", "enable.auto.commit": False, "log_level": 0,
            "enable.partition.eof": True, "auto.offset.reset": "earliest",
        }, logger=silent())
        records = []
        try:
            consumer.assign([TopicPartition(topic, partition, 0) for partition, end in ends.items() if end])
            while left:
                message = consumer.poll(60)
                if message is None:
                    raise RunError(f"{topic} cannot be read to its end")
                if message.error():
                    # After other errors the client goes on by itself.
                    left -= message.error().code() == KafkaError._PARTITION_EOF
                    continue
                kind, timestamp = message.timestamp()
                records.append(Record(
                    message.key(), message.value(), tuple(message.headers() or ()),
                    timestamp if kind == TIMESTAMP_CREATE_TIME else -1, message.partition(), message.offset(),
                ))
        finally:
            consumer.close()
        return records

    @persistent
    def members(self, group):
        """The ids of a group's members."""
        found = self.admin.describe_consumer_groups([group], request_timeout=10)[group].result(30)
        return {member.member_id for member in found.members}

    def resize(self, topic, **settings):
        """Changes settings of a topic; a dot in a name is written as an underscore."""
        from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

        entries = [
            ConfigEntry(name.replace("_", "."), str(value), incremental_operation=AlterConfigOpType.SET)
            for name, value in settings.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)
        self.admin.incremental_alter_configs([resource])[resource].result(30)
