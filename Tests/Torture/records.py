"""What was produced, and what must become of it."""

import base64
import hashlib
import threading

# A record is one of these until it is judged.
SENT = "sent"              # handed to the producer, not acknowledged yet
WANTED = "wanted"          # acknowledged: must be in the table
UNCLEAR = "unclear"        # the producer does not know: may be in the table
BAD = "bad"                # acknowledged, cannot be converted: must be named in a worker's log
ABORTED = "aborted"        # of a transaction that was not committed: must not be in the table
CUT = "cut"                # went with the end of a truncated log: may be in the table
DELETED = "deleted"        # went with its topic: may be in the table


def body(number):
    """A record's text, which follows from its number, so that an altered one shows; it hardly shrinks."""
    seed = str(number).encode()
    length = 12 + hashlib.sha256(seed).digest()[0] * (12 if number % 50 == 0 else 2)
    return base64.b64encode(hashlib.shake_128(seed).digest(length)).decode().rstrip("=")


class Record:
    """One record: its number, its place once the broker told it, and its state."""

    __slots__ = ("number", "topic", "partition", "offset", "state")

    def __init__(self, number, topic, state=SENT):
        self.number, self.topic, self.state = number, topic, state
        self.partition = self.offset = None

    @property
    def place(self):
        return f"{self.topic}-{self.partition}@{self.offset}"


class Book:
    """All records of a run, by number. Producers write in it from their threads."""

    def __init__(self):
        self.records = []
        # Up to which offset the records of a partition were deleted on purpose.
        self.deleted_to = {}
        self._lock = threading.Lock()

    def add(self, topic):
        with self._lock:
            record = Record(len(self.records), topic)
            self.records.append(record)
            return record

    def of(self, topic, partition=None):
        """The acknowledged records of a topic or of one of its partitions."""
        return [
            each for each in self.records[:]
            if each.topic == topic and each.offset is not None and partition in (None, each.partition)
        ]

    def cut(self, topic, partition, end):
        """The log was truncated: what stood from `end` on is gone."""
        lost = [each for each in self.of(topic, partition) if each.state in (WANTED, BAD) and each.offset >= end]
        for each in lost:
            each.state = CUT
        return len(lost)

    def forget_topic(self, topic):
        """The topic was deleted: its records may be anywhere, and its partitions begin at 0 again."""
        for each in self.of(topic):
            if each.state in (WANTED, BAD):
                each.state = DELETED
        for key in [key for key in self.deleted_to if key[0] == topic]:
            del self.deleted_to[key]

    def note_deletion(self, topic, partition, offset):
        """Records below `offset` were deleted, as retention does it."""
        self.deleted_to[topic, partition] = max(offset, self.deleted_to.get((topic, partition), 0))
